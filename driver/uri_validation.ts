import type { MongoClientOptions } from "./client_options.ts";
import { MongoParseError } from "./error.ts";

/** What options are judged together with. */
export interface ValidationContext {
  readonly isSrv: boolean;
  /** Null while SRV records are not looked up. */
  readonly hostCount: number | null;
}

/**
 * Refuses options that are right each for itself and contradict one another or the hosts.
 * Throws {@linkcode MongoParseError} with the first conflict.
 */
export function validateClientOptions(options: MongoClientOptions, context: ValidationContext): void {
  for (const validate of [tls, topology, srv, proxy, concerns, readPreference, sizes]) {
    const conflict = validate(options, context);
    if (conflict !== null) throw new MongoParseError(conflict);
  }
}

const EXCLUSIVE_TLS_OPTIONS: readonly (readonly [keyof MongoClientOptions, keyof MongoClientOptions])[] = [
  ["tlsInsecure", "tlsAllowInvalidCertificates"],
  ["tlsInsecure", "tlsAllowInvalidHostnames"],
  ["tlsInsecure", "tlsDisableOCSPEndpointCheck"],
  ["tlsInsecure", "tlsDisableCertificateRevocationCheck"],
  ["tlsAllowInvalidCertificates", "tlsDisableOCSPEndpointCheck"],
  ["tlsAllowInvalidCertificates", "tlsDisableCertificateRevocationCheck"],
  ["tlsDisableOCSPEndpointCheck", "tlsDisableCertificateRevocationCheck"],
];

/** URI options specification, "Conflicting TLS options". */
function tls(options: MongoClientOptions): string | null {
  const pair = EXCLUSIVE_TLS_OPTIONS.find(([a, b]) => options[a] !== undefined && options[b] !== undefined);
  return pair ? `Options "${pair[0]}" and "${pair[1]}" exclude each other, expected one of them` : null;
}

/** URI options specification, "directConnection", and load balancer specification, "URI Validation". */
function topology(options: MongoClientOptions, { isSrv, hostCount }: ValidationContext): string | null {
  if (options.directConnection) {
    if (isSrv) return "directConnection=true with mongodb+srv, expected a mongodb:// URI with one host";
    if (hostCount !== 1) return `directConnection=true with ${hostCount} hosts, expected one`;
  }
  if (!options.loadBalanced) return null;
  if (options.directConnection) return "loadBalanced=true with directConnection=true, expected one of them";
  if (options.replicaSet !== undefined) return "loadBalanced=true with replicaSet, expected one of them";
  if (hostCount !== null && hostCount > 1) return `loadBalanced=true with ${hostCount} hosts, expected one`;
  return null;
}

/** Initial DNS seedlist discovery specification, "URI Validation". */
function srv(options: MongoClientOptions, { isSrv }: ValidationContext): string | null {
  if (!isSrv) {
    const name = options.srvMaxHosts !== undefined
      ? "srvMaxHosts"
      : options.srvServiceName !== undefined
      ? "srvServiceName"
      : null;
    return name && `Option "${name}" with mongodb://, expected mongodb+srv://`;
  }
  const service = options.srvServiceName;
  // A label of DNS has at most 63 characters, one of which is the underscore before the name.
  if (service !== undefined && !/^(?=.*[a-z])(?!.*--)[a-z\d]([a-z\d-]{0,60}[a-z\d])?$/i.test(service)) {
    return "Invalid srvServiceName, expected letters, digits and single hyphens such as mongodb";
  }
  if (!options.srvMaxHosts) return null;
  if (options.replicaSet !== undefined) return "srvMaxHosts with replicaSet, expected one of them";
  return options.loadBalanced ? "srvMaxHosts with loadBalanced=true, expected one of them" : null;
}

/** SOCKS5 specification, "MongoClient Configuration". */
function proxy(options: MongoClientOptions): string | null {
  const dependent = (["proxyPort", "proxyUsername", "proxyPassword"] as const)
    .find((name) => options[name] !== undefined);
  if (dependent !== undefined && options.proxyHost === undefined) {
    return `Option "${dependent}" without "proxyHost", expected both`;
  }
  return (options.proxyUsername === undefined) === (options.proxyPassword === undefined)
    ? null
    : 'One of "proxyUsername" and "proxyPassword" is missing, expected both or none';
}

function concerns(options: MongoClientOptions): string | null {
  return options.w === 0 && options.journal
    ? "Write concern w=0 with journal=true, expected w of at least 1 to wait for the journal"
    : null;
}

/** Server selection specification: the primary has no tags to choose by, and is never stale. */
function readPreference(options: MongoClientOptions): string | null {
  if ((options.readPreference ?? "primary") !== "primary") return null;
  if (options.readPreferenceTags?.some((tags) => Object.keys(tags).length > 0)) {
    return "readPreferenceTags with read preference primary, expected another readPreference";
  }
  return (options.maxStalenessSeconds ?? -1) > 0
    ? "maxStalenessSeconds with read preference primary, expected another readPreference"
    : null;
}

/** The handshake allows an application's name 128 bytes. */
const MAX_APP_NAME_BYTES = 128;

function sizes(options: MongoClientOptions): string | null {
  const { minPoolSize = 0, maxPoolSize = 100, appName = "" } = options;
  if (maxPoolSize !== 0 && minPoolSize > maxPoolSize) {
    return `minPoolSize ${minPoolSize} above maxPoolSize ${maxPoolSize}, expected at most that`;
  }
  const bytes = new TextEncoder().encode(appName).length;
  return bytes > MAX_APP_NAME_BYTES ? `appName of ${bytes} bytes, expected at most ${MAX_APP_NAME_BYTES}` : null;
}
