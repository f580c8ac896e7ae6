import { deserialize } from "bson";
import { BsonType, endOfCString, endOfDocument, endOfValue } from "./bson_extent.ts";
import { readInt32 } from "./byte_reader.ts";
import { writeInt32 } from "./byte_writer.ts";
import { CodecError } from "./error.ts";

const OBJECT_ID_BYTES = 12;
const OLD_BINARY_SUBTYPE = 2;
const EMPTY_DOCUMENT_BYTES = 5;
const scratch = new Uint8Array(8);
const scratchView = new DataView(scratch.buffer);
const utf8 = new TextDecoder();

/** Gives the little-endian int64 at `offset`, which must lie inside `bytes`. */
export function int64At(bytes: Uint8Array, offset: number): bigint {
  return scratchAt(bytes, offset).getBigInt64(0, true);
}

/** Gives the little-endian double at `offset`, which must lie inside `bytes`. */
function doubleAt(bytes: Uint8Array, offset: number): number {
  return scratchAt(bytes, offset).getFloat64(0, true);
}

/** Copies eight bytes to where a `DataView` exists already: cheaper than making one for `bytes`. */
function scratchAt(bytes: Uint8Array, offset: number): DataView {
  for (let i = 0; i < 8; i++) scratch[i] = bytes[offset + i]!;
  return scratchView;
}

/** Decodes UTF-8; short ASCII, which names are, without the cost of a call into `TextDecoder`. */
export function textAt(bytes: Uint8Array, start: number, end: number): string {
  if (end - start > 64) return utf8.decode(bytes.subarray(start, end));
  let text = "";
  for (let i = start; i < end; i++) {
    const byte = bytes[i]!;
    if (byte > 0x7f) return utf8.decode(bytes.subarray(start, end));
    text += String.fromCharCode(byte);
  }
  return text;
}

/**
 * Walks the elements of one document without decoding them: one object a walk, offsets only.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { BsonType, ElementWalker } from "@torana/mongo/codec";
 * import { serialize } from "bson";
 *
 * const walker = new ElementWalker(serialize({ a: 1, b: "two" }));
 * walker.next();
 * walker.next();
 * assertEquals([walker.key, walker.type], ["b", BsonType.string]);
 * ```
 */
export class ElementWalker {
  /** What is walked; the offsets count from its start. */
  readonly bytes: Uint8Array;
  /** Offset of the element's type byte, which the `read…` functions take. */
  element = 0;
  /** The element's type byte, one of {@linkcode BsonType} in a valid document. */
  type = 0;
  /** Offset of the first byte of the element's value. */
  valueStart = 0;
  /** Offset behind the last byte of the element's value, where the next element begins. */
  valueEnd: number;
  readonly #terminator: number;

  /**
   * Stands before the first element of the document at `start`.
   *
   * @throws {CodecError} if there is no document at `start` that ends before `limit`
   */
  constructor(bytes: Uint8Array, start = 0, limit: number = bytes.length) {
    this.bytes = bytes;
    this.#terminator = endOfDocument(bytes, start, limit) - 1;
    this.valueEnd = start + 4;
  }

