import { assertEquals } from "@std/assert";
import { Double, Int32, Long } from "bson";
import { hasIndex } from "../../../driver/gridfs/ensure_indexes.ts";

const KEYS = { filename: 1, uploadDate: 1 };

Deno.test("hasIndex compares numbers by their value", () => {
  for (const one of [1, new Double(1), new Int32(1), Long.fromNumber(1), 1n]) {
    assertEquals(hasIndex([{ key: { _id: 1 } }, { key: { filename: one, uploadDate: 1 } }], KEYS), true);
  }
});

Deno.test("hasIndex is false for other keys, another order and other directions", () => {
  const others = [
    { filename: 1 },
    { uploadDate: 1, filename: 1 },
    { filename: 1, uploadDate: -1 },
    { filename: 1, uploadDate: 1, length: 1 },
    { filename: "text", uploadDate: 1 },
  ];
  for (const key of others) assertEquals(hasIndex([{ key }], KEYS), false, JSON.stringify(key));
  assertEquals(hasIndex([], KEYS), false);
});
