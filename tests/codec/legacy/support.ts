import { assertEquals, assertThrows } from "@std/assert";
import { deserialize, type Document, EJSON, serialize } from "bson";
import { LegacyRefusal } from "../../../codec/legacy/legacy_refusal.ts";
import { decodeOpMsg } from "../../../codec/op_msg.ts";

/** Bytes that a decoder and an encoder together do not give back: a key that is there twice, and an old type. */
export const ODD_DOCUMENT = Uint8Array.of(18, 0, 0, 0, 0x10, 97, 0, 1, 0, 0, 0, 0x0a, 97, 0, 0x06, 98, 0, 0);

/** Serializes a document to bytes that nothing else uses. */
export function bytesOf(document: Document): Uint8Array {
  return Uint8Array.from(serialize(document));
}

/** Asserts that `message` is this command: keys, order and types of numbers; document sequences count as arrays. */
export function assertCommand(message: Uint8Array, expected: Document): void {
  const { body, sequences } = decodeOpMsg(message);
  const arrays = sequences.map(({ identifier, documents }) => [identifier, documents.map((each) => decoded(each))]);
  const actual = { ...decoded(body), ...Object.fromEntries(arrays) };
  assertEquals(text(actual), text(decoded(serialize(expected))));
}

/** Asserts that `run` throws a LegacyRefusal of this code and text. */
export function assertRefusal(run: () => unknown, code: number, errmsg: string): void {
  const error = assertThrows(run, LegacyRefusal);
  assertEquals([error.code, error.errmsg], [code, errmsg]);
}

function decoded(document: Uint8Array): Document {
  return deserialize(document, { promoteValues: false });
}

function text(document: Document): string {
  return EJSON.stringify(document, { relaxed: false });
}
