import { assertEquals } from "@std/assert";
import { crc32c } from "../../codec/crc32c.ts";

// RFC 3720, B.4, and the check value of the catalogue of CRC algorithms.
const VECTORS: [string, Uint8Array, number][] = [
  ["nothing", new Uint8Array(0), 0],
  ["the digits 1 to 9", new TextEncoder().encode("123456789"), 0xe3069283],
  ["32 zeros", new Uint8Array(32), 0x8a9136aa],
  ["32 ones", new Uint8Array(32).fill(0xff), 0x62a8ab43],
  ["32 rising bytes", Uint8Array.from({ length: 32 }, (_, index) => index), 0x46dd794e],
  ["32 falling bytes", Uint8Array.from({ length: 32 }, (_, index) => 31 - index), 0x113fdb5c],
];

for (const [name, bytes, checksum] of VECTORS) {
  Deno.test(`crc32c computes the published checksum of ${name}`, () => {
    assertEquals(crc32c(bytes), checksum);
  });
}

Deno.test("crc32c computes what the definition gives at every length and alignment", () => {
  const bytes = Uint8Array.from({ length: 80 }, (_, index) => (index * 151 + 7) & 255);
  for (let start = 0; start < 9; start++) {
    for (let end = start; end < bytes.length; end++) {
      const part = bytes.subarray(start, end);
      assertEquals(crc32c(part), bitByBit(part));
    }
  }
});

function bitByBit(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  return ~crc >>> 0;
}
