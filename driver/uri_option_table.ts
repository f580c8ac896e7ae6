import type { AuthMechanism } from "./auth/credentials.ts";
import type { MongoClientOptions, ReadPreferenceMode } from "./client_options.ts";
import {
  authSource,
  boolean,
  compressors,
  integer,
  mechanismProperties,
  oneOf,
  type OptionKind,
  tagSets,
  text,
  writeConcernW,
} from "./uri_option_kind.ts";

const MILLISECONDS = integer(0);
/** 64 bits in the specification; this is as far as a number is exact. */
const LONG_MILLISECONDS = integer(0, Number.MAX_SAFE_INTEGER);
const AUTH_MECHANISMS: readonly AuthMechanism[] = [
  "SCRAM-SHA-1",
  "SCRAM-SHA-256",
  "PLAIN",
  "MONGODB-X509",
  "GSSAPI",
  "MONGODB-AWS",
  "MONGODB-OIDC",
];
const READ_PREFERENCES: readonly ReadPreferenceMode[] = [
  "primary",
  "primaryPreferred",
  "secondary",
  "secondaryPreferred",
  "nearest",
];

/** How each option is written in a connection string (URI options specification). */
export const URI_OPTIONS: {
  readonly [Name in keyof MongoClientOptions]-?: OptionKind<NonNullable<MongoClientOptions[Name]>>;
} = {
  appName: text,
  authMechanism: oneOf(AUTH_MECHANISMS),
  authMechanismProperties: mechanismProperties,
  authSource,
  compressors,
  connectTimeoutMS: MILLISECONDS,
  directConnection: boolean,
  enableOverloadRetargeting: boolean,
  heartbeatFrequencyMS: integer(500),
  journal: boolean,
  loadBalanced: boolean,
  localThresholdMS: MILLISECONDS,
  maxAdaptiveRetries: integer(0),
  maxConnecting: integer(1),
  maxIdleTimeMS: MILLISECONDS,
  maxPoolSize: integer(0),
  maxStalenessSeconds: integer(90, undefined, -1),
  minPoolSize: integer(0),
  proxyHost: { ...text, isUnique: true },
  proxyPassword: { ...text, isSecret: true, isUnique: true },
  proxyPort: { ...integer(1, 65535), isUnique: true },
  proxyUsername: { ...text, isUnique: true },
  readConcernLevel: text,
  readPreference: oneOf(READ_PREFERENCES),
  readPreferenceTags: tagSets,
  replicaSet: text,
  retryReads: boolean,
  retryWrites: boolean,
  serverMonitoringMode: oneOf(["auto", "stream", "poll"]),
  serverSelectionTimeoutMS: MILLISECONDS,
  serverSelectionTryOnce: boolean,
  socketTimeoutMS: MILLISECONDS,
  srvMaxHosts: integer(0),
  srvServiceName: text,
  timeoutMS: MILLISECONDS,
  tls: boolean,
  tlsAllowInvalidCertificates: boolean,
  tlsAllowInvalidHostnames: boolean,
  tlsCAFile: text,
  tlsCertificateKeyFile: text,
  tlsCertificateKeyFilePassword: { ...text, isSecret: true },
  tlsDisableCertificateRevocationCheck: boolean,
  tlsDisableOCSPEndpointCheck: boolean,
  tlsInsecure: boolean,
  w: writeConcernW,
  waitQueueTimeoutMS: MILLISECONDS,
  wtimeoutMS: LONG_MILLISECONDS,
  zlibCompressionLevel: integer(-1, 9),
};

/** Another name of an option. */
export interface UriOptionAlias {
  readonly name: keyof MongoClientOptions;
  /** Whether using it is worth a warning, and the option's own name goes before it. */
  readonly isDeprecated: boolean;
  /** Turns the alias's value into the option's. */
  readonly rewrite?: (encoded: string) => string;
}

/** Other names of options, in lower case. */
export const URI_OPTION_ALIASES: ReadonlyMap<string, UriOptionAlias> = new Map<
  string,
  UriOptionAlias
>([
  ["ssl", { name: "tls", isDeprecated: false }],
  ["wtimeout", { name: "wtimeoutMS", isDeprecated: true }],
  ["gssapiservicename", {
    name: "authMechanismProperties",
    isDeprecated: true,
    rewrite: (encoded) => `SERVICE_NAME:${encoded}`,
  }],
]);
