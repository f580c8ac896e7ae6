import { assertEquals, assertStrictEquals } from "@std/assert";
import { deserialize, type Document, serialize } from "bson";
import { validateDocument } from "../../codec/bson_validate.ts";
import { encodeElement, spliceBody, spliceElement } from "../../codec/bson_splice.ts";
import { decodeOpMsg, encodeOpMsg } from "../../codec/op_msg.ts";
import { decodeOpQuery, encodeOpQuery } from "../../codec/op_query.ts";
import { encodeOpGetMore } from "../../codec/op_get_more.ts";
import { EVERY_TYPE } from "./bson_samples.ts";
import { randomDocument } from "./random_document.ts";
import { assertRefused, randomNumbers, surrounded } from "./samples.ts";

const FIND = serialize({ find: "films", maxTimeMS: 50, $db: "shop" });

function spliced(key: string, element: Uint8Array | null): Document {
  return deserialize(spliceElement(FIND, key, element));
}

Deno.test("spliceElement replaces an element where it stands", () => {
  const document = spliced("maxTimeMS", encodeElement("maxTimeMS", "soon"));
  assertEquals(Object.entries(document), [["find", "films"], ["maxTimeMS", "soon"], ["$db", "shop"]]);
});

Deno.test("spliceElement appends what is not there", () => {
  const document = spliced("comment", encodeElement("comment", { a: 1 }));
  assertEquals(Object.entries(document).at(-1), ["comment", { a: 1 }]);
});

Deno.test("spliceElement removes an element", () => {
  assertEquals(spliced("maxTimeMS", null), { find: "films", $db: "shop" });
  assertStrictEquals(spliceElement(FIND, "other", null), FIND);
});

Deno.test("spliceElement refuses what is not one document and one element", () => {
  const element = encodeElement("a", "text");
  assertRefused(() => spliceElement(new Uint8Array([...FIND, 0]), "a", element));
  for (let length = 0; length < FIND.length; length++) {
    assertRefused(() => spliceElement(FIND.subarray(0, length), "a", element));
  }
  assertRefused(() => spliceElement(FIND, "a", new Uint8Array([...element, 0])));
  for (let length = 0; length < element.length; length++) {
    assertRefused(() => spliceElement(FIND, "a", element.subarray(0, length)));
  }
});

Deno.test("spliceElement gives what npm:bson gives on random documents", () => {
  const random = randomNumbers(77);
  for (let round = 0; round < 300; round++) {
    const document = randomDocument(random);
    const bytes = surrounded(serialize(document), 0xff);
    const keys = Object.keys(document);
    const key = keys[random(keys.length + 1)] ?? "fresh";
    const value = randomDocument(random);
    assertSame(spliceElement(bytes, key, encodeElement(key, value)), { ...document, [key]: value });
    const { [key]: _removed, ...rest } = document;
    assertSame(spliceElement(bytes, key, null), rest);
  }
});

function assertSame(actual: Uint8Array, expected: Document): void {
  validateDocument(actual);
  assertEquals(actual.toHex(), serialize(expected).toHex());
}

Deno.test("encodeElement encodes any value", () => {
  assertEquals(encodeElement("a", true).toHex(), "08" + "6100" + "01");
  assertEquals(encodeElement("a", undefined).toHex(), "0a" + "6100");
});

Deno.test("spliceBody edits the body of an OP_MSG and keeps the rest", () => {
  const sequences = [{ identifier: "documents", documents: [EVERY_TYPE, FIND] }];
  for (const checksum of [false, true]) {
    const message = surrounded(encodeOpMsg({ requestId: 9, flags: 2, body: FIND, sequences, checksum }), 0xff);
    const edited = decodeOpMsg(spliceBody(message, (body) => spliceElement(body, "maxTimeMS", null)));
    assertEquals(deserialize(edited.body), { find: "films", $db: "shop" });
    assertEquals(edited.requestId, 9);
    assertEquals(edited.flags, checksum ? 3 : 2);
    assertEquals(edited.sequences[0]?.documents.map((bytes) => bytes.toHex()), [EVERY_TYPE.toHex(), FIND.toHex()]);
  }
});

Deno.test("spliceBody finds the body behind a document sequence", () => {
  const body = encodeOpMsg({ requestId: 1, body: FIND }).subarray(20);
  const sequence = encodeOpMsg({ requestId: 1, body: FIND, sequences: [{ identifier: "a", documents: [FIND] }] })
    .subarray(20 + body.length);
  const message = new Uint8Array([...encodeOpMsg({ requestId: 1, body: FIND }).subarray(0, 20), ...sequence, ...body]);
  new DataView(message.buffer).setInt32(0, message.length, true);
  const edited = decodeOpMsg(spliceBody(message, () => serialize({ ping: 1 })));
  assertEquals(deserialize(edited.body), { ping: 1 });
  assertEquals(edited.sequences[0]?.documents[0]?.toHex(), FIND.toHex());
});

Deno.test("spliceBody edits the document of an OP_QUERY and keeps the selector", () => {
  const returnFieldsSelector = serialize({ _id: 1 });
  const message = encodeOpQuery({ requestId: 1, fullCollectionName: "a.b", query: FIND, returnFieldsSelector });
  const edited = decodeOpQuery(spliceBody(message, () => serialize({ $query: {} })));
  assertEquals(deserialize(edited.query), { $query: {} });
  assertEquals(deserialize(edited.returnFieldsSelector!), { _id: 1 });
});

Deno.test("spliceBody gives back the message that it need not change", () => {
  const message = encodeOpMsg({ requestId: 1, body: FIND });
  assertStrictEquals(spliceBody(message, (body) => body), message);
});

Deno.test("spliceBody refuses other messages and bodies that are no document", () => {
  const getMore = encodeOpGetMore({ requestId: 1, fullCollectionName: "a.b", numberToReturn: 0, cursorId: 1n });
  assertRefused(() => spliceBody(getMore, (body) => body), "without a body");
  const message = encodeOpMsg({ requestId: 1, body: FIND });
  assertRefused(() => spliceBody(message, () => FIND.subarray(1)));
  assertRefused(() => spliceBody(message, () => new Uint8Array()));
  for (let length = 0; length < message.length; length++) {
    assertRefused(() => spliceBody(message.subarray(0, length), (body) => body));
  }
});
