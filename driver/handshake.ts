import type { Document } from "../codec/bson_types.ts";
import type { CompressorName } from "../codec/op_compressed.ts";
import type { MongoCredentials } from "./auth/credentials.ts";
import type { Connection } from "./connection.ts";
import { formatHostAddress } from "./address.ts";
import { MongoCompatibilityError } from "./error.ts";
import { wireVersionProblem } from "./sdam/wire_versions.ts";

/** A declared server API (Stable API specification). */
export interface ServerApi {
  /** The API version, e.g. `1`. */
  readonly version: string;
  /** Refuses commands that are not part of the API version. @default {false} */
  readonly strict?: boolean;
  /** Refuses what is deprecated in the API version. @default {false} */
  readonly deprecationErrors?: boolean;
}

/** What the first command on a connection says. */
export interface HelloOptions {
  /** See `buildClientMetadata`. */
  readonly clientMetadata: Document;
  /** Best first. @default {[]} */
  readonly compressors?: readonly CompressorName[];
  /** Sent along with `hello`; absent: none is declared. */
  readonly serverApi?: ServerApi;
  /** Whether the server is a load balancer. @default {false} */
  readonly loadBalanced?: boolean;
  /** Accepts any wire version, for monitors: discovery judges and tells what they see. @default {false} */
  readonly isMonitor?: boolean;
  /** Whose mechanisms to ask for, if no mechanism is configured. */
  readonly credentials?: Pick<MongoCredentials, "username" | "source" | "mechanism"> | null;
  /** The first command of an authentication, to save a round trip. */
  readonly speculativeAuthenticate?: Document | null;
}

/** The version of the client backpressure specification that is followed here; a string by the specification. */
const BACKPRESSURE_VERSION = "2";

/**
 * Builds the first command of a connection after the handshake specification: `hello` where the
 * server API or the load balancer asks for it, else the legacy `isMaster` that every server answers.
 */
export function buildHello(options: HelloOptions): Document {
  const { serverApi, credentials } = options;
  const isModern = serverApi !== undefined || options.loadBalanced === true;
  return {
    ...(isModern ? { hello: 1 } : { isMaster: 1, helloOk: true }),
    backpressure: BACKPRESSURE_VERSION,
    client: options.clientMetadata,
    compression: [...options.compressors ?? []],
    ...(options.loadBalanced ? { loadBalanced: true } : {}),
    ...(credentials?.mechanism === null ? { saslSupportedMechs: `${credentials.source}.${credentials.username}` } : {}),
    ...(options.speculativeAuthenticate ? { speculativeAuthenticate: options.speculativeAuthenticate } : {}),
    ...(serverApi === undefined ? {} : serverApiFields(serverApi)),
  };
}

/** What a command carries that declares an API. */
export function serverApiFields({ version, strict, deprecationErrors }: ServerApi): Document {
  return {
    apiVersion: version,
    ...(strict === undefined ? {} : { apiStrict: strict }),
    ...(deprecationErrors === undefined ? {} : { apiDeprecationErrors: deprecationErrors }),
  };
}

/**
 * Runs the first command on `connection` and keeps what it negotiated there: `hello`, `compressor`, `serviceId`.
 *
 * Throws `MongoNetworkError`, `MongoServerError`, or `MongoCompatibilityError` for a server that is too old
 * or too new, or that is no load balancer where one is expected. The connection is the caller's to close then.
 */
export async function performHandshake(
  connection: Connection,
  options: HelloOptions,
): Promise<Document> {
  const hello = await connection.command("admin", buildHello(options));
  if (!options.isMonitor) checkWireVersions(hello, formatHostAddress(connection.address));
  connection.hello = hello;
  connection.compressor = sharedCompressor(options.compressors ?? [], hello.compression);
  if (options.loadBalanced) connection.serviceId = serviceIdOf(hello);
  return hello;
}

function checkWireVersions(hello: Document, address: string): void {
  const problem = wireVersionProblem({
    address,
    type: "Standalone",
    minWireVersion: hello.minWireVersion ?? 0,
    maxWireVersion: hello.maxWireVersion ?? 0,
  });
  if (problem !== null) throw new MongoCompatibilityError(problem);
}

/** The first of ours that the server has too. */
function sharedCompressor(
  ours: readonly CompressorName[],
  theirs: unknown,
): CompressorName | null {
  return Array.isArray(theirs) ? ours.find((name) => theirs.includes(name)) ?? null : null;
}

function serviceIdOf(hello: Document): string {
  if (hello.serviceId === undefined) {
    // The load balancer specification gives this text.
    throw new MongoCompatibilityError(
      "Driver attempted to initialize in load balancing mode, but the server does not support this mode",
    );
  }
  return hello.serviceId.toHexString();
}
