import { assertEquals, assertThrows } from "@std/assert";
import { takeBatch } from "../../../driver/bulk/take_batch.ts";
import { MongoInvalidArgumentError } from "../../../driver/error.ts";

/** Statements that encode to as many bytes as they say. */
function statements(...sizes: number[]) {
  return sizes.map((size, index) => ({ index: index + 100, document: { size } }));
}

function sizes(from: number, limits: { count: number; bytes: number }, ...of: number[]): number[] {
  return takeBatch(statements(...of), from, limits, ({ size }) => new Uint8Array(size)).map(({ length }) => length);
}

Deno.test("takeBatch takes everything if there is room", () => {
  assertEquals(sizes(0, { count: 10, bytes: 100 }, 1, 2, 3), [1, 2, 3]);
});

Deno.test("takeBatch stops at the number of statements", () => {
  assertEquals(sizes(0, { count: 2, bytes: 100 }, 1, 2, 3), [1, 2]);
  assertEquals(sizes(1, { count: 2, bytes: 100 }, 1, 2, 3, 4), [2, 3]);
});

Deno.test("takeBatch fills the bytes to the last one, and no further", () => {
  assertEquals(sizes(0, { count: 10, bytes: 6 }, 1, 2, 3, 4), [1, 2, 3]);
  assertEquals(sizes(0, { count: 10, bytes: 5 }, 1, 2, 3, 4), [1, 2]);
  assertEquals(sizes(3, { count: 10, bytes: 5 }, 1, 2, 3, 4), [4]);
});

Deno.test("takeBatch encodes no more than one statement too many", () => {
  let encoded = 0;
  takeBatch(statements(3, 3, 3, 3), 0, { count: 10, bytes: 6 }, ({ size }) => {
    encoded++;
    return new Uint8Array(size);
  });
  assertEquals(encoded, 3);
});

Deno.test("takeBatch refuses a statement that does not fit at all, by its place in the bulk", () => {
  assertThrows(
    () => sizes(1, { count: 10, bytes: 5 }, 1, 6, 1),
    MongoInvalidArgumentError,
    "Write 101 has 6 bytes, but a command takes 5 at most",
  );
});
