import { BsonType } from "../bson_extent.ts";
import type { ElementWalker } from "../bson_view.ts";
import { writeInt32, writeInt64 } from "../byte_writer.ts";
import { CodecError } from "../error.ts";

/** Enough for most commands. */
const INITIAL_BYTES = 256;
const utf8 = new TextEncoder();

/** A value of any type as it stands in a document. */
export interface BsonValue {
  readonly type: number;
  readonly bytes: Uint8Array;
}

/** Gives the value that `walker` stands on, a view. */
export function valueAt(walker: ElementWalker): BsonValue {
  return { type: walker.type, bytes: walker.bytes.subarray(walker.valueStart, walker.valueEnd) };
}

/** Puts one BSON document together of values and of documents that are there as bytes, which are not looked into. */
export class DocumentBuilder {
  #bytes = new Uint8Array(INITIAL_BYTES);
  /** The length comes first, and is written last. */
  #length = 4;

  string(key: string, text: string): this {
    this.#key(BsonType.string, key);
    const start = this.#take(4);
    this.#text(text);
    writeInt32(this.#bytes, start, this.#length - start - 4);
    return this;
  }

  int32(key: string, number: number): this {
    this.#key(BsonType.int32, key);
    const start = this.#take(4);
    writeInt32(this.#bytes, start, number);
    return this;
  }

  int64(key: string, number: bigint): this {
    this.#key(BsonType.int64, key);
    const start = this.#take(8);
    writeInt64(this.#bytes, start, number);
    return this;
  }

  double(key: string, number: number): this {
    return this.value(key, { type: BsonType.double, bytes: new Uint8Array(Float64Array.of(number).buffer) });
  }

  boolean(key: string, truth: boolean): this {
    this.#key(BsonType.boolean, key);
    const start = this.#take(1);
    this.#bytes[start] = truth ? 1 : 0;
    return this;
  }

  document(key: string, document: Uint8Array): this {
    this.#key(BsonType.document, key);
    return this.#append(document);
  }

  array(key: string, documents: readonly Uint8Array[]): this {
    const array = new DocumentBuilder();
    documents.forEach((document, index) => array.document(String(index), document));
    return this.value(key, { type: BsonType.array, bytes: array.finish() });
  }

  value(key: string, { type, bytes }: BsonValue): this {
    this.#key(type, key);
    return this.#append(bytes);
  }

  /** Adds the element that `walker` stands on, its key included. */
  element(walker: ElementWalker): this {
    return this.#append(walker.bytes.subarray(walker.element, walker.valueEnd));
  }

  /** Adds all elements of a document. */
  elementsOf(document: Uint8Array): this {
    return this.#append(document.subarray(4, document.length - 1));
  }

  /** The document, in bytes of its own. */
  finish(): Uint8Array {
    const document = this.#bytes.slice(0, this.#length + 1);
    document[this.#length] = 0;
    writeInt32(document, 0, document.length);
    return document;
  }

  #key(type: number, key: string): void {
    const zero = key.indexOf("\0");
    if (zero >= 0) throw new CodecError("Name", { offset: zero, expected: "no zero character", actual: "one" });
    const start = this.#take(1);
    this.#bytes[start] = type;
    this.#text(key);
  }

  /** Adds UTF-8 and the NUL behind it; ASCII, which names are, without the cost of a call into `TextEncoder`. */
  #text(text: string): void {
    const start = this.#take(text.length + 1);
    const end = start + text.length;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code > 0x7f) return this.#encoded(text, start);
      this.#bytes[start + i] = code;
    }
    this.#bytes[end] = 0;
  }

  #encoded(text: string, start: number): void {
    this.#length = start;
    this.#append(utf8.encode(text + "\0"));
  }

  #append(bytes: Uint8Array): this {
    const start = this.#take(bytes.length);
    this.#bytes.set(bytes, start);
    return this;
  }

  /** Makes room for `size` bytes and one, the terminator's, and gives the offset where they are to stand. */
  #take(size: number): number {
    const start = this.#length;
    this.#length += size;
    if (this.#length < this.#bytes.length) return start;
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + 1));
    larger.set(this.#bytes.subarray(0, start));
    this.#bytes = larger;
    return start;
  }
}
