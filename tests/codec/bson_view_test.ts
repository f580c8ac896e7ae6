import { assert, assertEquals } from "@std/assert";
import { type Document, Double, Int32, Long, serialize } from "bson";
import {
  ElementWalker,
  findElement,
  findPath,
  readBigInt,
  readBinary,
  readBoolean,
  readDocument,
  readNumber,
  readObjectId,
  readString,
  readTruth,
  readValue,
} from "../../codec/bson_view.ts";
import { documentOf, EVERY_KEY, EVERY_TYPE } from "./bson_samples.ts";
import { randomDocument } from "./random_document.ts";
import { assertRefused, outcome, randomNumbers, surrounded } from "./samples.ts";

function walk(bytes: Uint8Array): string[] {
  const keys: string[] = [];
  const walker = new ElementWalker(bytes);
  while (walker.next()) keys.push(walker.key);
  return keys;
}

Deno.test("ElementWalker passes elements of every type", () => {
  assertEquals(walk(EVERY_TYPE), EVERY_KEY);
});

Deno.test("ElementWalker refuses a document truncated at any byte", () => {
  for (let length = 0; length < EVERY_TYPE.length; length++) {
    assertRefused(() => walk(EVERY_TYPE.subarray(0, length)));
    assertRefused(() => walk(withLength(EVERY_TYPE.slice(0, length))));
  }
});

/** Makes a document's declared length fit its bytes, and closes it where that leaves its elements cut. */
function withLength(bytes: Uint8Array): Uint8Array {
  if (bytes.length < 5) return bytes;
  new DataView(bytes.buffer).setInt32(0, bytes.length, true);
  if (bytes.at(-1) === 0) bytes[bytes.length - 1] = 1;
  return bytes;
}

Deno.test("ElementWalker gives the same whatever lies around its bytes", () => {
  for (let length = 0; length <= EVERY_TYPE.length; length++) {
    const part = EVERY_TYPE.subarray(0, length);
    const alone = outcome(() => walk(part));
    assertEquals(outcome(() => walk(surrounded(part, 0))), alone);
    assertEquals(outcome(() => walk(surrounded(part, 0x02))), alone);
  }
});

Deno.test("ElementWalker refuses every wrong length inside", () => {
  for (const key of ["string", "document", "array", "binary", "code", "codeWithScope", "dbPointer", "symbol"]) {
    const value = EVERY_TYPE.length - tail(key).length;
    for (const wrong of [-(2 ** 31), -1, EVERY_TYPE.length, 2 ** 31 - 1]) {
      const document = EVERY_TYPE.slice();
      new DataView(document.buffer).setInt32(value, wrong, true);
      assertRefused(() => walk(document));
    }
  }
});

/** The bytes of {@linkcode EVERY_TYPE} from the value of `key` on. */
function tail(key: string): Uint8Array {
  return EVERY_TYPE.subarray(findElement(EVERY_TYPE, key) + key.length + 2);
}

Deno.test("ElementWalker refuses types that BSON has not", () => {
  for (const type of [0x00, 0x14, 0x20, 0x7e, 0x80, 0xfe]) {
    const error = assertRefused(() => walk(documentOf([type, "a", [0, 0, 0, 0]])));
    assertEquals(error.offset, type === 0 ? error.offset : 7);
  }
});

Deno.test("ElementWalker compares keys without decoding them", () => {
  const walker = new ElementWalker(serialize({ "été": 1 }));
  assert(walker.next());
  assert(walker.isKey("été"));
  for (const other of ["ét", "étés", "", "ete"]) assert(!walker.isKey(other));
  assert(!walker.next());
});

Deno.test("findElement finds the first of equal keys and nothing else", () => {
  const document = documentOf([0x10, "a", [1, 0, 0, 0]], [0x10, "a", [2, 0, 0, 0]]);
  assertEquals(readNumber(document, findElement(document, "a")), 1);
  assertEquals(findElement(document, "b"), -1);
  assertEquals(findElement(document, ""), -1);
});

Deno.test("findPath goes into documents and arrays", () => {
  const document = serialize({ a: { b: [{ c: 1 }, { c: 2 }] }, d: 3 });
  assertEquals(readNumber(document, findPath(document, "a.b.1.c")), 2);
  assertEquals(findPath(document, "a.b.2.c"), -1);
  assertEquals(findPath(document, "d.e"), -1);
  assertEquals(findPath(document, "a.x"), -1);
});

