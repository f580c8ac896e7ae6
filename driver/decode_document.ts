import { decodeDocument as decode } from "../codec/bson_decode.ts";
import type { DecodeDocumentOptions } from "../codec/bson_decode_options.ts";
import type { Document } from "../codec/bson_types.ts";

/**
 * Decodes a document that came over a connection; what it gives holds no view of `bytes`, whose buffer is used again.
 * Throws `CodecError` if it cannot be decoded.
 */
export function decodeDocument(bytes: Uint8Array, options: DecodeDocumentOptions = {}): Document {
  return decode(bytes, { ...options, copyBuffers: true });
}
