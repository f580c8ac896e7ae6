import { CodecError } from "./error.ts";

const utf8 = new TextEncoder();

/** Writes a little-endian 32-bit integer. */
export function writeInt32(bytes: Uint8Array, offset: number, value: number): void {
  bytes[offset] = value;
  bytes[offset + 1] = value >>> 8;
  bytes[offset + 2] = value >>> 16;
  bytes[offset + 3] = value >>> 24;
}

/** Writes a little-endian 64-bit integer. */
export function writeInt64(bytes: Uint8Array, offset: number, value: bigint): void {
  writeInt32(bytes, offset, Number(BigInt.asIntN(32, value)));
  writeInt32(bytes, offset + 4, Number(BigInt.asIntN(32, value >> 32n)));
}

/** Encodes `text` with the zero byte that ends it. Throws {@linkcode CodecError} if one is inside. */
export function encodeCString(text: string): Uint8Array {
  const zero = text.indexOf("\0");
  if (zero >= 0) {
    throw new CodecError("Name", {
      offset: zero,
      expected: "no zero character",
      actual: "one",
    });
  }
  return utf8.encode(text + "\0");
}

/** Sums up the lengths of `parts`, in bytes. */
export function totalBytes(parts: readonly Uint8Array[]): number {
  let total = 0;
  for (const part of parts) total += part.length;
  return total;
}
