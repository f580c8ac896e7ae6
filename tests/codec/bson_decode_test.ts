import { assert, assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { Binary, DBRef, deserialize, type Document, Long, serialize } from "bson";
import { decodeDocument } from "../../codec/bson_decode.ts";
import { assertSameDecoding, assertSameValue, DECODINGS } from "./bson_differential.ts";
import { documentOf, EVERY_TYPE, stringBytes } from "./bson_samples.ts";
import { randomDocument } from "./random_document.ts";
import { randomInput } from "./random_value.ts";
import { assertRefused, randomNumbers, surrounded } from "./samples.ts";

Deno.test("decodeDocument gives what npm:bson gives for every type", () => {
  for (const options of DECODINGS) {
    assertSameDecoding(EVERY_TYPE, options);
    assertSameDecoding(surrounded(EVERY_TYPE, 0xff), options);
  }
});

Deno.test("decodeDocument gives what npm:bson gives for random documents", () => {
  const random = randomNumbers(61);
  for (let round = 0; round < 1500; round++) {
    const bytes = encodable(random);
    for (const options of DECODINGS) assertSameDecoding(bytes, options);
  }
});

Deno.test("decodeDocument accepts and refuses damaged documents as npm:bson does", () => {
  const random = randomNumbers(62);
  for (let round = 0; round < 20_000; round++) {
    const bytes = round % 2 === 0 ? EVERY_TYPE.slice() : Uint8Array.from(encodable(random));
    for (let i = random(3); i >= 0; i--) bytes[random(bytes.length)] = random(4) === 0 ? random(8) : random(256);
    assertSameDecoding(bytes, DECODINGS[random(DECODINGS.length)]!);
  }
});

Deno.test("decodeDocument refuses cut documents and bytes after them", () => {
  for (let length = 0; length < EVERY_TYPE.length; length++) assertSameDecoding(EVERY_TYPE.slice(0, length), {});
  const longer = new Uint8Array(EVERY_TYPE.length + 3);
  longer.set(EVERY_TYPE, 3);
  assertSameDecoding(longer, {});
  assertSameDecoding(longer, { index: 3 });
  const options = { index: 3, allowObjectSmallerThanBufferSize: true };
  assertSameDecoding(longer, options);
  assertSameValue(decodeDocument(longer, options), deserialize(EVERY_TYPE));
});

Deno.test("decodeDocument validates text as npm:bson does", () => {
  const random = randomNumbers(63);
  for (let round = 0; round < 600; round++) {
    const text = Array.from({ length: random(40) }, () => random(3) === 0 ? 0x80 + random(128) : 1 + random(127));
    const value = [text.length + 1, 0, 0, 0, ...text, 0];
    const key = String.fromCharCode(...text.slice(0, 5));
    for (const type of [0x02, 0x0d, 0x0e]) {
      for (const options of DECODINGS) assertSameDecoding(documentOf([type, key, value]), options);
    }
    const bytes = documentOf([0x0b, "a", [...text, 0, 0]], [0x0a, "abcdefghij", []]);
    bytes.set(text.slice(0, 10), bytes.length - 12);
    for (const options of DECODINGS) assertSameDecoding(bytes, options);
  }
});

Deno.test("decodeDocument gives int64 values at the edge of what numbers hold as npm:bson does", () => {
  for (const edge of [2n ** 53n, -(2n ** 53n), 2n ** 63n - 1n, -(2n ** 63n), 2n ** 32n, 0n]) {
    for (const value of [edge - 1n, edge, edge + 1n]) {
      const bytes = serialize({ value: Long.fromBigInt(value), date: new Date(0) });
      for (const options of DECODINGS) assertSameDecoding(bytes, options);
    }
  }
});

Deno.test("decodeDocument makes a reference of what npm:bson makes one of", () => {
  const candidates: Document[] = [
    { $ref: "c", $id: 1 },
    { $ref: "c", $id: 1, $db: "d", extra: { $ref: "c", $id: 2 } },
    { $id: 1, $ref: "d.c" },
    { $ref: "c", $id: null },
    { $ref: 1, $id: 1 },
    { $ref: "c", $id: 1, $db: 1 },
    { $ref: "c", $id: 1, $other: 1 },
    { $other: 1, $ref: "c", $id: 1 },
    { $ref: "c" },
    { a: { $ref: "c", $id: 1 }, b: [{ $ref: "c", $id: 1 }] },
  ];
  for (const candidate of candidates) assertSameDecoding(serialize(candidate), {});
  assertInstanceOf(decodeDocument(serialize(candidates[0]!)), DBRef);
});

Deno.test("decodeDocument leaves prototypes alone", () => {
  const nested = serialize({ polluted: true });
  const bytes = documentOf([0x03, "__proto__", [...nested]], [0x02, "constructor", stringBytes("c")]);
  assertSameDecoding(bytes, {});
  const document = decodeDocument(bytes);
  assertEquals(Object.keys(document), ["__proto__", "constructor"]);
  assert(Object.getPrototypeOf(document) === Object.prototype);
  assert(!("polluted" in document));
});

Deno.test("decodeDocument tells keys apart that share a place in its memory", () => {
  for (let i = 0; i < 20_000; i++) {
    assertEquals(Object.keys(decodeDocument(serialize({ [`key${i}`]: i }))), [`key${i}`]);
  }
});

Deno.test("decodeDocument gives views of binary values, or copies where asked to", () => {
  const bytes = serialize({ a: new Binary(Uint8Array.of(1, 2, 3)), b: new Binary(new Uint8Array(16), 4) });
  assertSameValue(decodeDocument(bytes, { copyBuffers: true }), deserialize(bytes));
  const copied = decodeDocument(bytes, { copyBuffers: true });
  const viewed = decodeDocument(bytes);
  const before = deserialize(new Uint8Array(bytes));
  const raw = decodeDocument(bytes, { copyBuffers: true, promoteBuffers: true });
  bytes.fill(0xff);
  assertSameValue(copied, before);
  assertEquals([raw.a[0], viewed.a.buffer[0]], [1, 0xff]);
});

Deno.test("decodeDocument refuses hostile nesting with a CodecError", () => {
  for (const type of [0x03, 0x04]) {
    assertSameDecoding(nested(type, 250), {});
    assertRefused(() => decodeDocument(nested(type, 251)), "nested too deeply");
    assertRefused(() => decodeDocument(nested(type, 1_000_000)), "nested too deeply");
  }
});

Deno.test("decodeDocument says where a fault is, and nothing of the document", () => {
  const bytes = documentOf([0x02, "a", stringBytes("x")], [0x08, "b", [2]]);
  assertEquals(assertRefused(() => decodeDocument(bytes), "boolean").offset, bytes.length - 2);
  const pattern = documentOf([0x0b, "a", [0x28, 0, 0]]);
  assertEquals(assertRefused(() => decodeDocument(pattern)).message.includes("("), false);
});

Deno.test("decodeDocument refuses options that exclude each other", () => {
  const bytes = serialize({});
  assertThrows(() => decodeDocument(bytes, { useBigInt64: true, promoteLongs: false }), TypeError, "useBigInt64");
  assertThrows(() => decodeDocument(bytes, { useBigInt64: true, promoteValues: false }), TypeError, "useBigInt64");
});

/** `depth` documents within each other, the outermost counted. */
function nested(type: number, depth: number): Uint8Array {
  const bytes = new Uint8Array(depth * 8 - 3);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < depth; i++) {
    view.setInt32(i * 7, bytes.length - i * 8, true);
    if (i + 1 < depth) bytes.set([type, 0x30], i * 7 + 4);
  }
  return bytes;
}

/** The bytes of a random document that npm:bson can encode. */
function encodable(random: (below: number) => number): Uint8Array {
  if (random(2) === 0) return serialize(randomDocument(random));
  for (;;) {
    try {
      return serialize(randomInput(random), { ignoreUndefined: random(2) === 0, serializeFunctions: random(2) === 0 });
    } catch {
      // A value that cannot be encoded: the next document may do.
    }
  }
}
