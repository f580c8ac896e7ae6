import { BsonType } from "../bson_extent.ts";
import type { ElementWalker } from "../bson_view.ts";
import { encodeCString, totalBytes, writeInt32, writeInt64 } from "../byte_writer.ts";

const EMPTY_DOCUMENT_BYTES = 5;
const utf8 = new TextEncoder();

/** Puts one BSON document together of values and of documents that are there as bytes, which are not looked into. */
export class DocumentBuilder {
  readonly #parts: Uint8Array[] = [];

  string(key: string, text: string): this {
    const encoded = utf8.encode(text);
    const value = new Uint8Array(4 + encoded.length + 1);
    writeInt32(value, 0, encoded.length + 1);
    value.set(encoded, 4);
    return this.#add(BsonType.string, key, value);
  }

  int32(key: string, number: number): this {
    const value = new Uint8Array(4);
    writeInt32(value, 0, number);
    return this.#add(BsonType.int32, key, value);
  }

  int64(key: string, number: bigint): this {
    const value = new Uint8Array(8);
    writeInt64(value, 0, number);
    return this.#add(BsonType.int64, key, value);
  }

  boolean(key: string, truth: boolean): this {
    return this.#add(BsonType.boolean, key, Uint8Array.of(truth ? 1 : 0));
  }

  document(key: string, document: Uint8Array): this {
    return this.#add(BsonType.document, key, document);
  }

  array(key: string, documents: readonly Uint8Array[]): this {
    const array = new DocumentBuilder();
    documents.forEach((document, index) => array.document(String(index), document));
    return this.#add(BsonType.array, key, array.finish());
  }

  /** Adds the element that `walker` stands on, called `key`. */
  copy(walker: ElementWalker, key: string): this {
    return this.#add(walker.type, key, walker.bytes.subarray(walker.valueStart, walker.valueEnd));
  }

  /** Adds all elements of a document. */
  elementsOf(document: Uint8Array): this {
    this.#parts.push(document.subarray(4, document.length - 1));
    return this;
  }

  /** The document, in new bytes. */
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

  #add(type: number, key: string, value: Uint8Array): this {
    this.#parts.push(Uint8Array.of(type), encodeCString(key), value);
    return this;
  }
}
