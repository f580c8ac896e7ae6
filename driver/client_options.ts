import type { AuthMechanism, AuthMechanismProperties } from "./auth/credentials.ts";

/** How to choose among a replica set's members (server selection specification). */
export type ReadPreferenceMode =
  | "primary"
  | "primaryPreferred"
  | "secondary"
  | "secondaryPreferred"
  | "nearest";

/** One set of tags that a server must have all of; the empty set fits every server. */
export type TagSet = Readonly<Record<string, string>>;

/** How servers are watched (server monitoring specification). */
export type ServerMonitoringMode = "auto" | "stream" | "poll";

/** What messages can be compressed with. */
export type Compressor = "snappy" | "zlib" | "zstd";

/**
 * What a client can be told, in code or by a connection string, under the names of MongoDB's Node driver.
 * An absent option has its default; {@linkcode DEFAULT_CLIENT_OPTIONS} holds those that are values.
 * Names that end in `MS` are milliseconds.
 */
export interface MongoClientOptions {
  /** Name of the application in the server's logs, at most 128 bytes. */
  readonly appName?: string;
  /** How to authenticate; negotiated between the SCRAM mechanisms if absent. */
  readonly authMechanism?: AuthMechanism;
  /** What the mechanism needs besides name and password, e.g. `SERVICE_NAME`. */
  readonly authMechanismProperties?: AuthMechanismProperties;
  /**
   * Database that knows the user. @default the URI's database or `admin`; `$external` where the mechanism asks for it
   */
  readonly authSource?: string;
  /** What to offer for compression, best first. @default {[]} */
  readonly compressors?: readonly Compressor[];
  /** -1 is zlib's own default, 0 none, 1 fastest, 9 smallest. @default {-1} */
  readonly zlibCompressionLevel?: number;
  /** Time to open a connection; 0 means no limit. @default {10_000} */
  readonly connectTimeoutMS?: number;
  /** Time without an answer before a connection is given up; 0 means no limit. @default {0} */
  readonly socketTimeoutMS?: number;
  /** Time for a whole operation; 0 means no limit. */
  readonly timeoutMS?: number;
  /** Talk to the one host given, whatever it is a member of. @default {false} */
  readonly directConnection?: boolean;
  /** The host is a load balancer. @default {false} */
  readonly loadBalanced?: boolean;
  /** Name of the replica set; servers of another are left out. */
  readonly replicaSet?: string;
  /** Pause between checks of a server, at least 500. @default {10_000} */
  readonly heartbeatFrequencyMS?: number;
  /** Whether servers push their state or are asked for it. @default {"auto"} */
  readonly serverMonitoringMode?: ServerMonitoringMode;
  /** Time to find a server. @default {30_000} */
  readonly serverSelectionTimeoutMS?: number;
  /** Accepted for other drivers' sake; means something in single-threaded ones only. */
  readonly serverSelectionTryOnce?: boolean;
  /** How much slower than the fastest a server may be and still be chosen. @default {15} */
  readonly localThresholdMS?: number;
  /** Largest number of connections to a server; 0 means no limit. @default {100} */
  readonly maxPoolSize?: number;
  /** Connections to keep open to a server. @default {0} */
  readonly minPoolSize?: number;
  /** Connections being opened at once to a server. @default {2} */
  readonly maxConnecting?: number;
  /** Time after which an unused connection is closed; 0 means never. @default {0} */
  readonly maxIdleTimeMS?: number;
  /** Time to wait for a free connection; 0 means no limit. @default {0} */
  readonly waitQueueTimeoutMS?: number;
  /** Which members of a replica set reads go to. @default {"primary"} */
  readonly readPreference?: ReadPreferenceMode;
  /** Tag sets in the order in which they are tried; not with `primary`. */
  readonly readPreferenceTags?: readonly TagSet[];
  /** How far a secondary may lag, in seconds; -1 means any, else at least 90; not with `primary`. @default {-1} */
  readonly maxStalenessSeconds?: number;
  /** Read concern level, e.g. `majority`. */
  readonly readConcernLevel?: string;
  /** Write concern: a number of members, `majority`, or the name of a mode. */
  readonly w?: number | string;
  /** Write concern: time to wait for `w`; 0 means no limit. */
  readonly wtimeoutMS?: number;
  /** Write concern: wait for the journal. */
  readonly journal?: boolean;
  /** Try a read once more after a failure that may pass. @default {true} */
  readonly retryReads?: boolean;
  /** Try a write once more after a failure that may pass. @default {true} */
  readonly retryWrites?: boolean;
  /** How often to retry when a server is overloaded. @default {2} */
  readonly maxAdaptiveRetries?: number;
  /** Retry on another server when one is overloaded. @default {false} */
  readonly enableOverloadRetargeting?: boolean;
  /** Host of a SOCKS5 proxy to connect through. */
  readonly proxyHost?: string;
  /** Its port. @default {1080} */
  readonly proxyPort?: number;
  /** User at the proxy; together with `proxyPassword`. */
  readonly proxyUsername?: string;
  /** Password at the proxy. */
  readonly proxyPassword?: string;
  /** Most hosts to take from SRV records; 0 means all. @default {0} */
  readonly srvMaxHosts?: number;
  /** Service whose SRV records are looked up. @default {"mongodb"} */
  readonly srvServiceName?: string;
  /** Encrypt connections. @default {false}, with `mongodb+srv` `true` */
  readonly tls?: boolean;
  /** File with certificate authorities (PEM). */
  readonly tlsCAFile?: string;
  /** File with the client's certificate and key (PEM). */
  readonly tlsCertificateKeyFile?: string;
  /** Password of the key in it. */
  readonly tlsCertificateKeyFilePassword?: string;
  /** Accept any certificate. @default {false} */
  readonly tlsAllowInvalidCertificates?: boolean;
  /** Accept a certificate of another host. @default {false} */
  readonly tlsAllowInvalidHostnames?: boolean;
  /** Accept any certificate of any host. @default {false} */
  readonly tlsInsecure?: boolean;
  /** Parsed for other drivers' sake: revocation is not checked here. */
  readonly tlsDisableCertificateRevocationCheck?: boolean;
  /** Parsed for other drivers' sake: OCSP responders are not asked here. */
  readonly tlsDisableOCSPEndpointCheck?: boolean;
}

/** The values of options that are absent. */
export const DEFAULT_CLIENT_OPTIONS = {
  compressors: [],
  zlibCompressionLevel: -1,
  connectTimeoutMS: 10_000,
  socketTimeoutMS: 0,
  directConnection: false,
  loadBalanced: false,
  heartbeatFrequencyMS: 10_000,
  serverMonitoringMode: "auto",
  serverSelectionTimeoutMS: 30_000,
  localThresholdMS: 15,
  maxPoolSize: 100,
  minPoolSize: 0,
  maxConnecting: 2,
  maxIdleTimeMS: 0,
  waitQueueTimeoutMS: 0,
  readPreference: "primary",
  maxStalenessSeconds: -1,
  retryReads: true,
  retryWrites: true,
  maxAdaptiveRetries: 2,
  enableOverloadRetargeting: false,
  proxyPort: 1080,
  srvMaxHosts: 0,
  srvServiceName: "mongodb",
  tls: false,
  tlsAllowInvalidCertificates: false,
  tlsAllowInvalidHostnames: false,
  tlsInsecure: false,
} as const satisfies MongoClientOptions;
