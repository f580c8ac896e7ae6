import { formatHostAddress, type HostAddress } from "../address.ts";
import { MongoNetworkError, MongoNetworkTimeoutError } from "../error.ts";
import { DenoStream, networkError } from "./deno_stream.ts";
import type { DialOptions, Listener, ListenOptions, Stream, TlsOptions, Transport } from "./transport.ts";

/** Connections that may wait in the kernel to be accepted: a deploy of a fleet arrives at once. */
const LISTEN_BACKLOG = 4096;
/** How long accepting rests after it failed, most often for want of file descriptors. */
const ACCEPT_RETRY_MS = 100;

/** The I/O backend on `Deno.connect` and `Deno.listen`: TCP, TLS and unix sockets. */
export const denoTransport: Transport = { dial, listen };

async function dial(address: HostAddress, options: DialOptions = {}): Promise<Stream> {
  const opening = openConn(address, options.tls);
  const conn = await withDeadline(opening, address, options);
  if ("setNoDelay" in conn) (conn as Deno.TcpConn).setNoDelay(true);
  if ("setKeepAlive" in conn) (conn as Deno.TcpConn).setKeepAlive(true);
  return new DenoStream(conn, formatHostAddress(address), true);
}

async function openConn(address: HostAddress, tls: TlsOptions | undefined): Promise<Deno.Conn> {
  try {
    if (address.kind === "unix") {
      return await Deno.connect({ transport: "unix", path: address.path });
    }
    const { host: hostname, port } = address;
    return tls === undefined ? await Deno.connect({ hostname, port }) : await openTls(hostname, port, tls);
  } catch (error) {
    const { message } = networkError(error);
    throw new MongoNetworkError(`Cannot connect to ${formatHostAddress(address)}: ${message}`, {
      cause: error,
    });
  }
}

async function openTls(hostname: string, port: number, tls: TlsOptions): Promise<Deno.Conn> {
  const conn = await Deno.connectTls({
    hostname,
    port,
    ...(tls.caCerts === undefined ? {} : { caCerts: [...tls.caCerts] }),
    ...(tls.cert === undefined || tls.key === undefined ? {} : { cert: tls.cert, key: tls.key }),
    unsafelyDisableHostnameVerification: tls.allowInvalidHostnames ?? false,
  });
  await conn.handshake();
  return conn;
}

/** Gives up at the deadline or the signal; a connection that arrives later is closed. */
function withDeadline(
  opening: Promise<Deno.Conn>,
  address: HostAddress,
  options: DialOptions,
): Promise<Deno.Conn> {
  const { connectTimeoutMS = 0, signal } = options;
  return new Promise((resolve, reject) => {
    const settle = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
    };
    const giveUp = (error: MongoNetworkError) => {
      settle();
      opening.then((conn) => conn.close(), () => {});
      reject(error);
    };
    const onAbort = () =>
      giveUp(
        new MongoNetworkError(`Connecting to ${formatHostAddress(address)} was given up`, {
          cause: signal?.reason,
        }),
      );
    const timer = connectTimeoutMS > 0
      ? setTimeout(() => giveUp(timeoutError(address, connectTimeoutMS)), connectTimeoutMS)
      : undefined;
    if (signal?.aborted) return onAbort();
    signal?.addEventListener("abort", onAbort);
    opening.then((conn) => {
      settle();
      resolve(conn);
    }, (error) => {
      settle();
      reject(error);
    });
  });
}

function timeoutError(address: HostAddress, ms: number): MongoNetworkTimeoutError {
  return new MongoNetworkTimeoutError(
    `No connection to ${formatHostAddress(address)} within ${ms} ms`,
  );
}

function listen(
  address: HostAddress,
  options: ListenOptions,
  onStream: (stream: Stream) => void,
  onError: (error: Error) => void,
): Listener {
  const listener = openListener(address, options);
  const bound = boundAddress(address, listener.addr);
  let open = true;
  acceptLoop(listener, bound, onStream, onError, () => open);
  return {
    address: bound,
    close() {
      if (!open) return;
      open = false;
      listener.close();
      if (bound.kind === "unix") removeIfPresent(bound.path);
    },
  };
}

function openListener(address: HostAddress, options: ListenOptions): Deno.Listener {
  if (address.kind === "tcp") {
    return Deno.listen({
      hostname: address.host,
      port: address.port,
      tcpBacklog: LISTEN_BACKLOG,
    });
  }
  if (options.unlink) removeIfPresent(address.path);
  return Deno.listen({ transport: "unix", path: address.path });
}

function boundAddress(asked: HostAddress, addr: Deno.Addr): HostAddress {
  return asked.kind === "tcp" && addr.transport === "tcp" ? { kind: "tcp", host: asked.host, port: addr.port } : asked;
}

function removeIfPresent(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

async function acceptLoop(
  listener: Deno.Listener,
  bound: HostAddress,
  onStream: (stream: Stream) => void,
  onError: (error: Error) => void,
  isOpen: () => boolean,
): Promise<void> {
  while (isOpen()) {
    try {
      const conn = await listener.accept();
      if ("setNoDelay" in conn) (conn as Deno.TcpConn).setNoDelay(true);
      onStream(new DenoStream(conn, peerAddress(conn, bound), false));
    } catch (error) {
      if (!isOpen()) return;
      onError(networkError(error));
      await new Promise((resolve) => setTimeout(resolve, ACCEPT_RETRY_MS));
    }
  }
}

function peerAddress(conn: Deno.Conn, bound: HostAddress): string {
  const { remoteAddr } = conn;
  return remoteAddr.transport === "tcp"
    ? formatHostAddress({ kind: "tcp", host: remoteAddr.hostname, port: remoteAddr.port })
    : formatHostAddress(bound);
}
