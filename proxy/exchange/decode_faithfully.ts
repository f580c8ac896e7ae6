import { DBRef, type Document } from "bson";
import { ElementWalker } from "../../codec/bson_view.ts";
import { decodeDocument } from "../../driver/decode_document.ts";

/** Types stay as they are: nothing is promoted. Texts may quote what clients wrote, which may be no UTF-8. */
const DECODING = { promoteValues: false, bsonRegExp: true, validation: { utf8: false as const } };
const SHALLOW = { ...DECODING, raw: true };

/** Keys that an object puts before all others, and the one by which `npm:bson` tells its types. */
const ODD_KEY = /^(?:\d+|_bsontype)$/;

/**
 * Decodes a document that is to be edited and encoded again, so that what is not edited stays as it is: with the types of
 * values, the order of keys, and whatever clients of others named their keys. An embedded document that would be something
 * else as an object is a `Map`. Throws `CodecError` if it cannot be decoded.
 */
export function decodeFaithfully(bytes: Uint8Array): Document {
  return Object.fromEntries(entriesOf(bytes, decodeDocument(bytes, SHALLOW)));
}

function decodeEmbedded(bytes: Uint8Array): unknown {
  const shallow = decodeDocument(bytes, SHALLOW);
  if (shallow instanceof DBRef) return decodeDocument(bytes, DECODING);
  const entries = entriesOf(bytes, shallow);
  return entries.some(([key]) => ODD_KEY.test(key)) ? new Map(entries) : Object.fromEntries(entries);
}

/** In the order of the bytes. */
function entriesOf(bytes: Uint8Array, shallow: Document): [string, unknown][] {
  const entries: [string, unknown][] = [];
  const walker = new ElementWalker(bytes);
  while (walker.next()) entries.push([walker.key, decodeValue(shallow[walker.key])]);
  return entries;
}

function decodeValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decodeValue);
  return value instanceof Uint8Array ? decodeEmbedded(value) : value;
}
