import type { TcpAddress } from "../tcp.ts";

/** Address families (Linux, `include/linux/socket.h`). */
export const Family = { UNIX: 1, INET: 2, INET6: 10 } as const;

/** Room for any `struct sockaddr` that is in use here (`sockaddr_un` is the largest). */
export const SOCKADDR_BYTES = 110;

const UNIX_PATH_OFFSET = 2;
const UNIX_PATH_BYTES = 108;

/** The family of a socket address: the first 16 bits, in the machine's order, which is little-endian. */
export function familyOf(sockaddr: Uint8Array): number {
  return sockaddr[0]! | sockaddr[1]! << 8;
}

/**
 * Reads a `struct sockaddr_in` (`linux/in.h`: family, port, 4 bytes of address) or `sockaddr_in6` (`linux/in6.h`: family,
 * port, flow info, 16 bytes of address, scope); port and address are in network order. Null for another family.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readSocketAddress } from "./sockaddr.ts";
 *
 * assertEquals(readSocketAddress(new Uint8Array([2, 0, 0x69, 0x89, 127, 0, 0, 1])), { host: "127.0.0.1", port: 27017 });
 * ```
 */
export function readSocketAddress(sockaddr: Uint8Array): TcpAddress | null {
  const port = sockaddr[2]! << 8 | sockaddr[3]!;
  switch (familyOf(sockaddr)) {
    case Family.INET:
      return { host: ipv4Text(sockaddr, 4), port };
    case Family.INET6:
      return { host: ipv6Text(sockaddr, 8), port };
    default:
      return null;
  }
}

/** Makes a `struct sockaddr_un` (`linux/un.h`: family, 108 bytes of path). Throws `RangeError` if the path is too long. */
export function unixSocketAddress(path: string): Uint8Array<ArrayBuffer> {
  const bytes = new TextEncoder().encode(path);
  if (bytes.length >= UNIX_PATH_BYTES) {
    throw new RangeError(`The path has ${bytes.length} bytes, expected at most ${UNIX_PATH_BYTES - 1}`);
  }
  const sockaddr = new Uint8Array(UNIX_PATH_OFFSET + bytes.length + 1);
  sockaddr[0] = Family.UNIX;
  sockaddr.set(bytes, UNIX_PATH_OFFSET);
  return sockaddr;
}

function ipv4Text(bytes: Uint8Array, offset: number): string {
  return `${bytes[offset]}.${bytes[offset + 1]}.${bytes[offset + 2]}.${bytes[offset + 3]}`;
}

/** In the canonical form of RFC 5952, an IPv4 client of an IPv6 socket as `::ffff:1.2.3.4`. */
function ipv6Text(bytes: Uint8Array, offset: number): string {
  const groups = Array.from(
    { length: 8 },
    (_, index) => bytes[offset + 2 * index]! << 8 | bytes[offset + 2 * index + 1]!,
  );
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff) {
    return `::ffff:${ipv4Text(bytes, offset + 12)}`;
  }
  const text = groups.map((group) => group.toString(16)).join(":");
  return new URL(`http://[${text}]`).hostname.slice(1, -1);
}
