import type { MongoClientOptions } from "../client_options.ts";
import { MongoParseError } from "../error.ts";

/** A way to authenticate (authentication specification). */
export type AuthMechanism =
  | "SCRAM-SHA-1"
  | "SCRAM-SHA-256"
  | "PLAIN"
  | "MONGODB-X509"
  | "GSSAPI"
  | "MONGODB-AWS"
  | "MONGODB-OIDC";

/** Properties of a mechanism, e.g. `SERVICE_NAME`; names in capitals. */
export type AuthMechanismProperties = Readonly<Record<string, string>>;

/** Who a client says it is, and how it proves that. */
export interface MongoCredentials {
  /** Empty where the mechanism takes the name from elsewhere, e.g. from a certificate. */
  readonly username: string;
  /** Null where none was given. */
  readonly password: string | null;
  /** The database that knows the user. */
  readonly source: string;
  /** Null: negotiated with the server between SCRAM-SHA-256 and SCRAM-SHA-1. */
  readonly mechanism: AuthMechanism | null;
  /** What the mechanism needs besides, with its defaults; empty for most. */
  readonly mechanismProperties: AuthMechanismProperties;
}

/** What credentials are built from. */
export interface CredentialParts {
  /** Null where the URI has no user information at all. */
  readonly username: string | null;
  /** Null where the user information has no colon. */
  readonly password: string | null;
  /** The database that the URI names. */
  readonly defaultDatabase: string | null;
  /** What the options say about authentication. */
  readonly options: Pick<
    MongoClientOptions,
    "authMechanism" | "authMechanismProperties" | "authSource"
  >;
}

/** What a mechanism asks of its credentials. */
interface MechanismRules {
  readonly username: "required" | "optional";
  /** SCRAM and PLAIN need one as well, but it may come from elsewhere than the URI: authenticating asks for it. */
  readonly password: "optional" | "with username" | "forbidden";
  /** Where the source comes from if none is given. */
  readonly source: "always $external" | "database or $external" | "database or admin";
  readonly properties: readonly string[];
  readonly defaultProperties?: AuthMechanismProperties;
}

const SCRAM_RULES: MechanismRules = {
  username: "required",
  password: "optional",
  source: "database or admin",
  properties: [],
};

const MECHANISM_RULES: Readonly<Record<AuthMechanism, MechanismRules>> = {
  "SCRAM-SHA-1": SCRAM_RULES,
  "SCRAM-SHA-256": SCRAM_RULES,
  "PLAIN": {
    username: "required",
    password: "optional",
    source: "database or $external",
    properties: [],
  },
  "MONGODB-X509": {
    username: "optional",
    password: "forbidden",
    source: "always $external",
    properties: [],
  },
  "GSSAPI": {
    username: "required",
    password: "optional",
    source: "always $external",
    properties: ["SERVICE_NAME", "CANONICALIZE_HOST_NAME", "SERVICE_REALM", "SERVICE_HOST"],
    defaultProperties: { SERVICE_NAME: "mongodb" },
  },
  "MONGODB-AWS": {
    username: "optional",
    password: "with username",
    source: "always $external",
    properties: ["AWS_SESSION_TOKEN"],
  },
  "MONGODB-OIDC": {
    username: "optional",
    password: "forbidden",
    source: "always $external",
    properties: ["ENVIRONMENT", "TOKEN_RESOURCE"],
  },
};

/**
 * Puts credentials together after the authentication specification, with the mechanism's default source.
 * Gives null where nothing asks for authentication: neither user information nor a mechanism that works without it.
 * Throws {@linkcode MongoParseError} where something required is missing or something given does not apply.
 */
export function buildCredentials(parts: CredentialParts): MongoCredentials | null {
  const mechanism = parts.options.authMechanism ?? null;
  if (parts.username === null && mechanism === null) return null;
  const rules = mechanism === null ? SCRAM_RULES : MECHANISM_RULES[mechanism];
  const credentials: MongoCredentials = {
    username: parts.username ?? "",
    password: parts.password,
    source: sourceOf(rules, parts),
    mechanism,
    mechanismProperties: {
      ...rules.defaultProperties,
      ...parts.options.authMechanismProperties,
    },
  };
  validateCredentials(credentials, rules);
  return credentials;
}

