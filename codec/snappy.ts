import { readInt32 } from "./byte_reader.ts";
import { CodecError } from "./error.ts";

// The raw block format: https://github.com/google/snappy/blob/main/format_description.txt

/** Input is compressed in fragments, so that positions fit the table and offsets 16 bits. */
const FRAGMENT_BYTES = 1 << 16;
const MAX_TABLE_BITS = 14;
/** Nearer to the fragment's end than this, all is literal; matches need four bytes to compare. */
const MARGIN_BYTES = 15;

/** No block grows more than this when decompressed: three bytes copy 64 at most. */
export const SNAPPY_MAX_RATIO = 22;

/** Where a hash was last seen in the fragment. Shared: compressing never yields to other code. */
const table = new Uint16Array(1 << MAX_TABLE_BITS);

/** Compresses `input` into a Snappy block. */
export function snappyCompress(input: Uint8Array): Uint8Array {
  // The format's own worst case, with room for the length.
  const output = new Uint8Array(32 + input.length + Math.ceil(input.length / 6));
  let at = writeVarint(output, input.length);
  for (let start = 0; start < input.length; start += FRAGMENT_BYTES) {
    at = compressFragment(input, start, Math.min(input.length, start + FRAGMENT_BYTES), output, at);
  }
  return output.slice(0, at);
}

/**
 * Decompresses a Snappy block into `output`, which it must fill exactly.
 * Throws {@linkcode CodecError} otherwise, with offsets from the start of `input`.
 */
export function snappyDecompress(input: Uint8Array, output: Uint8Array): void {
  let at = 0;
  let offset = checkLength(input, output);
  while (offset < input.length) {
    const tag = input[offset]!;
    if ((tag & 3) === 0) {
      const lengthBytes = Math.max(0, (tag >>> 2) - 59);
      const start = offset + 1 + lengthBytes;
      const length = 1 +
        (lengthBytes === 0 ? tag >>> 2 : readUnsigned(input, offset + 1, lengthBytes));
      checkRoom(offset, length, Math.min(input.length - start, output.length - at));
      copyForward(input, start, output, at, length);
      at += length;
      offset = start + length;
    } else {
      const offsetBytes = COPY_OFFSET_BYTES[tag & 3]!;
      const distance = readUnsigned(input, offset + 1, offsetBytes) +
        ((tag & 3) === 1 ? (tag >>> 5) << 8 : 0);
      const length = (tag & 3) === 1 ? 4 + ((tag >>> 2) & 7) : 1 + (tag >>> 2);
      checkDistance(offset, distance, at);
      checkRoom(offset, length, output.length - at);
      copyForward(output, at - distance, output, at, length);
      at += length;
      offset += 1 + offsetBytes;
    }
  }
  if (at !== output.length) {
    throw new CodecError("Snappy block is cut off", {
      offset,
      expected: `${output.length} bytes of output`,
      actual: `${at} bytes`,
    });
  }
}

/** Bytes of the offset of each kind of copy; kind 0 is a literal. */
const COPY_OFFSET_BYTES = [0, 1, 2, 4] as const;

function compressFragment(
  input: Uint8Array,
  start: number,
  end: number,
  output: Uint8Array,
  outputAt: number,
): number {
  const shift = clearTable(end - start);
  const limit = end - MARGIN_BYTES;
  let at = outputAt;
  let literalStart = start;
  let position = start + 1;
  // Where nothing matches, steps grow, so that incompressible input passes fast.
  let misses = 32;
  while (position < limit) {
    const word = readInt32(input, position);
    const slot = Math.imul(word, 0x1e35a7bd) >>> shift;
    const candidate = start + table[slot]!;
    table[slot] = position - start;
    if (readInt32(input, candidate) !== word) {
      position += misses++ >>> 5;
      continue;
    }
    at = writeLiteral(input, literalStart, position, output, at);
    let length = 4;
    while (position + length < end && input[candidate + length] === input[position + length]) {
      length++;
    }
    at = writeCopy(output, at, position - candidate, length);
    position += length;
    literalStart = position;
    misses = 32;
  }
  return writeLiteral(input, literalStart, end, output, at);
}

