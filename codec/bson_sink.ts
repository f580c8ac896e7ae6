import type { ObjectId } from "bson";
import { CodecError } from "./error.ts";

/** Small documents are given away as parts of one buffer, since one for each would cost more than encoding them. */
const CHUNK_BYTES = 16_384;
const MAX_SMALL_BYTES = CHUNK_BYTES / 4;
/** A buffer that grew beyond this is not kept. */
const MAX_KEPT_BYTES = 1 << 20;
const MAX_DOCUMENT_BYTES = 0x7fff_ffff;
/** What `reserve` leaves room for in any case, so that numbers after a key or a text need not ask for it. */
const NUMBERS_BYTES = 64;
/** As many bytes UTF-8 needs at most for what `length` counts as one. */
const MAX_UNIT_BYTES = 3;
/** The longest text that a loop encodes in less time than a call into the runtime. */
const MAX_SHORT_TEXT = 100;
/** Reserving the most that it can need would be a waste for text longer than this. */
const MAX_RESERVED_TEXT = 65_536;

const ZERO_DIGIT = 0x30;

const utf8 = new TextEncoder();

/** A method that ObjectIds have for `npm:bson` itself: their public `id` makes a buffer each time. */
interface WritesItself {
  serializeInto(bytes: Uint8Array, offset: number): number;
}

/** Where a document is encoded to: bytes that grow. Only numbers make no room for themselves. */
export class BsonSink {
  #bytes = new Uint8Array(CHUNK_BYTES);
  #view = new DataView(this.#bytes.buffer);
  /** Where the document begins. */
  #start = 0;
  #offset = 0;

  /** How many bytes of the document are written. */
  get length(): number {
    return this.#offset - this.#start;
  }

  /** Leaves out a length and gives its place for `endLength`. */
  beginLength(): number {
    const place = this.length;
    this.#offset += 4;
    return place;
  }

  /** Writes at `place` the length of all from there to here. */
  endLength(place: number): void {
    this.#view.setInt32(this.#start + place, this.length - place, true);
  }

  byte(value: number): void {
    this.#bytes[this.#offset++] = value;
  }

  int32(value: number): void {
    this.#view.setInt32(this.#offset, value, true);
    this.#offset += 4;
  }

  double(value: number): void {
    this.#view.setFloat64(this.#offset, value, true);
    this.#offset += 8;
  }

  bigInt64(value: bigint): void {
    this.#view.setBigInt64(this.#offset, value, true);
    this.#offset += 8;
  }

  objectId(value: ObjectId): void {
    this.#offset += (value as unknown as WritesItself).serializeInto(this.#bytes, this.#offset);
  }

  /** Writes what an element begins with: its type, and a field's key or an item's index. Throws at a NUL in the key. */
  element(type: number, key: string | number): void {
    if (typeof key === "string") this.#field(type, key);
    else this.#item(type, key);
  }

  /** Writes nothing for an element, but checks its key. */
  skip(key: string | number): void {
    if (typeof key === "string") this.#expectNoNul(key);
  }

  /** Writes text with its length before and a zero behind it. */
  string(text: string): void {
    if (text.length > MAX_RESERVED_TEXT) return this.#longString(utf8.encode(text));
    this.#reserve(text.length * MAX_UNIT_BYTES + 5);
    const start = this.#offset + 4;
    this.#offset = start;
    this.#text(text);
    this.#bytes[this.#offset++] = 0;
    this.#view.setInt32(start - 4, this.#offset - start, true);
  }

  /** Writes text with a zero behind it. */
  cString(text: string): void {
    this.#reserve(text.length * MAX_UNIT_BYTES + 1);
    this.#text(text);
    this.#bytes[this.#offset++] = 0;
  }

  bytes(content: Uint8Array): void {
    this.#reserve(content.length);
    this.#bytes.set(content, this.#offset);
    this.#offset += content.length;
  }

  /** Writes the zero that ends a document. */
  terminator(): void {
    this.#reserve(1);
    this.#bytes[this.#offset++] = 0;
  }

  /** Gives the document, in bytes that nobody writes to again, and begins another. */
  finish(): Uint8Array {
    const start = this.#start;
    const end = this.#offset;
    const isSmall = end - start <= MAX_SMALL_BYTES;
    if (isSmall && this.#bytes.length === CHUNK_BYTES) {
      this.#start = end;
      return this.#bytes.subarray(start, end);
    }
    const document = this.#bytes.slice(start, end);
    this.discard();
    // A large buffer is kept as long as it is used.
    if (isSmall || this.#bytes.length > MAX_KEPT_BYTES) this.#moveTo(new Uint8Array(CHUNK_BYTES));
    return document;
  }

  /** Begins another document without what was written of this one. */
  discard(): void {
    this.#offset = this.#start;
  }

  #field(type: number, key: string): void {
    const { length } = key;
    this.#reserve(length * MAX_UNIT_BYTES + 2);
    const bytes = this.#bytes;
    bytes[this.#offset++] = type;
    const start = this.#offset;
    for (let i = 0; i < length; i++) {
      const unit = key.charCodeAt(i);
      if (unit === 0 || unit > 0x7f) return this.#unusualKey(key);
      bytes[start + i] = unit;
    }
    bytes[start + length] = 0;
    this.#offset = start + length + 1;
  }

  #unusualKey(key: string): void {
    this.#expectNoNul(key);
    this.#anyText(key);
    this.#bytes[this.#offset++] = 0;
  }

  #item(type: number, index: number): void {
    this.#reserve(0);
    this.#bytes[this.#offset++] = type;
    let unit = 1;
    while (index >= unit * 10) unit *= 10;
    for (; unit >= 1; unit /= 10) this.#bytes[this.#offset++] = ZERO_DIGIT + Math.trunc(index / unit) % 10;
    this.#bytes[this.#offset++] = 0;
  }

  #text(text: string): void {
    const { length } = text;
    if (length > MAX_SHORT_TEXT) return this.#anyText(text);
    const bytes = this.#bytes;
    const start = this.#offset;
    for (let i = 0; i < length; i++) {
      const unit = text.charCodeAt(i);
      if (unit > 0x7f) return this.#anyText(text);
      bytes[start + i] = unit;
    }
    this.#offset = start + length;
  }

  #anyText(text: string): void {
    this.#offset += utf8.encodeInto(text, this.#bytes.subarray(this.#offset)).written;
  }

  #longString(encoded: Uint8Array): void {
    this.int32(encoded.length + 1);
    this.bytes(encoded);
    this.byte(0);
  }

  #expectNoNul(key: string): void {
    if (!key.includes("\0")) return;
    throw new CodecError("BSON key", { offset: this.length, expected: "no NUL", actual: "one" });
  }

  /** Makes room for so many bytes and a few numbers. */
  #reserve(bytes: number): void {
    if (this.#offset + bytes + NUMBERS_BYTES > this.#bytes.length) this.#grow(bytes + NUMBERS_BYTES);
  }

  #grow(bytes: number): void {
    const needed = this.length + bytes;
    if (needed > MAX_DOCUMENT_BYTES) {
      const at = { offset: this.length, expected: `up to ${MAX_DOCUMENT_BYTES} bytes`, actual: needed };
      throw new CodecError("Length of a BSON document", at);
    }
    this.#moveTo(new Uint8Array(Math.min(Math.max(CHUNK_BYTES, needed * 2), MAX_DOCUMENT_BYTES)));
  }

  #moveTo(bytes: Uint8Array<ArrayBuffer>): void {
    bytes.set(this.#bytes.subarray(this.#start, this.#offset));
    this.#offset = this.length;
    this.#start = 0;
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
  }
}
