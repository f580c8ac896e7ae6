import { assertEquals, assertLess, assertLessOrEqual } from "@std/assert";
import { snappyCompress, snappyDecompress } from "../../codec/snappy.ts";
import { assertRefused, outcome, randomNumbers, surrounded } from "./samples.ts";

const TEXT = new TextEncoder().encode(
  "Wikipedia is a free, web-based, collaborative, multilingual encyclopedia. ".repeat(9),
);

function decompress(block: Uint8Array, size: number): Uint8Array {
  const output = new Uint8Array(size);
  snappyDecompress(block, output);
  return output;
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** Bytes in which `variety` values follow one another at random, with repeated runs. */
function randomBytes(random: (below: number) => number, length: number, variety: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length;) {
    const run = 1 + random(40);
    const from = random(at + 1);
    const repeats = random(2) === 0 && from < at;
    for (const end = Math.min(length, at + run); at < end; at++) {
      bytes[at] = repeats ? bytes[from + (at % (at - from || 1))]! : random(variety);
    }
  }
  return bytes;
}

function assertSurvives(input: Uint8Array): void {
  const block = snappyCompress(input);
  assertLessOrEqual(block.length, 32 + input.length + Math.ceil(input.length / 6));
  const output = decompress(block, input.length);
  if (input.length < 1000) return assertEquals(output, input);
  assertEquals(output.every((byte, index) => byte === input[index]), true);
}

Deno.test("snappyDecompress follows every kind of tag of the format", () => {
  // literal, copy with one offset byte, with two, with four
  const block = [15, 2 << 2, 0x61, 0x62, 0x63, 1 | (0 << 2), 3, 2 | (4 << 2), 1, 0, 3 | (2 << 2), 7, 0, 0, 0];
  assertEquals(text(decompress(Uint8Array.from(block), 15)), "abcabcaaaaaacaa");
});

Deno.test("snappyDecompress reads literals with lengths of one to four bytes", () => {
  const content = TEXT.subarray(0, 300);
  for (let lengthBytes = 2; lengthBytes <= 4; lengthBytes++) {
    const length = Array.from({ length: lengthBytes }, (_, index) => (299 >>> (8 * index)) & 255);
    const block = Uint8Array.of(0xac, 2, (59 + lengthBytes) << 2, ...length, ...content);
    assertEquals(decompress(block, 300), content);
  }
  assertEquals(decompress(Uint8Array.of(1, 60 << 2, 0, 0x61), 1), Uint8Array.of(0x61));
});

Deno.test("snappyCompress finds repetitions", () => {
  assertLess(snappyCompress(TEXT).length, TEXT.length / 4);
  assertLess(snappyCompress(new Uint8Array(1_000_000)).length, 50_000);
});

Deno.test("snappyCompress and snappyDecompress give back every length from 0 to 300", () => {
  for (let length = 0; length <= 300; length++) assertSurvives(TEXT.subarray(0, length));
});

Deno.test("snappyCompress and snappyDecompress give back lengths around a fragment", () => {
  const random = randomNumbers(3);
  for (const length of [65_535, 65_536, 65_537, 131_072, 131_073, 200_001]) {
    for (const variety of [1, 4, 256]) assertSurvives(randomBytes(random, length, variety));
  }
});

Deno.test("snappyCompress and snappyDecompress give back random bytes", () => {
  const random = randomNumbers(11);
  for (let round = 0; round < 400; round++) {
    assertSurvives(randomBytes(random, random(3000), 1 + random(256)));
  }
});

Deno.test("snappyCompress gives one result wherever the input lies", () => {
  assertEquals(snappyCompress(surrounded(TEXT, 0x20)), snappyCompress(TEXT));
});

Deno.test("snappyDecompress refuses a block truncated at any byte", () => {
  const block = snappyCompress(TEXT);
  for (let length = 0; length < block.length; length++) {
    assertRefused(() => decompress(block.subarray(0, length), TEXT.length));
  }
});

Deno.test("snappyDecompress refuses another length than the block declares", () => {
  const block = snappyCompress(TEXT);
  const error = assertRefused(() => decompress(block, TEXT.length + 1), "Length of a Snappy block");
  assertEquals([error.expected, error.actual], [String(TEXT.length + 1), String(TEXT.length)]);
  assertRefused(() => decompress(block, TEXT.length - 1));
  assertRefused(() => decompress(Uint8Array.of(0x80, 0x80, 0x80, 0x80, 0x80, 0), 0), "no end of it");
  assertRefused(() => decompress(Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x0f), 10), "got 4294967295");
});

Deno.test("snappyDecompress refuses what is longer than its output", () => {
  assertRefused(() => decompress(Uint8Array.of(1, 1 << 2, 0x61, 0x62), 1), "Length of a Snappy tag");
  assertRefused(() => decompress(Uint8Array.of(3, 0, 0x61, 1, 1), 3), "Length of a Snappy tag");
  assertRefused(() => decompress(Uint8Array.of(9, 63 << 2, 0xff, 0xff, 0xff, 0xff, 0x61), 9), "got 4294967296");
});

Deno.test("snappyDecompress refuses copies from before the output and from nowhere", () => {
  assertRefused(() => decompress(Uint8Array.of(5, 0, 0x61, 1, 2), 5), "Offset of a Snappy copy");
  assertRefused(() => decompress(Uint8Array.of(5, 0, 0x61, 1, 0), 5), "Offset of a Snappy copy");
  assertRefused(() => decompress(Uint8Array.of(5, 0, 0x61, 15, 0xff, 0xff, 0xff, 0xff), 5), "got 4294967295");
});

Deno.test("snappyDecompress gives bytes or a CodecError for damaged blocks, and stays inside its output", () => {
  const random = randomNumbers(5);
  const block = snappyCompress(TEXT);
  for (let round = 0; round < 5000; round++) {
    const damaged = block.slice();
    for (let count = 1 + random(4); count > 0; count--) damaged[random(damaged.length)] = random(256);
    const output = new Uint8Array(TEXT.length + 200).fill(0xa5);
    outcome(() => snappyDecompress(damaged, output.subarray(100, 100 + TEXT.length)));
    assertEquals(output.subarray(0, 100), new Uint8Array(100).fill(0xa5));
    assertEquals(output.subarray(100 + TEXT.length), new Uint8Array(100).fill(0xa5));
  }
});
