import { encodeFields } from "./bson_encode_fields.ts";
import { type EncodeDocumentOptions, encodeSettings } from "./bson_encode_options.ts";
import { BsonSink } from "./bson_sink.ts";
import type { Document } from "./bson_types.ts";
import { isAnyArrayBuffer, isDate, isRegExp, isUint8Array } from "./bson_value_kind.ts";
import { CodecError } from "./error.ts";

/** Absent while a document is encoded, since a `toBSON` method may encode another. */
let idleSink: BsonSink | null = new BsonSink();

/**
 * Encodes a document to the bytes that `serialize` of `npm:bson` makes of it, with its options and in less time.
 *
 * The bytes may be part of a larger buffer, as a Node `Buffer`'s may. Three things differ from `npm:bson`: documents
 * may be of any length, but nest 250 levels deep only, which is as deep as servers can be told to allow, and errors
 * are of the one class.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { encodeDocument } from "@torana/mongo/codec";
 *
 * assertEquals(encodeDocument({ ok: 1 }).toHex(), "0d000000106f6b000100000000");
 * ```
 *
 * @throws {CodecError} if `document` or something in it cannot be encoded; what a `toBSON` method or a getter throws
 * goes through
 */
export function encodeDocument(document: Document | null | undefined, options: EncodeDocumentOptions = {}): Uint8Array {
  const settings = encodeSettings(options);
  const sink = idleSink ?? new BsonSink();
  idleSink = null;
  try {
    encodeFields(sink, rootOf(document), settings, []);
    return sink.finish();
  } finally {
    sink.discard();
    idleSink = sink;
  }
}

/** Nothing at all is an empty document, at the root only. */
function rootOf(document: unknown): object {
  if (document === null || document === undefined) return {};
  if (typeof document === "object" && !isValue(document)) return document;
  throw new CodecError("BSON document", { offset: 0, expected: "an object of fields", actual: "a value" });
}

/** Whether an object is a value that has no fields. */
function isValue(object: object): boolean {
  return Array.isArray(object) || ("_bsontype" in object && typeof object._bsontype === "string") || isDate(object) ||
    isRegExp(object) || isUint8Array(object) || isAnyArrayBuffer(object);
}
