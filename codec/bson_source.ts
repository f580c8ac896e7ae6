import { ByteUtils, ObjectId } from "bson";
import { endOfCString, endOfDocument } from "./bson_extent.ts";
import { keyText } from "./bson_key_cache.ts";
import { hashByte } from "./bson_key_table.ts";
import { decodeShortText, decodeText } from "./bson_text.ts";
import { readInt32 } from "./byte_reader.ts";
import { CodecError } from "./error.ts";

const OBJECT_ID_BYTES = 12;

/**
 * The place in a document up to which it is decoded. Each method reads what is there and goes behind it.
 *
 * Whether a value ends before its document does is asked once a document, by `leaveDocument`. Text and keys never go
 * beyond.
 */
export class BsonSource {
  readonly #bytes: Uint8Array;
  #view: DataView | null = null;
  #buffer: Uint8Array | null = null;
  /** From the start of the bytes. */
  offset: number;

  constructor(bytes: Uint8Array, offset: number) {
    this.#bytes = bytes;
    this.offset = offset;
  }

  /** Checks that a document is here, and no bytes around it unless `allowsMore`. */
  expectDocument(allowsMore: boolean): void {
    const { length } = this.#bytes;
    const end = endOfDocument(this.#bytes, this.offset, length);
    if (allowsMore || end - this.offset === length) return;
    throw new CodecError("Length of a BSON document", {
      offset: this.offset,
      expected: length,
      actual: end - this.offset,
    });
  }

  /** Reads a document's length and gives the offset of the zero that ends it, which lies before `limit`. */
  enterDocument(limit: number): number {
    const end = endOfDocument(this.#bytes, this.offset, limit) - 1;
    this.offset += 4;
    return end;
  }

  /** Goes behind the zero at `end`. Throws {@linkcode CodecError} unless the last value ended there. */
  leaveDocument(end: number): void {
    if (this.offset !== end) {
      throw new CodecError("End of a BSON value", { offset: end, expected: end, actual: this.offset });
    }
    this.offset = end + 1;
  }

  key(end: number): string {
    const bytes = this.#bytes;
    const start = this.offset;
    let hash = 0;
    let zero = start;
    // The document's last byte is a zero, so this ends there at the latest.
    for (let byte = bytes[zero]!; byte !== 0; byte = bytes[++zero]!) hash = hashByte(hash, byte);
    if (zero >= end) {
      throw new CodecError("Unterminated BSON key", { offset: start, expected: "a NUL", actual: "none" });
    }
    this.offset = zero + 1;
    return keyText(bytes, start, zero, hash);
  }

  /** Goes behind a key that nobody asks for. */
  skipKey(end: number): void {
    this.offset = endOfCString(this.#bytes, this.offset, end) + 1;
  }

  byte(): number {
    return this.#bytes[this.offset++]!;
  }

  int32(): number {
    const value = readInt32(this.#bytes, this.offset);
    this.offset += 4;
    return value;
  }

  uint32(): number {
    return this.int32() >>> 0;
  }

  double(): number {
    const value = this.#numbers().getFloat64(this.offset, true);
    this.offset += 8;
    return value;
  }

  bigInt64(): bigint {
    const value = this.#numbers().getBigInt64(this.offset, true);
    this.offset += 8;
    return value;
  }

  objectId(): ObjectId {
    const value = new ObjectId(this.#bytes.subarray(this.offset, this.offset + OBJECT_ID_BYTES));
    this.offset += OBJECT_ID_BYTES;
    return value;
  }

  string(end: number, validates: boolean): string {
    const start = this.offset + 4;
    const length = this.int32();
    const zero = start + length - 1;
    if (length < 1 || zero >= end || this.#bytes[zero] !== 0) {
      throw new CodecError("Length of a BSON string", {
        offset: start - 4,
        expected: "one up to a NUL",
        actual: length,
      });
    }
    this.offset = zero + 1;
    return this.#text(start, zero, validates);
  }

  /** Reads text up to a zero. As in `npm:bson` it is not validated. */
  cString(end: number): string {
    const start = this.offset;
    const zero = endOfCString(this.#bytes, start, end);
    this.offset = zero + 1;
    return this.#text(start, zero, false);
  }

  /** Gives a view of bytes, of the class that `npm:bson` uses. */
  viewBytes(length: number): Uint8Array {
    const start = this.offset;
    this.offset = start + length;
    return this.#local().subarray(start, start + length);
  }

  /** Gives a copy of bytes, of the class that `npm:bson` uses. */
  copyBytes(length: number): Uint8Array {
    const copy = ByteUtils.allocateUnsafe(length);
    copy.set(this.#bytes.subarray(this.offset, this.offset + length));
    this.offset += length;
    return copy;
  }

  #text(start: number, end: number, validates: boolean): string {
    return decodeShortText(this.#bytes, start, end) ?? decodeText(this.#local(), start, end, validates);
  }

  #numbers(): DataView {
    return this.#view ??= new DataView(this.#bytes.buffer, this.#bytes.byteOffset, this.#bytes.length);
  }

  #local(): Uint8Array {
    return this.#buffer ??= ByteUtils.toLocalBufferType(this.#bytes);
  }
}
