import { BsonType } from "../bson_extent.ts";
import type { ElementWalker } from "../bson_view.ts";
import { encodeCString, totalBytes, writeInt32, writeInt64 } from "../byte_writer.ts";

const EMPTY_DOCUMENT_BYTES = 5;
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
  readonly #parts: Uint8Array[] = [];

  string(key: string, text: string): this {
    const encoded = utf8.encode(text + "\0");
    const bytes = new Uint8Array(4 + encoded.length);
    writeInt32(bytes, 0, encoded.length);
    bytes.set(encoded, 4);
    return this.value(key, { type: BsonType.string, bytes });
  }

  int32(key: string, number: number): this {
    const bytes = new Uint8Array(4);
    writeInt32(bytes, 0, number);
    return this.value(key, { type: BsonType.int32, bytes });
  }

  int64(key: string, number: bigint): this {
    const bytes = new Uint8Array(8);
    writeInt64(bytes, 0, number);
    return this.value(key, { type: BsonType.int64, bytes });
  }

  double(key: string, number: number): this {
    return this.value(key, { type: BsonType.double, bytes: new Uint8Array(Float64Array.of(number).buffer) });
  }

  boolean(key: string, truth: boolean): this {
    return this.value(key, { type: BsonType.boolean, bytes: Uint8Array.of(truth ? 1 : 0) });
  }

  document(key: string, document: Uint8Array): this {
    return this.value(key, { type: BsonType.document, bytes: document });
  }

  array(key: string, documents: readonly Uint8Array[]): this {
    const array = new DocumentBuilder();
    documents.forEach((document, index) => array.document(String(index), document));
    return this.value(key, { type: BsonType.array, bytes: array.finish() });
  }

  value(key: string, { type, bytes }: BsonValue): this {
    this.#parts.push(Uint8Array.of(type), encodeCString(key), bytes);
    return this;
  }

  /** Adds the element that `walker` stands on, its key included. */
  element(walker: ElementWalker): this {
    this.#parts.push(walker.bytes.subarray(walker.element, walker.valueEnd));
    return this;
  }

  /** Adds all elements of a document. */
  elementsOf(document: Uint8Array): this {
    this.#parts.push(document.subarray(4, document.length - 1));
    return this;
  }

  /** The document, in bytes of its own. */
  finish(): Uint8Array {
    const document = new Uint8Array(totalBytes(this.#parts) + EMPTY_DOCUMENT_BYTES);
    writeInt32(document, 0, document.length);
    let offset = 4;
    for (const part of this.#parts) {
      document.set(part, offset);
      offset += part.length;
    }
    return document;
  }
}
