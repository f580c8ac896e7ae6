import { BsonType } from "./bson_extent.ts";
import type { BsonSink } from "./bson_sink.ts";
import { CodecError } from "./error.ts";

type Key = string | number;

const GENERIC_SUBTYPE = 0;
/** 2^32: what one of the upper 32 bits is worth. */
const HIGH_UNIT = 0x1_0000_0000;

/** An integer of 32 bits is one, and every other number a double, -0 too. */
export function encodeNumber(sink: BsonSink, key: Key, value: number): void {
  const integer = value | 0;
  if (integer === value && (integer !== 0 || 1 / value > 0)) {
    sink.element(BsonType.int32, key);
    return sink.int32(integer);
  }
  sink.element(BsonType.double, key);
  sink.double(value);
}

/** An invalid date is 1970. */
export function encodeDate(sink: BsonSink, key: Key, value: Date): void {
  const milliseconds = value.getTime();
  sink.element(BsonType.date, key);
  sink.int32(milliseconds | 0);
  sink.int32(Math.floor(milliseconds / HIGH_UNIT));
}

export function encodeBytes(sink: BsonSink, key: Key, value: Uint8Array): void {
  sink.element(BsonType.binary, key);
  sink.int32(value.length);
  sink.byte(GENERIC_SUBTYPE);
  sink.bytes(value);
}

/** Of the flags `g` becomes the server's `s`, as in `npm:bson`. */
export function encodeRegExp(sink: BsonSink, key: Key, value: RegExp): void {
  sink.element(BsonType.regExp, key);
  const { source, ignoreCase, global, multiline } = value;
  sink.cString(withoutNul(source, sink.length));
  sink.cString(`${ignoreCase ? "i" : ""}${global ? "s" : ""}${multiline ? "m" : ""}`);
}

/** Gives a pattern if a cstring can hold it, else throws {@linkcode CodecError}. */
export function withoutNul(pattern: string, offset: number): string {
  if (!pattern.includes("\0")) return pattern;
  throw new CodecError("Pattern of a regular expression", { offset, expected: "no NUL", actual: "one" });
}

/** Gives what must be a string if it is one, else throws {@linkcode CodecError}. */
export function expectText(value: unknown, offset: number): string {
  if (typeof value === "string") return value;
  throw new CodecError("Text of a BSON value", { offset, expected: "a string", actual: typeof value });
}
