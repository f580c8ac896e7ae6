import type { HostAddress } from "../../address.ts";
import { LISTEN_BACKLOG } from "../listen.ts";
import { listenError } from "../network_error.ts";
import type { TcpAddress } from "../tcp.ts";
import type { Listener, ListenOptions, Stream } from "../transport.ts";
import { openUnix } from "../unix_listener.ts";
import { resolveHostSync } from "./address_info.ts";
import { type BoundSocket, EpollListener } from "./epoll_listener.ts";
import type { EpollLoop } from "./epoll_loop.ts";
import { familyOf, unixSocketAddress } from "./sockaddr.ts";
import { boundAddress, check, openSocket, SocketOption, turnOn } from "./socket.ts";

/** Listens on a TCP port or a unix socket, on the loop that `openLoop` gives. Throws `MongoNetworkError`, which names the address. */
export function epollListen(
  openLoop: () => EpollLoop,
  address: HostAddress,
  options: ListenOptions,
  onStream: (stream: Stream) => void,
  onError: (error: Error) => void,
): Listener {
  try {
    const loop = openLoop();
    return new EpollListener(loop, open(loop, address, options), onStream, onError);
  } catch (error) {
    throw listenError(address, error);
  }
}

function open(loop: EpollLoop, address: HostAddress, options: ListenOptions): BoundSocket {
  if (address.kind === "tcp") return openTcp(loop, address, options.reusePort ?? false);
  const { bound, close } = openUnix(address.path, options.unlink ?? false, (path) => bindUnix(loop, path));
  return { fd: bound.fd, address, close };
}

function bindUnix(loop: EpollLoop, path: string) {
  const fd = bindSocket(loop, unixSocketAddress(path), []);
  return { fd, close: () => loop.closeFd(fd) };
}

/** On the first address of the host that can be had. */
function openTcp(loop: EpollLoop, address: TcpAddress, reusePort: boolean): BoundSocket {
  // What is accepted inherits TCP_NODELAY.
  const options = [SocketOption.REUSEADDR, SocketOption.NODELAY, ...(reusePort ? [SocketOption.REUSEPORT] : [])];
  let failure: unknown = new Error("The name has no address");
  for (const sockaddr of resolveHostSync(loop.libc, address.host, address.port)) {
    try {
      const fd = bindSocket(loop, sockaddr, options);
      const port = boundAddress(loop.libc, fd)?.port ?? address.port;
      return { fd, address: { kind: "tcp", host: address.host, port }, close: () => loop.closeFd(fd) };
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

/** Opens a socket with these options turned on, and listens. */
function bindSocket(
  loop: EpollLoop,
  sockaddr: Uint8Array<ArrayBuffer>,
  options: readonly (readonly [number, number])[],
): number {
  const { libc } = loop;
  const fd = openSocket(libc, familyOf(sockaddr));
  try {
    for (const option of options) turnOn(libc, fd, option);
    check(libc, libc.symbols.bind(fd, sockaddr, sockaddr.length));
    check(libc, libc.symbols.listen(fd, LISTEN_BACKLOG));
    return fd;
  } catch (error) {
    loop.closeFd(fd);
    throw error;
  }
}
