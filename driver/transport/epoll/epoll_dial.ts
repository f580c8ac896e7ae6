import { formatHostAddress, type HostAddress } from "../../address.ts";
import { connectError } from "../network_error.ts";
import type { DialOptions, Stream } from "../transport.ts";
import { withDeadline } from "../with_deadline.ts";
import { resolveHost } from "./address_info.ts";
import { Epoll } from "./epoll_event.ts";
import type { EpollLoop } from "./epoll_loop.ts";
import { EpollStream } from "./epoll_stream.ts";
import { Errno, systemError } from "./errno.ts";
import { Family, familyOf, unixSocketAddress } from "./sockaddr.ts";
import { openSocket, SocketOption, takeSocketError, turnOn } from "./socket.ts";

const TCP_OPTIONS = [SocketOption.NODELAY, SocketOption.KEEPALIVE] as const;

/** Opens a plain stream on the loop that `openLoop` gives. Throws `MongoNetworkError`, which names the server, or `MongoNetworkTimeoutError`. */
export function epollDial(openLoop: () => EpollLoop, address: HostAddress, options: DialOptions): Promise<Stream> {
  return withDeadline(address, options, async (attempt) => {
    try {
      if (options.tls !== undefined && address.kind === "tcp") throw new Error("TLS is for the deno backend");
      return await open(openLoop(), address, attempt);
    } catch (error) {
      throw connectError(address, error);
    }
  });
}

async function open(loop: EpollLoop, address: HostAddress, attempt: AbortSignal): Promise<Stream> {
  loop.enter();
  try {
    const fd = await connectAny(loop, await sockaddrs(loop, address, attempt), attempt);
    return new EpollStream(loop, fd, formatHostAddress(address));
  } finally {
    loop.leave(true);
  }
}

function sockaddrs(
  { libc }: EpollLoop,
  address: HostAddress,
  attempt: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>[]> {
  return address.kind === "tcp"
    ? resolveHost(libc, address.host, address.port, attempt)
    : Promise.resolve([unixSocketAddress(address.path)]);
}

/** Tries them in turn. Throws what the last one fails with. */
async function connectAny(
  loop: EpollLoop,
  sockaddrs: readonly Uint8Array<ArrayBuffer>[],
  attempt: AbortSignal,
): Promise<number> {
  let failure: unknown = new Error("The name has no address");
  for (const sockaddr of sockaddrs) {
    try {
      return await connect(loop, sockaddr, attempt);
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

async function connect(loop: EpollLoop, sockaddr: Uint8Array<ArrayBuffer>, attempt: AbortSignal): Promise<number> {
  attempt.throwIfAborted();
  const { libc } = loop;
  const family = familyOf(sockaddr);
  const socketOptions = family === Family.UNIX ? [] : TCP_OPTIONS;
  const fd = openSocket(libc, family);
  try {
    for (const option of socketOptions) turnOn(libc, fd, option);
    if (libc.symbols.connect(fd, sockaddr, sockaddr.length) === 0) return fd;
    const { errno } = libc;
    if (errno !== Errno.EINPROGRESS && errno !== Errno.EINTR) throw systemError(libc, errno);
    await writable(loop, fd, attempt);
    const socketErrno = takeSocketError(libc, fd);
    if (socketErrno !== 0) throw systemError(libc, socketErrno);
    return fd;
  } catch (error) {
    loop.closeFd(fd);
    throw error;
  }
}

/** Resolves once an attempt to connect has ended, either way. */
function writable(loop: EpollLoop, fd: number, attempt: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = () => {
      attempt.removeEventListener("abort", onAbort);
      loop.unwatch(fd);
    };
    const onAbort = () => {
      settle();
      reject(attempt.reason);
    };
    const onReady = () => {
      settle();
      resolve();
    };
    attempt.addEventListener("abort", onAbort);
    loop.watch(fd, Epoll.OUT, { onReady });
  });
}
