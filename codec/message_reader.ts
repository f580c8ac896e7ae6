import { ByteReader } from "./byte_reader.ts";
import { CodecError } from "./error.ts";
import { checkHeader, type DecodeOptions, HEADER_BYTES, type OpCode, opCode } from "./header.ts";

/** Checks the header of one whole message and gives a reader of what follows it. */
export function openMessage(
  message: Uint8Array,
  expected: OpCode,
  options: DecodeOptions = {},
): ByteReader {
  checkHeader(message, options);
  const actual = opCode(message);
  if (actual !== expected) throw new CodecError("Opcode", { offset: 12, expected, actual });
  return new ByteReader(message, HEADER_BYTES);
}
