import { BsonType } from "../bson_extent.ts";
import { ElementWalker, walkInto } from "../bson_view.ts";
import { CodecError } from "../error.ts";

/** The documents in an array of BSON, which may be very many: there is no object for each. */
export class DocumentArray {
  /** How many there are. */
  readonly count: number;
  /** The sum of their lengths. */
  readonly byteLength: number;
  readonly #bytes: Uint8Array;
  readonly #start: number;

  /**
   * Takes the array that is the value of the element at `element`.
   *
   * @throws {CodecError} if there is none, or something else than documents in it
   */
  constructor(bytes: Uint8Array, element: number) {
    const walker = walkInto(bytes, element);
    if (walker === null) throw notAsExpected(Math.max(element, 0), "an array", "none");
    this.#bytes = bytes;
    this.#start = walker.valueEnd - 4;
    let count = 0;
    let byteLength = 0;
    for (; walker.next(); count++) {
      if (walker.type !== BsonType.document) {
        throw notAsExpected(walker.element, `type ${BsonType.document}`, `type ${walker.type}`);
      }
      byteLength += walker.valueEnd - walker.valueStart;
    }
    this.count = count;
    this.byteLength = byteLength;
  }

  /** Writes the documents one after another to `target`. */
  copyTo(target: Uint8Array, offset: number): void {
    const walker = new ElementWalker(this.#bytes, this.#start);
    let end = offset;
    while (walker.next()) {
      target.set(this.#bytes.subarray(walker.valueStart, walker.valueEnd), end);
      end += walker.valueEnd - walker.valueStart;
    }
  }
}

function notAsExpected(offset: number, expected: string, actual: string): CodecError {
  return new CodecError("Array of documents", { offset, expected, actual });
}
