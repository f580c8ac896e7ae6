import { deserialize } from "bson";
import { decodeFields } from "./bson_decode_fields.ts";
import { type DecodeDocumentOptions, decodeSettings } from "./bson_decode_options.ts";
import { BsonSource } from "./bson_source.ts";
import type { Document } from "./bson_types.ts";
import { CodecError } from "./error.ts";

/**
 * Decodes a BSON document to what `deserialize` of `npm:bson` makes of it, with its options and in less time.
 *
 * Binary values are views of `bytes` unless `copyBuffers` is set. Two things differ from `npm:bson`: documents may
 * nest 250 levels deep, which is as deep as servers can be told to allow, and errors are of the one class.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { decodeDocument, encodeDocument } from "@torana/mongo/codec";
 *
 * assertEquals(decodeDocument(encodeDocument({ a: 1, b: "two" })), { a: 1, b: "two" });
 * ```
 *
 * @throws {CodecError} if `bytes` is not one valid document
 * @throws {TypeError} if int64 values are wanted as bigints and as instances of `Long`
 */
export function decodeDocument(bytes: Uint8Array, options?: DecodeDocumentOptions): Document {
  const settings = decodeSettings(options);
  const source = new BsonSource(bytes, options?.index ?? 0);
  try {
    source.expectDocument(options?.allowObjectSmallerThanBufferSize ?? false);
    if (isSelective(options)) return deserialize(settings.copyBuffers ? new Uint8Array(bytes) : bytes, options);
    return decodeFields(source, settings, bytes.length, 0);
  } catch (cause) {
    throw cause instanceof CodecError ? cause : unreadable(source.offset, cause);
  }
}

/** Whether some fields are decoded in another way than others. That is rare, and `npm:bson` does it itself. */
function isSelective(options: DecodeDocumentOptions | undefined): options is DecodeDocumentOptions {
  if (options === undefined) return false;
  const { raw, fieldsAsRaw, validation } = options;
  return raw === true || fieldsAsRaw != null || (validation != null && typeof validation.utf8 !== "boolean");
}

/** For what a `DataView` says of a number that is cut off, and a class of the value that it is to be made of. */
function unreadable(offset: number, cause: unknown): CodecError {
  const at = { offset, expected: "one that is whole and valid", actual: "another" };
  return new CodecError("Unreadable BSON value", at, { cause });
}
