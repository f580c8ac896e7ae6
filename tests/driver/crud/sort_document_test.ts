import { assertEquals, assertThrows } from "@std/assert";
import { sortDocument } from "../../../driver/crud/sort_document.ts";
import { MongoInvalidArgumentError } from "../../../driver/error.ts";
import type { Sort } from "../../../driver/types/sort.ts";

function sorted(sort: Sort): unknown[] {
  return [...sortDocument(sort)];
}

Deno.test("sortDocument takes every form of a sort", () => {
  assertEquals(sorted("a"), [["a", 1]]);
  assertEquals([...sortDocument("a", "desc")], [["a", -1]]);
  assertEquals(sorted(["a", "b"]), [["a", 1], ["b", 1]]);
  assertEquals(sorted(["a", "desc"]), [["a", -1]]);
  assertEquals(sorted(["a", -1]), [["a", -1]]);
  assertEquals(sorted([["a", "ascending"], ["b", "descending"]]), [["a", 1], ["b", -1]]);
  assertEquals(sorted({ a: 1, b: -1 }), [["a", 1], ["b", -1]]);
  assertEquals(sorted(new Map([["b", -1], ["1", 1]])), [["b", -1], ["1", 1]]);
  assertEquals(sorted({ score: { $meta: "textScore" } }), [["score", { $meta: "textScore" }]]);
  assertEquals(sorted(["score", { $meta: "textScore" }]), [["score", { $meta: "textScore" }]]);
});

Deno.test("sortDocument refuses an unknown direction", () => {
  assertThrows(() => sortDocument({ a: "up" as "asc" }), MongoInvalidArgumentError, "not up");
  assertThrows(() => sortDocument({ a: 2 as 1 }), MongoInvalidArgumentError, "not 2");
});
