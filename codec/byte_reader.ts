import { CodecError } from "./error.ts";

// A fatal decoder: a name that is not UTF-8 must not turn into another name.
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The shortest BSON document: a length and the closing zero. */
const MIN_DOCUMENT_BYTES = 5;

/** Reads a little-endian signed 32-bit integer. The caller has checked that four bytes are there. */
export function readInt32(bytes: Uint8Array, offset: number): number {
  return bytes[offset]! | (bytes[offset + 1]! << 8) | (bytes[offset + 2]! << 16) |
    (bytes[offset + 3]! << 24);
}

/** Reads a little-endian signed 64-bit integer. The caller has checked that eight bytes are there. */
function readInt64(bytes: Uint8Array, offset: number): bigint {
  return (BigInt(readInt32(bytes, offset + 4)) << 32n) | BigInt(readInt32(bytes, offset) >>> 0);
}

/**
 * Reads fields one after another from a part of a message and never outside it.
 * Each method advances behind what it read, or throws a {@linkcode CodecError} that names the field.
 */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  #offset: number;

  constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.#offset = start;
    this.#end = end;
  }

  /** Where the next field begins, from the start of the bytes. */
  get offset(): number {
    return this.#offset;
  }

  /** How many bytes are left. */
  get remaining(): number {
    return this.#end - this.#offset;
  }

  uint8(what: string): number {
    return this.#bytes[this.#take(1, what)]!;
  }

  int32(what: string): number {
    return readInt32(this.#bytes, this.#take(4, what));
  }

  int64(what: string): bigint {
    return readInt64(this.#bytes, this.#take(8, what));
  }

  /** Reads UTF-8 text up to a zero byte. */
  cString(what: string): string {
    const start = this.#offset;
    const end = this.#bytes.indexOf(0, start);
    if (end < 0 || end >= this.#end) {
      throw new CodecError(`${what} does not end`, {
        offset: start,
        expected: `a zero byte within ${this.remaining} bytes`,
        actual: "none",
      });
    }
    this.#offset = end + 1;
    return decodeUtf8(this.#bytes, start, end, what);
  }

  /** Reads a document as a view: its length and its closing zero are checked, its elements are not. */
  document(what: string): Uint8Array {
    const start = this.#offset;
    const end = start + this.#lengthHere(what, MIN_DOCUMENT_BYTES);
    const last = this.#bytes[end - 1]!;
    if (last !== 0) {
      throw new CodecError(`${what} does not end`, { offset: end - 1, expected: 0, actual: last });
    }
    this.#offset = end;
    return this.#bytes.subarray(start, end);
  }

  /** Reads documents up to the end. */
  documents(what: string): Uint8Array[] {
    const documents: Uint8Array[] = [];
    while (this.remaining > 0) documents.push(this.document(what));
    return documents;
  }

  /** Gives a reader of a part that begins with its own length, which is read already. */
  part(what: string, minimumBytes: number): ByteReader {
    const start = this.#offset;
    const end = start + this.#lengthHere(what, minimumBytes);
    this.#offset = end;
    return new ByteReader(this.#bytes, start + 4, end);
  }

  /** Throws if bytes are left over. */
  expectEnd(what: string): void {
    if (this.remaining === 0) return;
    throw new CodecError(`${what} has bytes left over`, {
      offset: this.#offset,
      expected: "the end",
      actual: `${this.remaining} bytes`,
    });
  }

  /** The length at the current offset, which counts itself, without advancing. */
  #lengthHere(what: string, minimum: number): number {
    const offset = this.#offset;
    if (this.remaining < 4) throw this.#cutOff(what, 4);
    const length = readInt32(this.#bytes, offset);
    if (length < minimum || length > this.remaining) {
      throw new CodecError(`Length of ${what}`, {
        offset,
        expected: `${minimum} to ${this.remaining} bytes`,
        actual: length,
      });
    }
    return length;
  }

  #take(length: number, what: string): number {
    if (length > this.remaining) throw this.#cutOff(what, length);
    const offset = this.#offset;
    this.#offset = offset + length;
    return offset;
  }

  #cutOff(what: string, needed: number): CodecError {
    return new CodecError(`${what} is cut off`, {
      offset: this.#offset,
      expected: `${needed} bytes`,
      actual: `${this.remaining} bytes`,
    });
  }
}

function decodeUtf8(bytes: Uint8Array, start: number, end: number, what: string): string {
  try {
    return utf8.decode(bytes.subarray(start, end));
  } catch (cause) {
    throw new CodecError(
      `${what} is not text`,
      { offset: start, expected: "UTF-8", actual: "other bytes" },
      { cause },
    );
  }
}
