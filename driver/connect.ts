import type { HostAddress } from "./address.ts";
import { formatHostAddress } from "./address.ts";
import { type AuthConversation, startAuth } from "./auth/authenticate.ts";
import type { MongoCredentials } from "./auth/credentials.ts";
import { Connection, type ConnectionInfo } from "./connection.ts";
import { MongoNetworkError, MongoNetworkTimeoutError } from "./error.ts";
import { type HelloOptions, performHandshake } from "./handshake.ts";
import { withOverloadLabels } from "./overload_labels.ts";
import { denoTransport } from "./transport/deno_transport.ts";
import type { Stream, TlsOptions, Transport } from "./transport/transport.ts";

/** What {@linkcode connect} needs besides an address. */
export interface ConnectOptions
  extends Partial<Omit<ConnectionInfo, "address">>, Omit<HelloOptions, "credentials" | "speculativeAuthenticate"> {
  /** Who to authenticate as; monitors give none. @default {null} */
  readonly credentials?: MongoCredentials | null;
  /** Speaks TLS with these settings; without it the connection is plain. */
  readonly tls?: TlsOptions;
  /** Milliseconds for everything: transport, `hello`, authentication; 0 means no limit. @default {0} */
  readonly connectTimeoutMS?: number;
  /** What opens the socket. @default {denoTransport} */
  readonly transport?: Transport;
  /** Called between `hello` and authentication, with the service behind a load balancer. */
  readonly onHandshake?: (serviceId: string | null) => void;
  /**
   * How an authentication starts; tests replace it.
   *
   * @internal
   */
  readonly startAuth?: (credentials: MongoCredentials) => AuthConversation;
}

/**
 * Opens a connection that is ready for use: transport, `hello`, authentication. If any of it fails, the
 * time is up, or `signal` is aborted, the socket is closed.
 *
 * Throws `MongoNetworkError` or `MongoNetworkTimeoutError` (labelled `SystemOverloadedError` and
 * `RetryableError` before authentication), `MongoCompatibilityError`, `MongoServerError`, `MongoAuthError`.
 *
 * @example
 * ```ts ignore
 * const connection = await connect(parseHostAddress("localhost:27017"), {
 *   clientMetadata: buildClientMetadata(readClientEnvironment()),
 *   connectTimeoutMS: 10_000,
 * });
 * ```
 */
export async function connect(
  address: HostAddress,
  options: ConnectOptions,
  signal?: AbortSignal,
): Promise<Connection> {
  const startedAt = performance.now();
  const stream = await dial(address, options, signal);
  const connection = new Connection(stream, connectionInfo(address, options));
  const guard = guardEstablishment(connection, options.connectTimeoutMS ?? 0, startedAt, signal);
  try {
    await establish(connection, options);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  } finally {
    guard.release();
  }
}

function connectionInfo(address: HostAddress, options: ConnectOptions): ConnectionInfo {
  const { id = 0, generation = 0, maxMessageSizeBytes, zlibCompressionLevel } = options;
  return {
    address,
    id,
    generation,
    ...(maxMessageSizeBytes === undefined ? {} : { maxMessageSizeBytes }),
    ...(zlibCompressionLevel === undefined ? {} : { zlibCompressionLevel }),
  };
}

async function dial(
  address: HostAddress,
  { transport = denoTransport, tls, connectTimeoutMS = 0 }: ConnectOptions,
  signal: AbortSignal | undefined,
): Promise<Stream> {
  return await labelled(transport.dial(address, {
    connectTimeoutMS,
    ...(tls === undefined ? {} : { tls }),
    ...(signal === undefined ? {} : { signal }),
  }));
}

async function establish(connection: Connection, options: ConnectOptions): Promise<void> {
  const credentials = options.credentials ?? null;
  const auth = credentials === null ? null : (options.startAuth ?? startAuth)(credentials);
  const hello = await labelled(performHandshake(connection, {
    ...options,
    credentials,
    speculativeAuthenticate: auth?.speculativeAuthenticate() ?? null,
  }));
  options.onHandshake?.(connection.serviceId);
  await auth?.finish((database, command) => connection.command(database, command), hello);
}

async function labelled<Value>(step: Promise<Value>): Promise<Value> {
  try {
    return await step;
  } catch (error) {
    throw error instanceof MongoNetworkError ? withOverloadLabels(error) : error;
  }
}

/** Closes the connection when the time is up or the signal aborted, which fails the step under way; until released. */
function guardEstablishment(
  connection: Connection,
  timeoutMS: number,
  startedAt: number,
  signal: AbortSignal | undefined,
): { release(): void } {
  const where = formatHostAddress(connection.address);
  const onAbort = () =>
    connection.close(
      new MongoNetworkError(`Connecting to ${where} was given up`, { cause: signal?.reason }),
    );
  const onDeadline = () =>
    connection.close(
      new MongoNetworkTimeoutError(`No handshake with ${where} within ${timeoutMS} ms`),
    );
  const timer = timeoutMS > 0
    ? setTimeout(onDeadline, Math.max(0, timeoutMS - (performance.now() - startedAt)))
    : undefined;
  signal?.addEventListener("abort", onAbort);
  if (signal?.aborted) onAbort();
  return {
    release() {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
    },
  };
}
