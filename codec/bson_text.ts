import { ByteUtils } from "bson";
import { CodecError } from "./error.ts";

const fatal = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const REPLACEMENT = "\ufffd";
/** The longest text that a loop decodes in less time than a call into the runtime. */
const MAX_SHORT_BYTES = 24;
/** An array for each length, used again for each text. */
const UNITS: readonly number[][] = Array.from(
  { length: MAX_SHORT_BYTES + 1 },
  (_, length) => new Array(length).fill(0),
);

/** Decodes ASCII of few bytes. Gives null for more bytes and for others, which {@linkcode decodeText} decodes. */
export function decodeShortText(bytes: Uint8Array, start: number, end: number): string | null {
  const length = end - start;
  if (length > MAX_SHORT_BYTES) return null;
  const units = UNITS[length]!;
  for (let i = 0; i < length; i++) {
    const byte = bytes[start + i]!;
    if (byte > 0x7f) return null;
    units[i] = byte;
  }
  return String.fromCharCode.apply(null, units);
}

/**
 * Decodes UTF-8; fastest if `bytes` is of the class that `npm:bson` uses. What is not UTF-8 becomes U+FFFD, or throws
 * {@linkcode CodecError} if `validates`.
 */
export function decodeText(bytes: Uint8Array, start: number, end: number, validates: boolean): string {
  const text = ByteUtils.toUTF8(bytes, start, end, false);
  // U+FFFD may be in the text itself, so that it only says where to look.
  if (validates && text.includes(REPLACEMENT)) check(bytes.subarray(start, end), start);
  return text;
}

function check(part: Uint8Array, offset: number): void {
  try {
    fatal.decode(part);
  } catch (cause) {
    throw new CodecError("Text is not UTF-8", { offset, expected: "UTF-8", actual: "other bytes" }, { cause });
  }
}
