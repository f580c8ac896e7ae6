import { assertEquals } from "@std/assert";
import { concat } from "@std/bytes";
import { Chunker } from "../../../driver/gridfs/chunker.ts";

function numbered(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => i);
}

/** What a chunker of `size` gives for pieces of those lengths. */
function cut(size: number, lengths: readonly number[]): { full: Uint8Array[]; rest: Uint8Array | null } {
  const chunker = new Chunker(size);
  const bytes = numbered(lengths.reduce((sum, length) => sum + length, 0));
  const full: Uint8Array[] = [];
  let at = 0;
  for (const length of lengths) full.push(...chunker.push(bytes.subarray(at, at += length)));
  return { full, rest: chunker.rest() };
}

Deno.test("Chunker.push gives full chunks and Chunker.rest what is left, however the bytes come", () => {
  for (const size of [1, 2, 3, 4, 7]) {
    for (let length = 0; length <= 9; length++) {
      const whole = cut(size, [length]);
      assertEquals(whole.full.map((chunk) => chunk.length), Array(Math.floor(length / size)).fill(size));
      assertEquals(whole.rest?.length ?? 0, length % size);
      assertEquals(concat([...whole.full, whole.rest ?? new Uint8Array()]), numbered(length));
      assertEquals(cut(size, Array(length).fill(1)), whole);
      assertEquals(cut(size, [0, Math.floor(length / 2), 0, Math.ceil(length / 2)]), whole);
    }
  }
});

Deno.test("Chunker.rest has nothing where the last chunk is full, and after it was taken", () => {
  const chunker = new Chunker(2);
  assertEquals([...chunker.push(numbered(4))].length, 2);
  assertEquals(chunker.rest(), null);
  assertEquals([...chunker.push(numbered(1))], []);
  assertEquals(chunker.rest(), numbered(1));
  assertEquals(chunker.rest(), null);
});

Deno.test("Chunker gives bytes of its own, which do not change with those that it was given", () => {
  const chunker = new Chunker(4);
  const given = numbered(6);
  const [chunk] = [...chunker.push(given)];
  given.fill(99);
  assertEquals(chunk, numbered(4));
  const rest = chunker.rest();
  assertEquals(rest, new Uint8Array([4, 5]));
  assertEquals(rest?.buffer.byteLength, 2);
});