/** Clears as much of the table as `length` bytes need, and says by how much hashes are to be shifted. */
function clearTable(length: number): number {
  let bits = 8;
  while (bits < MAX_TABLE_BITS && (1 << bits) < length) bits++;
  table.fill(0, 0, 1 << bits);
  return 32 - bits;
}

function writeLiteral(
  input: Uint8Array,
  start: number,
  end: number,
  output: Uint8Array,
  outputAt: number,
): number {
  const length = end - start;
  if (length === 0) return outputAt;
  const last = length - 1;
  let at = outputAt;
  if (last < 60) {
    output[at++] = last << 2;
  } else if (last < 256) {
    output[at++] = 60 << 2;
    output[at++] = last;
  } else {
    output[at++] = 61 << 2;
    output[at++] = last;
    output[at++] = last >>> 8;
  }
  copyForward(input, start, output, at, length);
  return at + length;
}

function writeCopy(output: Uint8Array, outputAt: number, distance: number, length: number): number {
  let at = outputAt;
  let left = length;
  // One copy holds 64 bytes at most, and none may be left with fewer than four.
  while (left >= 68) {
    at = writeLongCopy(output, at, distance, 64);
    left -= 64;
  }
  if (left > 64) {
    at = writeLongCopy(output, at, distance, 60);
    left -= 60;
  }
  if (left >= 12 || distance >= 2048) return writeLongCopy(output, at, distance, left);
  output[at++] = 1 | ((left - 4) << 2) | ((distance >>> 8) << 5);
  output[at++] = distance;
  return at;
}

function writeLongCopy(output: Uint8Array, at: number, distance: number, length: number): number {
  output[at] = 2 | ((length - 1) << 2);
  output[at + 1] = distance;
  output[at + 2] = distance >>> 8;
  return at + 3;
}

/** Copies byte after byte where it must: a copy may reach into what it writes itself. */
function copyForward(
  from: Uint8Array,
  start: number,
  to: Uint8Array,
  at: number,
  length: number,
): void {
  if (length > 64 && (from !== to || start + length <= at)) {
    to.set(from.subarray(start, start + length), at);
    return;
  }
  for (let index = 0; index < length; index++) to[at + index] = from[start + index]!;
}

function writeVarint(output: Uint8Array, value: number): number {
  let at = 0;
  let left = value;
  for (; left > 127; left >>>= 7) output[at++] = left | 128;
  output[at++] = left;
  return at;
}

/** Checks that the block declares the output's length, and says where its first tag is. */
function checkLength(input: Uint8Array, output: Uint8Array): number {
  let length = 0;
  let offset = 0;
  let byte = 128;
  for (; byte > 127 && offset < 5 && offset < input.length; offset++) {
    byte = input[offset]!;
    length += (byte & 127) * 2 ** (7 * offset);
  }
  if (byte <= 127 && length === output.length) return offset;
  throw new CodecError("Length of a Snappy block", {
    offset: 0,
    expected: output.length,
    actual: byte > 127 ? "no end of it" : length,
  });
}

function readUnsigned(input: Uint8Array, offset: number, count: number): number {
  if (count > input.length - offset) {
    throw new CodecError("Snappy tag is cut off", {
      offset,
      expected: `${count} bytes`,
      actual: `${input.length - offset} bytes`,
    });
  }
  let value = 0;
  for (let index = 0; index < count; index++) value |= input[offset + index]! << (8 * index);
  return value >>> 0;
}

function checkRoom(offset: number, length: number, room: number): void {
  if (length <= room) return;
  throw new CodecError("Length of a Snappy tag", {
    offset,
    expected: `at most ${room} bytes`,
    actual: length,
  });
}

function checkDistance(offset: number, distance: number, written: number): void {
  if (distance > 0 && distance <= written) return;
  throw new CodecError("Offset of a Snappy copy", {
    offset,
    expected: `1 to ${written} bytes`,
    actual: distance,
  });
}
