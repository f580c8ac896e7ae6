import type { Libc } from "./libc.ts";

/** Error numbers that are looked at, the same on x86-64 and arm64 (Linux, `asm-generic/errno.h` and `errno-base.h`). */
export const Errno = {
  EINTR: 4,
  EAGAIN: 11,
  ENOMEM: 12,
  ENFILE: 23,
  EMFILE: 24,
  EPIPE: 32,
  EADDRINUSE: 98,
  EADDRNOTAVAIL: 99,
  ECONNRESET: 104,
  ENOBUFS: 105,
  ECONNREFUSED: 111,
  EINPROGRESS: 115,
} as const;

const ENOENT = 2;
const EACCES = 13;

/** What the runtime would have thrown. */
const CLASSES: Readonly<Record<number, new (message: string) => Error>> = {
  [ENOENT]: Deno.errors.NotFound,
  [EACCES]: Deno.errors.PermissionDenied,
  [Errno.EPIPE]: Deno.errors.BrokenPipe,
  [Errno.EADDRINUSE]: Deno.errors.AddrInUse,
  [Errno.EADDRNOTAVAIL]: Deno.errors.AddrNotAvailable,
  [Errno.ECONNRESET]: Deno.errors.ConnectionReset,
  [Errno.ECONNREFUSED]: Deno.errors.ConnectionRefused,
};

/** Makes the error that the runtime makes of such a number, with the system's words for it. */
export function systemError(libc: Libc, errno: number): Error {
  const words = libc.symbols.strerror(errno);
  const message = words === null ? `System error ${errno}` : Deno.UnsafePointerView.getCString(words);
  return new (CLASSES[errno] ?? Error)(message);
}
