import { readInt32 } from "./byte_reader.ts";
import { CodecError } from "./error.ts";

/** The type byte of each BSON element, deprecated ones included ({@link https://bsonspec.org/spec.html}). */
export const BsonType = {
  double: 0x01,
  string: 0x02,
  document: 0x03,
  array: 0x04,
  binary: 0x05,
  undefined: 0x06,
  objectId: 0x07,
  boolean: 0x08,
  date: 0x09,
  null: 0x0a,
  regExp: 0x0b,
  dbPointer: 0x0c,
  code: 0x0d,
  symbol: 0x0e,
  codeWithScope: 0x0f,
  int32: 0x10,
  timestamp: 0x11,
  int64: 0x12,
  decimal128: 0x13,
  maxKey: 0x7f,
  minKey: 0xff,
} as const;

/** The type byte of a BSON element. */
export type BsonType = (typeof BsonType)[keyof typeof BsonType];

const MIN_DOCUMENT_BYTES = 5;
const MIN_CODE_WITH_SCOPE_BYTES = 14;
const OBJECT_ID_BYTES = 12;
const VARIABLE = -1;
const UNKNOWN = -2;

/** Bytes of the value of each type byte, or `VARIABLE`, or `UNKNOWN`. */
const VALUE_BYTES = new Int8Array(256).fill(UNKNOWN);
for (const type of Object.values(BsonType)) VALUE_BYTES[type] = VARIABLE;
VALUE_BYTES[BsonType.undefined] = 0;
VALUE_BYTES[BsonType.null] = 0;
VALUE_BYTES[BsonType.minKey] = 0;
VALUE_BYTES[BsonType.maxKey] = 0;
VALUE_BYTES[BsonType.boolean] = 1;
VALUE_BYTES[BsonType.int32] = 4;
VALUE_BYTES[BsonType.double] = 8;
VALUE_BYTES[BsonType.date] = 8;
VALUE_BYTES[BsonType.timestamp] = 8;
VALUE_BYTES[BsonType.int64] = 8;
VALUE_BYTES[BsonType.objectId] = OBJECT_ID_BYTES;
VALUE_BYTES[BsonType.decimal128] = 16;

/**
 * Checks the length and the terminator of the document at `start` and gives the offset after it.
 * What the document holds is checked by those who walk it.
 *
 * @throws {CodecError} if it is shorter than 5 bytes, ends after `limit` or is not terminated
 */
export function endOfDocument(bytes: Uint8Array, start: number, limit: number): number {
  if (start + MIN_DOCUMENT_BYTES > limit) throw tooShort("BSON document", start, MIN_DOCUMENT_BYTES, limit - start);
  const length = readInt32(bytes, start);
  if (length < MIN_DOCUMENT_BYTES || length > limit - start) {
    throw new CodecError("Bad length of a BSON document", {
      offset: start,
      expected: `${MIN_DOCUMENT_BYTES} to ${limit - start}`,
      actual: length,
    });
  }
  if (bytes[start + length - 1] !== 0) throw notTerminated("BSON document", start + length - 1, bytes);
  return start + length;
}

/**
 * Gives the offset of the NUL of the cstring at `start`.
 *
 * @throws {CodecError} if there is none before `limit`
 */
export function endOfCString(bytes: Uint8Array, start: number, limit: number): number {
  let end = start;
  while (end < limit && bytes[end] !== 0) end++;
  if (end >= limit) throw new CodecError("Unterminated cstring", { offset: start, expected: "a NUL", actual: "none" });
  return end;
}

/**
 * Gives the offset after the value of `type` at `start`; embedded documents are passed by their length.
 *
 * @throws {CodecError} if the type is unknown, a length is wrong or the value ends after `limit`
 */
export function endOfValue(bytes: Uint8Array, type: number, start: number, limit: number): number {
  const size = VALUE_BYTES[type]!;
  if (size < 0) return endOfVariableValue(bytes, type, start, limit);
  if (size > limit - start) throw tooShort("BSON value", start, size, limit - start);
  return start + size;
}

function endOfVariableValue(bytes: Uint8Array, type: number, start: number, limit: number): number {
  switch (type) {
    case BsonType.string:
    case BsonType.code:
    case BsonType.symbol:
      return endOfString(bytes, start, limit);
    case BsonType.document:
    case BsonType.array:
      return endOfDocument(bytes, start, limit);
    case BsonType.binary:
      return endOfBinary(bytes, start, limit);
    case BsonType.regExp:
      return endOfCString(bytes, endOfCString(bytes, start, limit) + 1, limit) + 1;
    case BsonType.dbPointer:
      return endOfDbPointer(bytes, start, limit);
    case BsonType.codeWithScope:
      return endOfCodeWithScope(bytes, start, limit);
    default:
      throw new CodecError("Unknown BSON type", { offset: start, expected: "a BSON type", actual: type });
  }
}

function endOfString(bytes: Uint8Array, start: number, limit: number): number {
  const length = lengthAt(bytes, start, limit, 4, 1);
  const end = start + 4 + length;
  if (bytes[end - 1] !== 0) throw notTerminated("BSON string", end - 1, bytes);
  return end;
}

function endOfBinary(bytes: Uint8Array, start: number, limit: number): number {
  return start + 5 + lengthAt(bytes, start, limit, 5, 0);
}

function endOfDbPointer(bytes: Uint8Array, start: number, limit: number): number {
  const end = endOfString(bytes, start, limit) + OBJECT_ID_BYTES;
  if (end > limit) throw tooShort("BSON DBPointer", start, end - start, limit - start);
  return end;
}

function endOfCodeWithScope(bytes: Uint8Array, start: number, limit: number): number {
  return start + lengthAt(bytes, start, limit, 0, MIN_CODE_WITH_SCOPE_BYTES);
}

/** Reads the length at `start` of what begins `prefix` bytes later and is at least `least` bytes long. */
function lengthAt(bytes: Uint8Array, start: number, limit: number, prefix: number, least: number): number {
  const most = limit - start - prefix;
  if (limit - start < 4 || most < least) throw tooShort("BSON value", start, prefix + least, limit - start);
  const length = readInt32(bytes, start);
  if (length < least || length > most) {
    throw new CodecError("Bad length of a BSON value", {
      offset: start,
      expected: `${least} to ${most}`,
      actual: length,
    });
  }
  return length;
}

function tooShort(what: string, offset: number, expected: number, actual: number): CodecError {
  return new CodecError(`Truncated ${what}`, {
    offset,
    expected: `${expected} bytes`,
    actual: `${Math.max(actual, 0)} bytes`,
  });
}

function notTerminated(what: string, offset: number, bytes: Uint8Array): CodecError {
  return new CodecError(`Unterminated ${what}`, { offset, expected: 0, actual: bytes[offset]! });
}
