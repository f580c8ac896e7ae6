import { BsonType, endOfCString, endOfDocument, endOfValue } from "./bson_extent.ts";
import { ElementWalker } from "./bson_view.ts";
import { readInt32 } from "./byte_reader.ts";
import { CodecError } from "./error.ts";

/** How deep the servers let documents nest. */
const DEFAULT_MAX_DEPTH = 200;
const OLD_BINARY_SUBTYPE = 2;
const OBJECT_ID_BYTES = 12;

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** What {@linkcode validateDocument} accepts besides the document. */
export interface ValidateOptions {
  /** How deep documents and arrays may nest; the outermost counts as 1. @default {200} */
  readonly maxDepth?: number;
}

/**
 * Checks that `bytes` is one valid BSON document and nothing else: types, lengths and terminators all the way down,
 * UTF-8 of keys and strings, booleans of 0 or 1, depth. Array keys may be anything, as the specification advises.
 *
 * @throws {CodecError} with the offset of the first fault
 */
export function validateDocument(bytes: Uint8Array, options: ValidateOptions = {}): void {
  const end = endOfDocument(bytes, 0, bytes.length);
  if (end !== bytes.length) {
    throw new CodecError("Bytes after a BSON document", {
      offset: end,
      expected: "the end",
      actual: `${bytes.length - end} bytes`,
    });
  }
  validateElements(bytes, 0, end, options.maxDepth ?? DEFAULT_MAX_DEPTH);
}

function validateElements(bytes: Uint8Array, start: number, limit: number, depthLeft: number): void {
  if (depthLeft <= 0) {
    throw new CodecError("BSON nested too deeply", { offset: start, expected: "fewer levels", actual: "one more" });
  }
  const walker = new ElementWalker(bytes, start, limit);
  while (walker.next()) {
    checkUtf8(bytes, walker.element + 1, walker.valueStart - 1);
    validateValue(bytes, walker.type, walker.valueStart, walker.valueEnd, depthLeft);
  }
}

/** Checks what the value's extent, known to be right, does not tell. */
function validateValue(bytes: Uint8Array, type: number, start: number, end: number, depthLeft: number): void {
  switch (type) {
    case BsonType.string:
    case BsonType.code:
    case BsonType.symbol:
      return checkUtf8(bytes, start + 4, end - 1);
    case BsonType.document:
    case BsonType.array:
      return validateElements(bytes, start, end, depthLeft - 1);
    case BsonType.binary:
      return validateBinary(bytes, start, end);
    case BsonType.boolean:
      return validateBoolean(bytes, start);
    case BsonType.regExp:
      return validateRegExp(bytes, start, end);
    case BsonType.dbPointer:
      return checkUtf8(bytes, start + 4, end - OBJECT_ID_BYTES - 1);
    case BsonType.codeWithScope:
      return validateCodeWithScope(bytes, start, end, depthLeft);
  }
}

function validateBinary(bytes: Uint8Array, start: number, end: number): void {
  if (bytes[start + 4] !== OLD_BINARY_SUBTYPE) return;
  const expected = end - start - 9;
  if (expected >= 0 && readInt32(bytes, start + 5) === expected) return;
  throw new CodecError("Bad inner length of an old BSON binary", {
    offset: start + 5,
    expected: "4 less than the outer one",
    actual: expected < 0 ? "none" : readInt32(bytes, start + 5),
  });
}

function validateBoolean(bytes: Uint8Array, start: number): void {
  if (bytes[start]! <= 1) return;
  throw new CodecError("Bad BSON boolean", { offset: start, expected: "0 or 1", actual: bytes[start]! });
}

function validateRegExp(bytes: Uint8Array, start: number, end: number): void {
  const options = endOfCString(bytes, start, end) + 1;
  checkUtf8(bytes, start, options - 1);
  checkUtf8(bytes, options, end - 1);
}

function validateCodeWithScope(bytes: Uint8Array, start: number, end: number, depthLeft: number): void {
  const scope = endOfValue(bytes, BsonType.string, start + 4, end);
  checkUtf8(bytes, start + 8, scope - 1);
  const scopeEnd = endOfDocument(bytes, scope, end);
  if (scopeEnd !== end) {
    throw new CodecError("Bad length of a BSON code with scope", {
      offset: start,
      expected: scopeEnd - start,
      actual: end - start,
    });
  }
  validateElements(bytes, scope, end, depthLeft - 1);
}

function checkUtf8(bytes: Uint8Array, start: number, end: number): void {
  let offset = start;
  while (offset < end && bytes[offset]! <= 0x7f) offset++;
  if (offset === end) return;
  try {
    utf8.decode(bytes.subarray(offset, end));
  } catch (cause) {
    throw new CodecError("Text is not UTF-8", { offset: start, expected: "UTF-8", actual: "other bytes" }, { cause });
  }
}
