import { formatHostAddress, type HostAddress } from "../address.ts";
import { AcceptLoop } from "./accept_loop.ts";
import { DenoStream } from "./deno_stream.ts";
import type { EventTurns } from "./event_turns.ts";
import { listenError } from "./network_error.ts";
import type { Listener, ListenOptions, Stream } from "./transport.ts";
import { type Acceptor, listenUnix } from "./unix_listener.ts";

/**
 * Connections that may wait in the kernel to be accepted: a deploy of a fleet arrives at once. The system may
 * have a lower limit (`net.core.somaxconn` on Linux).
 */
export const LISTEN_BACKLOG = 4096;

/** Listens on a TCP port or a unix socket. Throws `MongoNetworkError`, which names the address. */
export function listen(
  address: HostAddress,
  options: ListenOptions,
  onStream: (stream: Stream) => void,
  onError: (error: Error) => void,
  turns: EventTurns | null = null,
): Listener {
  const listener = open(address, options);
  const bound = boundAddress(address, listener.addr);
  const accepting = new AcceptLoop(listener, (conn) => onStream(serve(conn, bound, turns)), onError);
  return { address: bound, close: () => accepting.stop() };
}

function open(address: HostAddress, options: ListenOptions): Acceptor {
  try {
    if (address.kind === "unix") return listenUnix(address.path, options.unlink ?? false);
    return Deno.listen({
      hostname: address.host,
      port: address.port,
      tcpBacklog: LISTEN_BACKLOG,
      reusePort: options.reusePort ?? false,
    });
  } catch (error) {
    throw listenError(address, error);
  }
}

function boundAddress(asked: HostAddress, addr: Deno.Addr): HostAddress {
  return asked.kind === "tcp" && addr.transport === "tcp" ? { kind: "tcp", host: asked.host, port: addr.port } : asked;
}

/** Streams of a unix socket are named after it. */
function serve(conn: Deno.Conn, bound: HostAddress, turns: EventTurns | null): Stream {
  if ("setNoDelay" in conn) (conn as Deno.TcpConn).setNoDelay(true);
  const { remoteAddr } = conn;
  const peer: HostAddress = remoteAddr.transport === "tcp"
    ? { kind: "tcp", host: remoteAddr.hostname, port: remoteAddr.port }
    : bound;
  return new DenoStream(conn, formatHostAddress(peer), false, turns);
}
