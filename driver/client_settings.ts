import { buildCredentials, type MongoCredentials } from "./auth/credentials.ts";
import { type BSONSerializeOptions, inheritBsonOptions } from "./bson_options.ts";
import type { DriverInfo } from "./client_metadata.ts";
import { DEFAULT_CLIENT_OPTIONS, type MongoClientOptions } from "./client_options.ts";
import type { ConnectionString } from "./connection_string.ts";
import { MongoParseError } from "./error.ts";
import type { ServerApi } from "./handshake.ts";
import type { RetryOptions } from "./operation/client_core.ts";
import { type OperationSettings, type ReadPreferenceLike, readPreferenceOf } from "./operation/operation_settings.ts";
import { type ReadConcernLike, readConcernOf } from "./read_concern.ts";
import type { ReadPreference } from "./selection/read_preference.ts";
import type { Transport } from "./transport/transport.ts";
import { validateClientOptions } from "./uri_validation.ts";
import { type WriteConcern, writeConcernOf, type WriteConcernOptions } from "./write_concern.ts";

/** What a client may be told in code; whatever is set here wins over the connection string. */
export interface ClientOptions extends Omit<MongoClientOptions, "readPreference">, BSONSerializeOptions {
  /** Who to authenticate as. */
  readonly auth?: { readonly username?: string; readonly password?: string };
  /** Which servers reads go to. @default {"primary"} */
  readonly readPreference?: ReadPreferenceLike;
  /** How consistent what a read sees has to be; the same as `readConcernLevel`. */
  readonly readConcern?: ReadConcernLike;
  /** What acknowledges a write; the same as `w`, `wtimeoutMS` and `journal`. */
  readonly writeConcern?: WriteConcernOptions | number | "majority";
  /** The server API to declare, or its version alone. */
  readonly serverApi?: ServerApi | string;
  /** Whether commands are told in events; by default they are when somebody listens. @default {true} */
  readonly monitorCommands?: boolean;
  /** Who uses the driver, for the servers' logs. */
  readonly driverInfo?: DriverInfo;
  /** Leaves it to the server to give documents without an `_id` one. @default {false} */
  readonly forceServerObjectId?: boolean;
  /** What opens the sockets. @default {denoTransport} */
  readonly transport?: Transport;
}

/** What a client goes by, with its defaults. */
export interface ClientSettings {
  /** What databases inherit. */
  readonly operations: OperationSettings;
  /** How its operations are retried. */
  readonly retries: RetryOptions;
  /** The declared API; `null` if there is none. */
  readonly serverApi: ServerApi | null;
  /** Whether commands are told in events. */
  readonly monitorsCommands: boolean;
  /** Milliseconds to wait for a reply; 0 means no limit. */
  readonly socketTimeoutMS: number;
}

/** The connection string as the options in code change it. Throws `MongoParseError` for what does not go together. */
export function withClientOptions(parsed: ConnectionString, given: ClientOptions): ConnectionString {
  const options = { ...parsed.options, ...uriOptionsOf(given) };
  const isSrv = parsed.srvHost !== null;
  validateClientOptions(options, { isSrv, hostCount: isSrv && parsed.hosts.length === 0 ? null : parsed.hosts.length });
  return { ...parsed, options, credentials: credentialsOf(parsed, given, options) };
}

/** What a client with these options goes by. Throws `MongoParseError` for a server API that is not known. */
export function clientSettings({ options }: ConnectionString, given: ClientOptions): ClientSettings {
  const { serverApi, monitorCommands = true } = given;
  const defaults = { ...DEFAULT_CLIENT_OPTIONS, ...options };
  const { retryReads, retryWrites, maxAdaptiveRetries, enableOverloadRetargeting, socketTimeoutMS } = defaults;
  return {
    operations: {
      readConcern: readConcernFrom(options, given),
      writeConcern: writeConcernFrom(options, given),
      readPreference: readPreferenceFrom(options, given),
      timeoutMS: options.timeoutMS,
      bson: inheritBsonOptions({}, given),
    },
    retries: { retryReads, retryWrites, maxAdaptiveRetries, enableOverloadRetargeting },
    serverApi: serverApiOf(serverApi),
    monitorsCommands: monitorCommands,
    socketTimeoutMS,
  };
}

/** There is one version so far; servers would refuse another, discovery included. */
function serverApiOf(given: ServerApi | string | undefined): ServerApi | null {
  if (given === undefined) return null;
  const api = typeof given === "string" ? { version: given } : given;
  if (api.version === "1") return api;
  throw new MongoParseError(`Server API version is ${JSON.stringify(api.version)}, expected "1"`);
}

function uriOptionsOf(given: ClientOptions): MongoClientOptions {
  const {
    auth: _auth,
    readPreference,
    readConcern: _readConcern,
    writeConcern: _writeConcern,
    serverApi: _serverApi,
    monitorCommands: _monitorCommands,
    driverInfo: _driverInfo,
    transport: _transport,
    ...options
  } = given;
  return { ...options, ...(typeof readPreference === "string" ? { readPreference } : {}) };
}

function credentialsOf(
  parsed: ConnectionString,
  { auth }: ClientOptions,
  options: MongoClientOptions,
): MongoCredentials | null {
  const username = auth?.username ?? (parsed.credentials?.username || null);
  const password = auth?.password ?? parsed.credentials?.password ?? null;
  return buildCredentials({ username, password, defaultDatabase: parsed.defaultDatabase, options });
}

function readConcernFrom({ readConcernLevel }: MongoClientOptions, { readConcern }: ClientOptions) {
  if (readConcern !== undefined) return readConcernOf(readConcern);
  return readConcernLevel === undefined ? {} : { level: readConcernLevel };
}

function writeConcernFrom(options: MongoClientOptions, { writeConcern }: ClientOptions): WriteConcern {
  return writeConcernOf(writeConcern ?? options);
}

function readPreferenceFrom(options: MongoClientOptions, { readPreference }: ClientOptions): ReadPreference {
  if (typeof readPreference === "object") return readPreferenceOf(readPreference);
  const { readPreference: mode = "primary", readPreferenceTags: tags, maxStalenessSeconds } = options;
  return readPreferenceOf({
    mode,
    ...(tags === undefined ? {} : { tags }),
    ...(maxStalenessSeconds === undefined ? {} : { maxStalenessSeconds }),
  });
}
