import { Binary } from "bson";
import type { BsonSink } from "./bson_sink.ts";
import { CodecError } from "./error.ts";

const { Int8, Float32, PackedBit } = Binary.VECTOR_TYPE;
const VECTOR_HEADER_BYTES = 2;
const FLOAT_BYTES = 4;

/** Writes the value of a binary element: as much of its buffer as it says. */
export function encodeBinary(sink: BsonSink, value: Binary): void {
  const { position, sub_type: subtype } = value;
  const isOld = subtype === Binary.SUBTYPE_BYTE_ARRAY;
  sink.int32(isOld ? position + 4 : position);
  sink.byte(subtype);
  // The deprecated subtype has its length a second time.
  if (isOld) sink.int32(position);
  if (subtype === Binary.SUBTYPE_VECTOR && !isVector(value)) {
    throw new CodecError("BSON vector", {
      offset: sink.length,
      expected: "a length and padding of its type",
      actual: "others",
    });
  }
  sink.bytes(contentOf(value));
}

function contentOf({ buffer, position }: Binary): Uint8Array {
  if (buffer.length === position) return buffer;
  const content = new Uint8Array(position);
  content.set(buffer.subarray(0, position));
  return content;
}

/** Whether the vector's length and padding suit its type; of unknown types nothing is said. */
function isVector({ buffer, position }: Binary): boolean {
  const type = buffer[0];
  const padding = buffer[1];
  switch (type) {
    case Int8:
      return padding === 0;
    case Float32:
      return padding === 0 && (position === 0 || (position - VECTOR_HEADER_BYTES) % FLOAT_BYTES === 0);
    case PackedBit:
      return padding === undefined || (padding <= 7 && (padding === 0 || position !== VECTOR_HEADER_BYTES));
    default:
      return true;
  }
}
