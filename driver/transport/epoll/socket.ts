import { systemError } from "./errno.ts";
import type { Libc } from "./libc.ts";
import type { TcpAddress } from "../tcp.ts";
import { readSocketAddress, SOCKADDR_BYTES } from "./sockaddr.ts";

const SOCK_STREAM = 1;
/** The same value makes `accept4` give such sockets. */
export const SOCK_CLOEXEC_NONBLOCK = 0o2004000;

/** Options that are on or off, as [level, name] (Linux, `asm-generic/socket.h` and `linux/tcp.h`). */
export const SocketOption = {
  REUSEADDR: [1, 2],
  ERROR: [1, 4],
  KEEPALIVE: [1, 9],
  REUSEPORT: [1, 15],
  NODELAY: [6, 1],
} as const;

const ONE = new Uint8Array(new Int32Array([1]).buffer);

/** Opens a non-blocking stream socket. Throws what the system says. */
export function openSocket(libc: Libc, family: number): number {
  return check(libc, libc.symbols.socket(family, SOCK_STREAM | SOCK_CLOEXEC_NONBLOCK, 0));
}

/** Turns an option on. Throws what the system says. */
export function turnOn(libc: Libc, fd: number, [level, name]: readonly [number, number]): void {
  check(libc, libc.symbols.setsockopt(fd, level, name, ONE, ONE.length));
}

/** Takes the error that a socket keeps; 0 if there is none. */
export function takeSocketError(libc: Libc, fd: number): number {
  const [level, name] = SocketOption.ERROR;
  const value = new Int32Array(1);
  const length = new Uint32Array([value.byteLength]);
  check(
    libc,
    libc.symbols.getsockopt(fd, level, name, new Uint8Array(value.buffer), new Uint8Array(length.buffer)),
  );
  return value[0]!;
}

/** Where a socket is bound; null if it is no TCP socket. */
export function boundAddress(libc: Libc, fd: number): TcpAddress | null {
  const sockaddr = new Uint8Array(SOCKADDR_BYTES);
  const length = new Uint32Array([sockaddr.length]);
  check(libc, libc.symbols.getsockname(fd, sockaddr, new Uint8Array(length.buffer)));
  return readSocketAddress(sockaddr);
}

/** Gives the result of a system call. Throws what the system says if it failed. */
export function check(libc: Libc, result: number): number {
  if (result < 0) throw systemError(libc, libc.errno);
  return result;
}
