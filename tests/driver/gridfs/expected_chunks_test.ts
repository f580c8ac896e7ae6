import { assertEquals, assertThrows } from "@std/assert";
import { concat } from "@std/bytes";
import { Binary } from "bson";
import { ExpectedChunks } from "../../../driver/gridfs/expected_chunks.ts";
import { MongoGridFSChunkError } from "../../../driver/gridfs/gridfs_error.ts";

const FILE = { length: 10, chunkSize: 4 };
const BYTES = Uint8Array.from({ length: 10 }, (_, i) => i);
const WHOLE = { start: 0, end: 10 };

function chunk(n: number, data: Uint8Array = BYTES.subarray(4 * n, 4 * n + 4)) {
  return { n, data };
}

Deno.test("ExpectedChunks takes any part of a file out of the chunks that have it", () => {
  for (let start = 0; start <= 10; start++) {
    for (let end = start; end <= 10; end++) {
      const chunks = new ExpectedChunks(FILE, { start, end });
      const taken: Uint8Array[] = [];
      for (let n = chunks.first; n < chunks.first + chunks.count; n++) taken.push(chunks.take(chunk(n)));
      chunks.finish();
      assertEquals(concat(taken), BYTES.slice(start, end), `${start} to ${end}`);
      assertEquals(taken.every(({ length }) => length > 0), true, `${start} to ${end} has an empty part`);
    }
  }
});

Deno.test("ExpectedChunks takes binary values", () => {
  const chunks = new ExpectedChunks({ length: 2, chunkSize: 4 }, { start: 0, end: 2 });
  const taken = chunks.take({ n: 0, data: new Binary(BYTES.slice(0, 2), 2) });
  assertEquals(new Uint8Array(taken), BYTES.slice(0, 2));
});

Deno.test("ExpectedChunks.take throws where a chunk is missing", () => {
  const chunks = new ExpectedChunks(FILE, WHOLE);
  chunks.take(chunk(0));
  assertThrows(() => chunks.take(chunk(2)), MongoGridFSChunkError, "ChunkIsMissing: Got unexpected n: 2, expected: 1");
});

Deno.test("ExpectedChunks.finish throws where the last chunk is missing", () => {
  const chunks = new ExpectedChunks(FILE, WHOLE);
  chunks.take(chunk(0));
  chunks.take(chunk(1));
  assertThrows(() => chunks.finish(), MongoGridFSChunkError, "ChunkIsMissing: Got unexpected n: none, expected: 2");
});

Deno.test("ExpectedChunks.take throws for a chunk that comes twice, and for one after the last", () => {
  const chunks = new ExpectedChunks(FILE, WHOLE);
  chunks.take(chunk(0));
  assertThrows(() => chunks.take(chunk(0)), MongoGridFSChunkError, "ExtraChunk: Got unexpected n: 0, expected: 1");
  const all = new ExpectedChunks(FILE, WHOLE);
  for (const n of [0, 1, 2]) all.take(chunk(n));
  assertThrows(() => all.take(chunk(3)), MongoGridFSChunkError, "ExtraChunk: Got unexpected n: 3, expected: none");
});

Deno.test("ExpectedChunks.take throws for a chunk of another size, and for one without bytes", () => {
  const wrong = [
    [chunk(0, BYTES.subarray(0, 3)), 3],
    [chunk(0, BYTES.subarray(0, 5)), 5],
    [chunk(0, new Uint8Array()), 0],
    [{ n: 0 }, undefined],
  ] as const;
  for (const [one, length] of wrong) {
    assertThrows(
      () => new ExpectedChunks(FILE, WHOLE).take(one),
      MongoGridFSChunkError,
      `ChunkIsWrongSize: Got unexpected length: ${length} of n: 0, expected: 4`,
    );
  }
  const last = new ExpectedChunks(FILE, { start: 8, end: 9 });
  assertThrows(() => last.take(chunk(2, BYTES.subarray(0, 4))), MongoGridFSChunkError, "ChunkIsWrongSize");
});
