/**
 * Compares what the project's BSON codec does with what `npm:bson` does: the same value, the same bytes, the same
 * refusals. Errors may be of other classes.
 *
 * @module
 */
import { assertEquals, assertThrows } from "@std/assert";
import { deserialize, type DeserializeOptions, type Document, serialize, type SerializeOptions } from "bson";
import { decodeDocument } from "../../codec/bson_decode.ts";
import { encodeDocument } from "../../codec/bson_encode.ts";
import { CodecError } from "../../codec/error.ts";

/** Sets of options that lead different ways through the decoder. */
export const DECODINGS: readonly DeserializeOptions[] = [
  {},
  { promoteValues: false, bsonRegExp: true },
  { promoteLongs: false, promoteBuffers: true },
  { useBigInt64: true, promoteBuffers: true, bsonRegExp: true },
  { validation: { utf8: false } },
  { validation: { utf8: { a: true, name: true } } },
  { raw: true },
  { fieldsAsRaw: { a: true, cursor: true } },
];

/** Sets of options that lead different ways through the encoder. */
export const ENCODINGS: readonly SerializeOptions[] = [
  {},
  { ignoreUndefined: false },
  { serializeFunctions: true },
  { checkKeys: true },
];

type Outcome<T> = { readonly value: T } | "refused";

function outcome<T>(run: () => T): Outcome<T> {
  try {
    return { value: run() };
  } catch {
    return "refused";
  }
}

/** Asserts that `bytes` decode to the same value, or are refused with a CodecError if `npm:bson` refuses them. */
export function assertSameDecoding(bytes: Uint8Array, options: DeserializeOptions): void {
  const expected = outcome(() => deserialize(bytes, options));
  if (expected === "refused") {
    assertThrows(() => decodeDocument(bytes, options), CodecError, undefined, bytes.toHex());
    return;
  }
  assertSameValue(decodeDocument(bytes, options), expected.value);
}

/** Asserts equality, of the order of keys and of classes too. */
export function assertSameValue(actual: unknown, expected: unknown): void {
  assertEquals(printed(actual), printed(expected));
}

/** Prints prototypes and own fields: what a class prints of itself may leave something out. */
function printed(value: unknown): string {
  if (typeof value !== "object" || value === null) {
    return `${typeof value} ${Object.is(value, -0) ? "-0" : String(value)}`;
  }
  const name = Object.getPrototypeOf(value)?.constructor.name;
  if (value instanceof Uint8Array) return `${name} ${value.toHex()}`;
  if (value instanceof Date || value instanceof RegExp) return `${name} ${Number(value)} ${String(value)}`;
  const fields = Object.entries(value).map(([key, field]) => `${JSON.stringify(key)}: ${printed(field)}`);
  return `${name} {${fields.join(", ")}}`;
}

/** Asserts that `document` encodes to the same bytes, or is refused if `npm:bson` refuses it. */
export function assertSameEncoding(document: Document, options: SerializeOptions): void {
  const expected = outcome(() => serialize(document, options).toHex());
  assertEquals(outcome(() => encodeDocument(document, options).toHex()), expected);
}
