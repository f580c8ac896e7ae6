import { BsonType } from "../bson_extent.ts";
import { walkInto } from "../bson_view.ts";
import { CodecError } from "../error.ts";

/**
 * Gives views of the documents in the array at `element`.
 *
 * @throws {CodecError} if there is no array, or something else than documents in it
 */
export function documentsIn(bytes: Uint8Array, element: number): Uint8Array[] {
  const walker = walkInto(bytes, element);
  if (walker === null) {
    throw new CodecError("Array of documents", { offset: Math.max(element, 0), expected: "an array", actual: "none" });
  }
  const documents: Uint8Array[] = [];
  while (walker.next()) {
    if (walker.type !== BsonType.document) {
      throw new CodecError("Array of documents", {
        offset: walker.element,
        expected: `type ${BsonType.document}`,
        actual: `type ${walker.type}`,
      });
    }
    documents.push(bytes.subarray(walker.valueStart, walker.valueEnd));
  }
  return documents;
}
