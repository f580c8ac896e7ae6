import { assertEquals } from "@std/assert";
import { indexKey, indexName, type IndexSpecification } from "../../../driver/crud/index_key.ts";

function keys(specification: IndexSpecification): unknown[] {
  return [...indexKey(specification)];
}

Deno.test("indexKey takes every form of keys", () => {
  assertEquals(keys("a"), [["a", 1]]);
  assertEquals(keys(["a", "b"]), [["a", 1], ["b", 1]]);
  assertEquals(keys(["a", -1]), [["a", -1]]);
  assertEquals(keys(["place", "2dsphere"]), [["place", "2dsphere"]]);
  assertEquals(keys([["a", 1], ["b", "text"]]), [["a", 1], ["b", "text"]]);
  assertEquals(keys({ a: 1, b: -1 }), [["a", 1], ["b", -1]]);
  assertEquals(keys([{ a: 1 }, "b", { c: "hashed" }]), [["a", 1], ["b", 1], ["c", "hashed"]]);
  assertEquals(keys(new Map([["b", -1], ["1", 1]])), [["b", -1], ["1", 1]]);
});

Deno.test("indexName puts fields and directions together", () => {
  assertEquals(indexName(indexKey({ a: 1, "b.c": -1, d: "text" })), "a_1_b.c_-1_d_text");
});