  /**
   * Moves to the next element and says whether there is one.
   *
   * @throws {CodecError} if the element does not lie whole inside its document
   */
  next(): boolean {
    if (this.valueEnd === this.#terminator) return false;
    this.element = this.valueEnd;
    this.type = this.bytes[this.element]!;
    this.valueStart = endOfCString(this.bytes, this.element + 1, this.#terminator) + 1;
    this.valueEnd = endOfValue(this.bytes, this.type, this.valueStart, this.#terminator);
    return true;
  }

  /** The element's key; decoded at each call. */
  get key(): string {
    return textAt(this.bytes, this.element + 1, this.valueStart - 1);
  }

  /** Says whether the element's key is `key`; no string is made if `key` is ASCII. */
  isKey(key: string): boolean {
    for (let i = 0; i < key.length; i++) {
      const code = key.charCodeAt(i);
      if (code > 0x7f) return this.key === key;
      if (this.bytes[this.element + 1 + i] !== code) return false;
    }
    return this.valueStart - this.element - 2 === key.length;
  }
}

/**
 * Gives the offset of the first element called `key` of the document at `start`, or -1.
 *
 * @throws {CodecError} if what was walked until then is no valid BSON
 */
export function findElement(bytes: Uint8Array, key: string, start = 0): number {
  const walker = new ElementWalker(bytes, start);
  while (walker.next()) {
    if (walker.isKey(key)) return walker.element;
  }
  return -1;
}

/**
 * Gives the offset of the element at `path` (`"cursor.id"`, array indexes as `"0"`) in the document at `start`, or -1.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { findPath, readBigInt } from "@torana/mongo/codec";
 * import { serialize } from "bson";
 *
 * const reply = serialize({ cursor: { id: 7n, firstBatch: [] }, ok: 1 });
 * assertEquals(readBigInt(reply, findPath(reply, "cursor.id")), 7n);
 * ```
 *
 * @throws {CodecError} if what was walked until then is no valid BSON
 */
export function findPath(bytes: Uint8Array, path: string, start = 0): number {
  let element = -1;
  let document = start;
  for (const key of path.split(".")) {
    if (element >= 0) {
      if (!isDocument(bytes[element])) return -1;
      document = valueOffset(bytes, element);
    }
    element = findElement(bytes, key, document);
    if (element < 0) return -1;
  }
  return element;
}

function isDocument(type: number | undefined): boolean {
  return type === BsonType.document || type === BsonType.array;
}

/** Gives the offset of the value of the element at `element`. */
function valueOffset(bytes: Uint8Array, element: number): number {
  return endOfCString(bytes, element + 1, bytes.length) + 1;
}

/** Gives the value's offset if the element is there and of one of two types, and its value inside `bytes`; else -1. */
function valueOfType(bytes: Uint8Array, element: number, type: number, other: number = type): number {
  if (element < 0) return -1;
  const actual = bytes[element];
  if (actual !== type && actual !== other) return -1;
  const value = valueOffset(bytes, element);
  endOfValue(bytes, actual, value, bytes.length);
  return value;
}

/** Reads an int32, int64 (rounded to a double) or double; null for another type and for element -1. */
export function readNumber(bytes: Uint8Array, element: number): number | null {
  const int32 = valueOfType(bytes, element, BsonType.int32);
  if (int32 >= 0) return readInt32(bytes, int32);
  const double = valueOfType(bytes, element, BsonType.double);
  if (double >= 0) return doubleAt(bytes, double);
  const int64 = valueOfType(bytes, element, BsonType.int64);
  return int64 < 0 ? null : Number(int64At(bytes, int64));
}

/** Reads an int64, int32 or whole double; null for another type and for element -1. */
export function readBigInt(bytes: Uint8Array, element: number): bigint | null {
  const int64 = valueOfType(bytes, element, BsonType.int64);
  if (int64 >= 0) return int64At(bytes, int64);
  const number = readNumber(bytes, element);
  return number === null || !Number.isInteger(number) ? null : BigInt(number);
}

/** Reads a boolean; null for another type and for element -1. */
export function readBoolean(bytes: Uint8Array, element: number): boolean | null {
  const value = valueOfType(bytes, element, BsonType.boolean);
  return value < 0 ? null : bytes[value] !== 0;
}

/** Reads a boolean or a number as the server does where it takes both: 0 is false; null for another type. */
export function readTruth(bytes: Uint8Array, element: number): boolean | null {
  const boolean = readBoolean(bytes, element);
  if (boolean !== null) return boolean;
  const number = readNumber(bytes, element);
  return number === null ? null : number !== 0;
}

/** Reads a string or symbol; null for another type and for element -1. */
export function readString(bytes: Uint8Array, element: number): string | null {
  const value = valueOfType(bytes, element, BsonType.string, BsonType.symbol);
  return value < 0 ? null : textAt(bytes, value + 4, value + 4 + readInt32(bytes, value) - 1);
}

/** Gives a view of a binary value's content; null for another type and for element -1. */
export function readBinary(bytes: Uint8Array, element: number): Uint8Array | null {
  const value = valueOfType(bytes, element, BsonType.binary);
  if (value < 0) return null;
  const end = value + 5 + readInt32(bytes, value);
  // Subtype 2 repeats the length inside.
  const start = bytes[value + 4] === OLD_BINARY_SUBTYPE ? Math.min(value + 9, end) : value + 5;
  return bytes.subarray(start, end);
}

/** Gives a view of an ObjectId's 12 bytes; null for another type and for element -1. */
export function readObjectId(bytes: Uint8Array, element: number): Uint8Array | null {
  const value = valueOfType(bytes, element, BsonType.objectId);
  return value < 0 ? null : bytes.subarray(value, value + OBJECT_ID_BYTES);
}

/** Gives a view of an embedded document or array; null for another type and for element -1. */
export function readDocument(bytes: Uint8Array, element: number): Uint8Array | null {
  const value = valueOfType(bytes, element, BsonType.document, BsonType.array);
  return value < 0 ? null : bytes.subarray(value, value + readInt32(bytes, value));
}

/** Walks the embedded document or array at `element`; null for another type and for element -1. */
export function walkInto(bytes: Uint8Array, element: number): ElementWalker | null {
  const value = valueOfType(bytes, element, BsonType.document, BsonType.array);
  return value < 0 ? null : new ElementWalker(bytes, value);
}

/**
 * Decodes any value with `npm:bson`; undefined for element -1.
 *
 * @throws {CodecError} if the value is no valid BSON
 */
export function readValue(bytes: Uint8Array, element: number): unknown {
  if (element < 0) return undefined;
  const value = valueOffset(bytes, element);
  const content = bytes.subarray(element, endOfValue(bytes, bytes[element]!, value, bytes.length));
  const document = new Uint8Array(content.length + EMPTY_DOCUMENT_BYTES);
  writeInt32(document, 0, document.length);
  document.set(content, 4);
  try {
    return Object.values(deserialize(document))[0];
  } catch (cause) {
    throw new CodecError("Bad BSON value", { offset: element, expected: "valid BSON", actual: "other bytes" }, {
      cause,
    });
  }
}
