import { formatHostAddress } from "../../driver/address.ts";
import { startAuth } from "../../driver/auth/authenticate.ts";
import type { MongoClientOptions } from "../../driver/client_options.ts";
import { type ConnectionString, parseConnectionString } from "../../driver/connection_string.ts";
import { MongoAuthError, MongoParseError } from "../../driver/error.ts";
import type { GatewayConfig, LogLevel, ProxyConfig } from "../gateway_config.ts";
import type { GatewayLimits } from "../limits.ts";
import { ConfigError } from "./config_error.ts";
import { fillCredentials } from "./fill_credentials.ts";
import type { FlagValues } from "./flags.ts";
import type { Settings } from "./gather_settings.ts";
import { parseListenAddress } from "./listen_address.ts";
import type { PairText } from "./split_pairs.ts";

/** A configuration that can be run. */
export interface LoadedConfig {
  readonly config: ProxyConfig;
  /** The connection string of each gateway with its credentials filled in: a secret. */
  readonly uris: ReadonlyMap<GatewayConfig, string>;
  /** What was left out or should be written otherwise, for the log; no secrets. */
  readonly warnings: readonly string[];
}

/** Makes the configuration of the settings. Throws {@linkcode ConfigError}, whose message has no password. */
export function loadConfig({ values, pairs, warnings: early }: Settings): LoadedConfig {
  if (pairs.length === 0) {
    throw new ConfigError('No address=uri given, expected for example ":27016=mongodb://localhost:27017"');
  }
  const uris = new Map<GatewayConfig, string>();
  const warnings = [...early];
  for (const pair of pairs) {
    const { gateway, uri } = loadGateway(pair, values);
    const address = formatHostAddress(gateway.listen);
    if ([...uris.keys()].some((other) => formatHostAddress(other.listen) === address)) {
      throw new ConfigError(`Address ${address} is given twice, expected every address once`);
    }
    uris.set(gateway, uri);
    warnings.push(...warningsOf(gateway.upstream).map((warning) => `Listener ${address}: ${warning}`));
  }
  const { pretty, ping, drainTimeout: drainTimeoutMS } = values;
  const config: ProxyConfig = {
    gateways: [...uris.keys()],
    logLevel: logLevelOf(values.logLevel),
    pretty,
    ping,
    drainTimeoutMS,
    io: values.io,
    coalescingWindowMS: values.coalescingWindow,
    workers: values.workers,
  };
  return { config, uris, warnings };
}

function loadGateway(pair: PairText, values: FlagValues): { gateway: GatewayConfig; uri: string } {
  const listen = parseListenAddress(pair.address, values.network);
  const address = formatHostAddress(listen);
  try {
    const uri = fillCredentials(pair.uri, values);
    const upstream = parseConnectionString(uri);
    if (upstream.options.proxyHost !== undefined) {
      throw new ConfigError('Option "proxyHost" is not supported, expected servers that are reached without a proxy');
    }
    // Throws where a password is missing or the mechanism is not supported, which else every connection would find.
    if (upstream.credentials !== null) startAuth(upstream.credentials);
    const label = upstream.unknownOptions.label || address;
    const { unlink, compressors } = values;
    return { gateway: { listen, unlink, label, upstream, compressors, limits: limitsOf(values) }, uri };
  } catch (error) {
    if (!isFaultOfInput(error)) throw error;
    throw new ConfigError(`Listener ${address}: ${error.message}`, { cause: error });
  }
}

function isFaultOfInput(error: unknown): error is Error {
  return error instanceof MongoParseError || error instanceof MongoAuthError || error instanceof ConfigError;
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

/** `label` is an option of the proxy's that a connection string knows nothing of. */
function warningsOf({ warnings, options }: ConnectionString): string[] {
  const without = CLIENT_OPTIONS.filter((name) => options[name] !== undefined)
    .map((name) => `Option "${name}" has no effect here: put it into the clients' connection strings`);
  return [...warnings.filter((warning) => !/^Unsupported option "label"/i.test(warning)), ...without];
}

/** The levels that mongobetween has above `error` end a program there; here nothing is worse than an error. */
function logLevelOf(level: FlagValues["logLevel"]): LogLevel {
  return level === "dpanic" || level === "panic" || level === "fatal" ? "error" : level;
}

function limitsOf(values: FlagValues): GatewayLimits {
  return {
    maxClients: values.maxClients,
    maxMessageSizeBytes: values.maxMessageSize,
    maxWaitingRequests: values.maxWaitingRequests,
    waitTimeoutMS: values.waitTimeout,
    clientIdleTimeoutMS: values.clientIdleTimeout,
    maxCursors: values.maxCursors,
    cursorIdleTimeoutMS: values.cursorIdleTimeout,
    maxTransactions: values.maxTransactions,
    transactionIdleTimeoutMS: values.transactionIdleTimeout,
    maxAwaitingShare: values.maxAwaitingShare,
    maxPinnedShare: values.maxPinnedShare,
    abandonedCommandTimeoutMS: values.abandonedCommandTimeout,
    orphanTimeoutMS: values.orphanTimeout,
    maxBufferedBytes: values.maxBufferedBytes,
    stallTimeoutMS: values.stallTimeout,
  };
}
