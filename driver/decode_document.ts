import { deserialize, type DeserializeOptions } from "bson";
import type { Document } from "../codec/bson_types.ts";
import { CodecError } from "../codec/error.ts";

/** Decodes a document that came over a connection. Throws `CodecError` if it cannot be decoded. */
export function decodeDocument(bytes: Uint8Array, options: DeserializeOptions = {}): Document {
  try {
    return deserialize(bytes, options);
  } catch (cause) {
    const actual = cause instanceof Error ? cause.message : String(cause);
    throw new CodecError("Unreadable document", { offset: 0, expected: "valid BSON", actual }, { cause });
  }
}
