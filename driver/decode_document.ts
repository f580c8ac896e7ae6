import { deserialize, type DeserializeOptions } from "bson";
import type { Document } from "../codec/bson_types.ts";
import { CodecError } from "../codec/error.ts";

/**
 * Decodes a document that came over a connection; what it gives holds no view of `bytes`, whose buffer is used again.
 * Throws `CodecError` if it cannot be decoded.
 */
export function decodeDocument(bytes: Uint8Array, options: DeserializeOptions = {}): Document {
  try {
    // A copy for certain: `slice()` of a Node `Buffer` would be a view.
    return deserialize(new Uint8Array(bytes), options);
  } catch (cause) {
    const actual = cause instanceof Error ? cause.message : String(cause);
    throw new CodecError("Unreadable document", { offset: 0, expected: "valid BSON", actual }, { cause });
  }
}
