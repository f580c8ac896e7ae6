import { Binary, UUID } from "bson";
import type { DecodeSettings } from "./bson_decode_options.ts";
import type { BsonSource } from "./bson_source.ts";
import { CodecError } from "./error.ts";

const UUID_BYTES = 16;

/** Decodes a binary value; a UUID is one of subtype 4 that has its length. */
export function decodeBinary(source: BsonSource, settings: DecodeSettings, end: number): Uint8Array | Binary {
  const length = source.int32();
  const subtype = source.byte();
  const content = subtype === Binary.SUBTYPE_BYTE_ARRAY ? innerLength(source, length) : length;
  if (content < 0 || content > end - source.offset) throw badLength(source.offset, end - source.offset, content);
  const bytes = settings.copyBuffers ? source.copyBytes(content) : source.viewBytes(content);
  if (settings.promoteBuffers) return bytes;
  return subtype === Binary.SUBTYPE_UUID && content === UUID_BYTES ? new UUID(bytes) : new Binary(bytes, subtype);
}

/** The deprecated subtype 2 has its length a second time. */
function innerLength(source: BsonSource, outer: number): number {
  const offset = source.offset;
  const inner = source.int32();
  if (inner === outer - 4) return inner;
  throw new CodecError("Bad inner length of an old BSON binary", { offset, expected: outer - 4, actual: inner });
}

function badLength(offset: number, most: number, actual: number): CodecError {
  return new CodecError("Bad length of a BSON binary", { offset, expected: `0 to ${most}`, actual });
}
