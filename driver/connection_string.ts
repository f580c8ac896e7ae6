import { type HostAddress, parseHostAddress } from "./address.ts";
import { buildCredentials, type MongoCredentials } from "./auth/credentials.ts";
import type { MongoClientOptions } from "./client_options.ts";
import { MongoParseError } from "./error.ts";
import { lookUpSeeds, lookUpTxtOptions, type SrvResolver, systemResolver } from "./srv.ts";
import { isSameOption, parseUriOptions } from "./uri_options.ts";
import { decode, splitUri, type UriParts } from "./uri_syntax.ts";
import { validateClientOptions } from "./uri_validation.ts";

/** What a connection string says. */
export interface ConnectionString {
  /** How the hosts are told: in the string, or by DNS. */
  readonly scheme: "mongodb" | "mongodb+srv";
  /** The seeds; of a `mongodb+srv` URI empty until it is resolved. */
  readonly hosts: readonly HostAddress[];
  /** The name whose SRV records tell the hosts; null for `mongodb`. */
  readonly srvHost: string | null;
  /** Null where the string asks for no authentication. */
  readonly credentials: MongoCredentials | null;
  /** The database after the slash; null where there is none. */
  readonly defaultDatabase: string | null;
  /** Only what the string (or its TXT record) gives, and `tls` for `mongodb+srv`; no other defaults. */
  readonly options: MongoClientOptions;
  /** What was left out or should be written otherwise, one sentence each; no secrets. */
  readonly warnings: readonly string[];
  /** Options that are none of ours, decoded, under their names in lower case. */
  readonly unknownOptions: Readonly<Record<string, string>>;
}

/**
 * Parses a connection string without asking DNS.
 * Unknown options and bad values are warnings; everything else that the specification does not allow throws
 * {@linkcode MongoParseError}, whose message holds no part of a password.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parseConnectionString } from "@torana/mongo/driver";
 *
 * const { hosts, options } = parseConnectionString("mongodb://a,b:27018/?replicaSet=rs&maxPoolSize=5");
 * assertEquals(hosts[1], { kind: "tcp", host: "b", port: 27018 });
 * assertEquals(options, { replicaSet: "rs", maxPoolSize: 5 });
 * ```
 */
export function parseConnectionString(uri: string): ConnectionString {
  const parts = splitUri(uri);
  return parts.scheme === "mongodb+srv"
    ? assemble(parts, { hosts: [], srvHost: srvHostOf(parts) })
    : assemble(parts, { hosts: parts.hosts.map(parseUriHost), srvHost: null });
}

/** What {@linkcode resolveConnectionString} may be given for tests. */
export interface ResolveOptions {
  /** Chooses among more hosts than `srvMaxHosts`; from 0 up to but not 1. @default {Math.random} */
  readonly random?: () => number;
}

/**
 * Parses a connection string and, if it is a `mongodb+srv` one, looks up its hosts (SRV) and default options (TXT)
 * after the initial DNS seedlist discovery specification. Throws {@linkcode MongoParseError}, also where DNS has no
 * answer or one that may not be used.
 *
 * ```ts ignore
 * const { hosts } = await resolveConnectionString("mongodb+srv://cluster.example.com/");
 * ```
 */
export async function resolveConnectionString(
  uri: string,
  resolver: SrvResolver = systemResolver,
  { random = Math.random }: ResolveOptions = {},
): Promise<ConnectionString> {
  const parts = splitUri(uri);
  if (parts.scheme === "mongodb") return parseConnectionString(uri);
  const srvHost = srvHostOf(parts);
  const { options } = parseUriOptions(parts.options);
  const [hosts, fromTxt] = await Promise.all([
    lookUpSeeds({ ...options, srvHost }, resolver, random),
    lookUpTxtOptions(srvHost, resolver),
  ]);
  const defaults = fromTxt.filter((txt) => !parts.options.some((own) => isSameOption(own.key, txt.key)));
  return assemble({ ...parts, options: [...parts.options, ...defaults] }, { hosts, srvHost });
}

function assemble(
  parts: UriParts,
  { hosts, srvHost }: Pick<ConnectionString, "hosts" | "srvHost">,
): ConnectionString {
  const isSrv = srvHost !== null;
  const { options: given, warnings, unknownOptions } = parseUriOptions(parts.options);
  const options = isSrv ? { tls: true, ...given } : given;
  const hostCount = isSrv && hosts.length === 0 ? null : hosts.length;
  validateClientOptions(options, { isSrv, hostCount });
  const { scheme, username, password, database: defaultDatabase } = parts;
  return {
    scheme,
    hosts,
    srvHost,
    credentials: buildCredentials({ username, password, defaultDatabase, options }),
    defaultDatabase,
    options,
    warnings,
    unknownOptions,
  };
}

function parseUriHost(encoded: string): HostAddress {
  const address = parseHostAddress(decode(encoded, "a host"));
  if (address.kind === "unix" && !address.path.endsWith(".sock")) {
    throw new MongoParseError('Invalid path of a unix socket, expected it to end in ".sock"');
  }
  return address;
}

function srvHostOf({ hosts }: UriParts): string {
  if (hosts.length > 1) {
    throw new MongoParseError(`mongodb+srv with ${hosts.length} hosts, expected one name`);
  }
  const [text = ""] = hosts;
  if (text.includes(":")) {
    throw new MongoParseError("mongodb+srv with a port, expected a name alone: ports come from DNS");
  }
  const address = parseUriHost(text);
  if (address.kind === "unix") {
    throw new MongoParseError("mongodb+srv with a unix socket, expected a name");
  }
  return address.host.replace(/\.$/, "");
}
