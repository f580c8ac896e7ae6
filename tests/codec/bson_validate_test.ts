import { assertEquals } from "@std/assert";
import { type Document, serialize } from "bson";
import { validateDocument } from "../../codec/bson_validate.ts";
import { documentOf, EVERY_TYPE, stringBytes } from "./bson_samples.ts";
import { randomDocument } from "./random_document.ts";
import { assertRefused, outcome, randomNumbers, surrounded } from "./samples.ts";

Deno.test("validateDocument accepts every type", () => {
  validateDocument(EVERY_TYPE);
  validateDocument(surrounded(EVERY_TYPE, 0xff));
});

Deno.test("validateDocument accepts random documents and refuses them truncated or longer", () => {
  const random = randomNumbers(3);
  for (let round = 0; round < 200; round++) {
    const bytes = serialize(randomDocument(random));
    validateDocument(bytes);
    assertRefused(() => validateDocument(bytes.subarray(0, random(bytes.length))));
    assertRefused(() => validateDocument(new Uint8Array([...bytes, 0])), "Bytes after");
  }
});

Deno.test("validateDocument gives a value or a CodecError for any damaged byte", () => {
  const random = randomNumbers(4);
  for (let offset = 0; offset < EVERY_TYPE.length; offset++) {
    const bytes = EVERY_TYPE.slice();
    bytes[offset] = bytes[offset]! ^ (1 + random(255));
    assertEquals(outcome(() => validateDocument(surrounded(bytes, 0))), outcome(() => validateDocument(bytes)));
  }
});

Deno.test("validateDocument refuses bytes that are not UTF-8", () => {
  const overlong = [3, 0, 0, 0, 0xc0, 0x80, 0];
  const surrogate = [4, 0, 0, 0, 0xed, 0xa0, 0x80, 0];
  for (const value of [overlong, surrogate]) {
    for (const type of [0x02, 0x0d, 0x0e]) {
      assertRefused(() => validateDocument(documentOf([type, "a", value])), "UTF-8");
    }
  }
  assertRefused(() => validateDocument(documentOf([0x0b, "a", [0xff, 0, 0]])), "UTF-8");
  assertRefused(() => validateDocument(documentOf([0x0b, "a", [0, 0xff, 0]])), "UTF-8");
  const key = documentOf([0x0a, "a", []]);
  key[5] = 0xff;
  assertEquals(assertRefused(() => validateDocument(key), "UTF-8").offset, 5);
});

Deno.test("validateDocument refuses booleans other than 0 and 1", () => {
  for (const value of [0, 1]) validateDocument(documentOf([0x08, "a", [value]]));
  assertRefused(() => validateDocument(documentOf([0x08, "a", [2]])), "boolean");
});

Deno.test("validateDocument compares the lengths of an old binary", () => {
  const old = (outer: number, inner: number) => documentOf([0x05, "a", [outer, 0, 0, 0, 2, inner, 0, 0, 0, 7, 8]]);
  validateDocument(old(6, 2));
  assertRefused(() => validateDocument(old(6, 1)), "inner length");
  assertRefused(() => validateDocument(documentOf([0x05, "a", [3, 0, 0, 0, 2, 1, 0, 0]])), "inner length");
});

Deno.test("validateDocument checks code with scope as a whole", () => {
  const code = (length: number, scope: number[]) =>
    documentOf([0x0f, "a", [length, 0, 0, 0, ...stringBytes("x"), ...scope]]);
  validateDocument(code(15, [5, 0, 0, 0, 0]));
  assertRefused(() => validateDocument(code(14, [5, 0, 0, 0, 0])));
  assertRefused(() => validateDocument(code(16, [5, 0, 0, 0, 0, 0])), "code with scope");
  assertRefused(() => validateDocument(code(18, [8, 0, 0, 0, 0x08, 0, 2, 0])), "boolean");
});

Deno.test("validateDocument limits the depth to 200 unless told otherwise", () => {
  validateDocument(nested(200));
  assertRefused(() => validateDocument(nested(201)), "nested too deeply");
  validateDocument(nested(3), { maxDepth: 3 });
  assertRefused(() => validateDocument(nested(4), { maxDepth: 3 }), "nested too deeply");
});

function nested(depth: number): Uint8Array {
  let document: Document = {};
  for (let i = 1; i < depth; i++) document = { a: document };
  return serialize(document);
}
