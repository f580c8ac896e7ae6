import { assertEquals } from "@std/assert";
import { findElement } from "../../../codec/bson_view.ts";
import { DocumentArray } from "../../../codec/legacy/document_array.ts";
import { assertRefused } from "../samples.ts";
import { bytesOf } from "./support.ts";

function arrayIn(value: unknown): DocumentArray {
  const bytes = bytesOf({ before: 1, array: value });
  return new DocumentArray(bytes, findElement(bytes, "array"));
}

Deno.test("DocumentArray copies its documents one after another", () => {
  const documents = [{ a: 1 }, {}, { b: "two" }];
  const array = arrayIn(documents);
  const target = new Uint8Array(array.byteLength + 4).fill(0xff);
  array.copyTo(target, 2);
  assertEquals(array.count, 3);
  assertEquals([...target], [0xff, 0xff, ...documents.flatMap((document) => [...bytesOf(document)]), 0xff, 0xff]);
});

Deno.test("DocumentArray of nothing is empty", () => {
  const { count, byteLength } = arrayIn([]);
  assertEquals([count, byteLength], [0, 0]);
});

Deno.test("DocumentArray refuses what is no array, and what is no document in it", () => {
  assertRefused(() => arrayIn(5), "Array of documents at byte 16: expected an array, got none");
  assertRefused(() => new DocumentArray(bytesOf({}), -1), "Array of documents at byte 0: expected an array, got none");
  assertRefused(() => arrayIn([{}, "x"]), "expected type 3, got type 2");
  assertRefused(() => arrayIn([[]]), "expected type 3, got type 4");
});