Deno.test("readX reads its own type", () => {
  const at = (key: string) => findElement(EVERY_TYPE, key);
  assertEquals(readNumber(EVERY_TYPE, at("double")), 1.5);
  assertEquals(readNumber(EVERY_TYPE, at("int32")), -7);
  assertEquals(readNumber(EVERY_TYPE, at("int64")), -(2 ** 62));
  assertEquals(readBigInt(EVERY_TYPE, at("int64")), -(2n ** 62n));
  assertEquals(readBigInt(EVERY_TYPE, at("int32")), -7n);
  assertEquals(readBoolean(EVERY_TYPE, at("true")), true);
  assertEquals(readString(EVERY_TYPE, at("string")), "été");
  assertEquals(readString(EVERY_TYPE, at("symbol")), "sym");
  assertEquals([...readBinary(EVERY_TYPE, at("binary"))!], [1, 2, 3]);
  assertEquals([...readBinary(EVERY_TYPE, at("oldBinary"))!], [7, 8]);
  assertEquals(readObjectId(EVERY_TYPE, at("objectId"))?.toHex(), "0102030405060708090a0b0c");
  assertEquals(walk(readDocument(EVERY_TYPE, at("document"))!), ["a", "b"]);
  assertEquals(walk(readDocument(EVERY_TYPE, at("array"))!), ["0", "1"]);
  assertEquals(readValue(EVERY_TYPE, at("document")), { a: 1, b: { c: "deep" } });
  assertEquals(readValue(EVERY_TYPE, -1), undefined);
});

Deno.test("readX gives null for other types and for no element", () => {
  const readers = [readNumber, readBigInt, readBoolean, readString, readBinary, readObjectId, readDocument];
  for (const read of readers) {
    assertEquals(read(EVERY_TYPE, -1), null);
    assertEquals(read(EVERY_TYPE, findElement(EVERY_TYPE, "regExp")), null);
    assertEquals(read(EVERY_TYPE, findElement(EVERY_TYPE, "null")), null);
  }
  assertEquals(readBigInt(EVERY_TYPE, findElement(EVERY_TYPE, "double")), null);
});

Deno.test("readX refuses a value that reaches out of its bytes", () => {
  for (const [read, key] of [[readNumber, "int64"], [readString, "string"], [readDocument, "document"]] as const) {
    const element = findElement(EVERY_TYPE, key);
    const valueStart = element + key.length + 2;
    for (const more of [0, 1, 3, 5]) assertRefused(() => read(EVERY_TYPE.subarray(0, valueStart + more), element));
  }
});

Deno.test("readTruth takes booleans and numbers", () => {
  const values = {
    a: true,
    b: false,
    c: new Int32(1),
    d: new Int32(0),
    e: new Double(0),
    f: Long.fromNumber(2),
    g: "",
  };
  const document = serialize(values);
  const read = (key: string) => readTruth(document, findElement(document, key));
  assertEquals([..."abcdefg"].map(read), [true, false, true, false, false, true, null]);
});

Deno.test("readX agree with npm:bson on random documents", () => {
  const random = randomNumbers(20_240_601);
  for (let round = 0; round < 500; round++) {
    const document = randomDocument(random);
    const bytes = surrounded(serialize(document), 0xff);
    assertEquals(walk(bytes), Object.keys(document));
    for (const [key, value] of Object.entries(document)) assertReads(bytes, findElement(bytes, key), value);
  }
});

function assertReads(bytes: Uint8Array, element: number, value: unknown): void {
  assert(element >= 0);
  assertEquals(readNumber(bytes, element), numberOf(value));
  assertEquals(readBigInt(bytes, element), bigIntOf(value));
  assertEquals(readBoolean(bytes, element), typeof value === "boolean" ? value : null);
  if (typeof value === "string") assertEquals(readString(bytes, element), value);
  const document = readDocument(bytes, element);
  if (isPlain(value)) assertEquals(document?.toHex(), serialize(value).toHex());
}

function numberOf(value: unknown): number | null {
  if (value instanceof Int32 || value instanceof Double) return value.value;
  return value instanceof Long && !isTimestamp(value) ? value.toNumber() : null;
}

function bigIntOf(value: unknown): bigint | null {
  if (value instanceof Long && !isTimestamp(value)) return value.toBigInt();
  const number = numberOf(value);
  return number === null || !Number.isInteger(number) ? null : BigInt(number);
}

function isTimestamp(value: Long): boolean {
  return (value as unknown as { _bsontype: string })._bsontype === "Timestamp";
}

function isPlain(value: unknown): value is Document {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
