import { assertEquals, assertThrows } from "@std/assert";
import { deflateRawSync } from "node:zlib";
import { zipEntries } from "./zip.ts";

const STORED = 0;
const DEFLATED = 8;
const CONTENT = new TextEncoder().encode("mongod ".repeat(100));

Deno.test("zipEntries() lists and inflates what a zip archive holds", () => {
  const archive = zip([["a/stored", STORED, CONTENT], ["b/deflated", DEFLATED, deflateRawSync(CONTENT)]]);
  const entries = zipEntries(archive);
  assertEquals(entries.map(({ name }) => name), ["a/stored", "b/deflated"]);
  for (const entry of entries) assertEquals(new Uint8Array(entry.read()), CONTENT);
});

Deno.test("zipEntries() refuses what is no zip archive", () => {
  assertThrows(() => zipEntries(new Uint8Array(1000)), Error, "No zip archive");
});

/** Writes local headers with the data, the central directory and its end; checksums are left out. */
function zip(files: readonly [name: string, method: number, data: Uint8Array][]): Uint8Array {
  const bytes: number[] = [];
  const number = (value: number, size: number) => {
    for (let index = 0; index < size; index++) bytes.push((value >>> (8 * index)) & 0xff);
  };
  const fields = (...pairs: [value: number, size: number][]) => pairs.forEach(([value, size]) => number(value, size));
  const offsets = files.map(([name, method, data]) => {
    const offset = bytes.length;
    fields([0x04034b50, 4], [20, 2], [0, 2], [method, 2], [0, 8], [data.length, 4], [0, 4], [name.length, 2], [0, 2]);
    bytes.push(...new TextEncoder().encode(name), ...data);
    return offset;
  });
  const directory = bytes.length;
  files.forEach(([name, method, data], index) => {
    fields([0x02014b50, 4], [20, 2], [20, 2], [0, 2], [method, 2], [0, 8], [data.length, 4], [0, 4]);
    fields([name.length, 2], [0, 2], [0, 2], [0, 8], [offsets[index] ?? 0, 4]);
    bytes.push(...new TextEncoder().encode(name));
  });
  const length = bytes.length - directory;
  fields([0x06054b50, 4], [0, 4], [files.length, 2], [files.length, 2], [length, 4], [directory, 4], [0, 2]);
  return new Uint8Array(bytes);
}
