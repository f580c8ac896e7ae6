import { startAuth } from "../../driver/auth/authenticate.ts";
import { DEFAULT_CLIENT_OPTIONS, type MongoClientOptions } from "../../driver/client_options.ts";
import { type ConnectionString, parseConnectionString } from "../../driver/connection_string.ts";
import { MongoAuthError, MongoParseError } from "../../driver/error.ts";
import { ConfigError } from "./config_error.ts";
import { fillCredentials } from "./fill_credentials.ts";
import type { FlagValues } from "./flags.ts";

/** What a URI says, with what flags add to it. */
export interface LoadedUpstream {
  readonly upstream: ConnectionString;
  /** The URI with its credentials filled in: a secret. */
  readonly uri: string;
  /** Its `label`, an option of the proxy's; `null` where it has none. */
  readonly label: string | null;
  /** The newest wire version for clients, from its option `maxWireVersion` or the flag; `null` for the servers' own. */
  readonly maxWireVersion: number | null;
  /** What was left out or should be written otherwise; no secrets. */
  readonly warnings: readonly string[];
}

/** Reads a URI. Throws {@linkcode ConfigError}, which begins with `place` and has no password. */
export function loadUpstream(text: string, values: FlagValues, place: string): LoadedUpstream {
  try {
    const uri = fillCredentials(text, values);
    const upstream = parseConnectionString(uri);
    if (upstream.options.proxyHost !== undefined) {
      throw new ConfigError('Option "proxyHost" is not supported, expected servers that are reached without a proxy');
    }
    // Throws where a password is missing or the mechanism is not supported, which else every connection would find.
    if (upstream.credentials !== null) startAuth(upstream.credentials);
    return {
      upstream: { ...upstream, options: { ...poolOptions(values), ...upstream.options } },
      uri,
      label: upstream.unknownOptions.label || null,
      maxWireVersion: maxWireVersionOf(upstream, values),
      warnings: warningsOf(upstream),
    };
  } catch (error) {
    if (!isFaultOfInput(error)) throw error;
    throw new ConfigError(`${place}: ${error.message}`, { cause: error });
  }
}

function isFaultOfInput(error: unknown): error is Error {
  return error instanceof MongoParseError || error instanceof MongoAuthError || error instanceof ConfigError;
}

/** What flags say of the pools, as far as it differs from what holds anyway. */
function poolOptions({ maxConnections, serverIdleTimeout }: FlagValues): MongoClientOptions {
  return {
    ...(maxConnections === DEFAULT_CLIENT_OPTIONS.maxPoolSize ? {} : { maxPoolSize: maxConnections }),
    ...(serverIdleTimeout === DEFAULT_CLIENT_OPTIONS.maxIdleTimeMS ? {} : { maxIdleTimeMS: serverIdleTimeout }),
  };
}

function maxWireVersionOf(
  { unknownOptions: { maxwireversion: text } }: ConnectionString,
  { advertisedWireVersion }: FlagValues,
): number | null {
  if (text === undefined) return advertisedWireVersion === "server" ? null : advertisedWireVersion;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new ConfigError('Invalid value of option "maxWireVersion", expected an integer of at least 0');
}

/** What clients say themselves with each command, and a gateway does not say for them. */
const CLIENT_OPTIONS = [
  "readPreference",
  "readPreferenceTags",
  "maxStalenessSeconds",
  "readConcernLevel",
  "w",
  "wtimeoutMS",
  "journal",
  "retryReads",
  "retryWrites",
  "timeoutMS",
  "socketTimeoutMS",
  "maxAdaptiveRetries",
  "enableOverloadRetargeting",
] as const satisfies readonly (keyof MongoClientOptions)[];

/** Options of the proxy's, which a connection string knows nothing of. */
const OWN_OPTIONS = /^Unsupported option "(label|maxWireVersion)"/i;

function warningsOf({ warnings, options }: ConnectionString): string[] {
  const without = CLIENT_OPTIONS.filter((name) => options[name] !== undefined)
    .map((name) => `Option "${name}" has no effect here: put it into the clients' connection strings`);
  return [...warnings.filter((warning) => !OWN_OPTIONS.test(warning)), ...without];
}
