import { assertEquals, assertThrows } from "@std/assert";
import { Family, familyOf, readSocketAddress, unixSocketAddress } from "../../../../driver/transport/epoll/sockaddr.ts";

/** A `struct sockaddr_in6`: family, port, flow information, address, scope. */
function inet6(port: readonly [number, number], address: readonly number[]): Uint8Array {
  return new Uint8Array([10, 0, ...port, 1, 2, 3, 4, ...address, 5, 0, 0, 0]);
}

Deno.test("readSocketAddress() reads an IPv4 address", () => {
  const sockaddr = new Uint8Array([2, 0, 0xff, 0xfe, 192, 0, 2, 255, 0, 0, 0, 0, 0, 0, 0, 0]);
  assertEquals(familyOf(sockaddr), Family.INET);
  assertEquals(readSocketAddress(sockaddr), { host: "192.0.2.255", port: 65_534 });
});

Deno.test("readSocketAddress() reads IPv6 addresses", () => {
  const loopback = inet6([0x69, 0x89], [...Array(15).fill(0), 1]);
  assertEquals(familyOf(loopback), Family.INET6);
  assertEquals(readSocketAddress(loopback), { host: "::1", port: 27_017 });
  const global = inet6([0, 80], [0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0xab, 0xcd, 0, 0x01]);
  assertEquals(readSocketAddress(global), { host: "2001:db8::abcd:1", port: 80 });
  const unspecified = inet6([0, 0], Array(16).fill(0));
  assertEquals(readSocketAddress(unspecified), { host: "::", port: 0 });
});

Deno.test("readSocketAddress() reads an IPv4 client of an IPv6 socket", () => {
  const mapped = inet6([0, 1], [...Array(10).fill(0), 0xff, 0xff, 127, 0, 0, 1]);
  assertEquals(readSocketAddress(mapped), { host: "::ffff:127.0.0.1", port: 1 });
});

Deno.test("readSocketAddress() gives null for a unix socket", () => {
  assertEquals(readSocketAddress(unixSocketAddress("/a")), null);
});

Deno.test("unixSocketAddress() ends the path with a zero", () => {
  assertEquals([...unixSocketAddress("/tmp/é")], [1, 0, 0x2f, 0x74, 0x6d, 0x70, 0x2f, 0xc3, 0xa9, 0]);
});

Deno.test("unixSocketAddress() takes paths of 107 bytes at most", () => {
  assertEquals(unixSocketAddress("x".repeat(107)).length, 110);
  assertThrows(() => unixSocketAddress("é".repeat(54)), RangeError, "The path has 108 bytes, expected at most 107");
});