function sourceOf(rules: MechanismRules, parts: CredentialParts): string {
  if (parts.options.authSource !== undefined) return parts.options.authSource;
  if (rules.source === "always $external") return "$external";
  return parts.defaultDatabase ?? (rules.source === "database or admin" ? "admin" : "$external");
}

function validateCredentials(credentials: MongoCredentials, rules: MechanismRules): void {
  const name = credentials.mechanism ?? "the default mechanism";
  if (rules.username === "required" && credentials.username === "") {
    throw new MongoParseError(`Missing user name for ${name}, expected mongodb://user:password@host`);
  }
  validatePassword(credentials, rules, name);
  if (rules.source === "always $external" && credentials.source !== "$external") {
    throw new MongoParseError(
      `Invalid authSource "${credentials.source}" for ${name}, expected $external or none`,
    );
  }
  for (const property of Object.keys(credentials.mechanismProperties)) {
    if (rules.properties.includes(property)) continue;
    const expected = rules.properties.length === 0 ? "none" : rules.properties.join(", ");
    throw new MongoParseError(
      `Unknown property ${property} in authMechanismProperties for ${name}, expected ${expected}`,
    );
  }
  if (credentials.mechanism === "GSSAPI") validateGssapi(credentials.mechanismProperties);
  if (credentials.mechanism === "MONGODB-AWS") validateAws(credentials);
  if (credentials.mechanism === "MONGODB-OIDC") validateOidc(credentials);
}

function validatePassword(
  { username, password }: MongoCredentials,
  rules: MechanismRules,
  name: string,
): void {
  if (rules.password === "forbidden" && password !== null) {
    throw new MongoParseError(`Password given for ${name}, which takes none`);
  }
  if (rules.password === "with username" && username !== "" && password === null) {
    throw new MongoParseError(`Missing password for ${name}, expected mongodb://user:password@host`);
  }
}

const CANONICALIZATIONS = ["none", "forward", "forwardAndReverse", "true", "false"];

function validateGssapi(properties: AuthMechanismProperties): void {
  const value = properties.CANONICALIZE_HOST_NAME;
  if (value === undefined || CANONICALIZATIONS.includes(value)) return;
  throw new MongoParseError(
    `Invalid CANONICALIZE_HOST_NAME in authMechanismProperties, expected one of ${CANONICALIZATIONS.join(", ")}`,
  );
}

function validateAws({ username, mechanismProperties }: MongoCredentials): void {
  if (username !== "" || mechanismProperties.AWS_SESSION_TOKEN === undefined) return;
  throw new MongoParseError("AWS_SESSION_TOKEN without a user name, expected an access key as well");
}

const OIDC_ENVIRONMENTS = ["test", "azure", "gcp", "k8s"];

function validateOidc({ username, mechanismProperties }: MongoCredentials): void {
  const { ENVIRONMENT, TOKEN_RESOURCE } = mechanismProperties;
  if (ENVIRONMENT === undefined || !OIDC_ENVIRONMENTS.includes(ENVIRONMENT)) {
    throw new MongoParseError(
      `Missing or unknown ENVIRONMENT in authMechanismProperties for MONGODB-OIDC, expected one of ${
        OIDC_ENVIRONMENTS.join(", ")
      }`,
    );
  }
  const takesResource = ENVIRONMENT === "azure" || ENVIRONMENT === "gcp";
  if (takesResource !== (TOKEN_RESOURCE !== undefined)) {
    throw new MongoParseError(
      `TOKEN_RESOURCE in authMechanismProperties is ${
        takesResource ? "missing" : "not allowed"
      } for ENVIRONMENT ${ENVIRONMENT}`,
    );
  }
  if (username !== "" && ENVIRONMENT === "test") {
    throw new MongoParseError("User name given for MONGODB-OIDC with ENVIRONMENT test, expected none");
  }
}
