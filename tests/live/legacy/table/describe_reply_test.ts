import { assertEquals, assertThrows } from "@std/assert";
import { Binary, Code, DBRef, Decimal128, Long, MaxKey, MinKey, ObjectId, serialize, Timestamp } from "bson";
import { encodeOpReply } from "../../../../codec/mod.ts";
import { describeReply } from "./describe_reply.ts";

Deno.test("describeReply() takes elements of every type apart", () => {
  const document = serialize({
    double: 1.5,
    text: "ä",
    nested: { array: ["one"] },
    binary: new Binary(new Uint8Array([1, 2]), 0),
    id: new ObjectId("64b000000000000000000001"),
    truth: true,
    date: new Date(1),
    nothing: null,
    pattern: /a/i,
    reference: new DBRef("c", new ObjectId("64b000000000000000000001")),
    code: new Code("x"),
    scoped: new Code("x", { y: 1 }),
    number: 1,
    timestamp: new Timestamp({ t: 1, i: 2 }),
    long: Long.fromNumber(1),
    decimal: Decimal128.fromString("1"),
    least: new MinKey(),
    most: new MaxKey(),
  });
  const fields = describeReply(encodeOpReply({ requestId: 1, documents: [document] }), new Map());
  const elements = fields.filter(({ type }) => type !== null).map(({ path, type }) => `${path} ${type}`);
  assertEquals(elements, [
    "documents.0.double 1",
    "documents.0.text 2",
    "documents.0.nested 3",
    "documents.0.nested.array 4",
    "documents.0.nested.array.0 2",
    "documents.0.binary 5",
    "documents.0.id 7",
    "documents.0.truth 8",
    "documents.0.date 9",
    "documents.0.nothing 10",
    "documents.0.pattern 11",
    "documents.0.reference 3",
    "documents.0.reference.$ref 2",
    "documents.0.reference.$id 7",
    "documents.0.code 13",
    "documents.0.scoped 15",
    "documents.0.number 16",
    "documents.0.timestamp 17",
    "documents.0.long 18",
    "documents.0.decimal 19",
    "documents.0.least 255",
    "documents.0.most 127",
  ]);
});

Deno.test("describeReply() throws on a document whose length is wrong", () => {
  const document = serialize({ a: { b: 1 } });
  document[7] = 1 + (document[7] ?? 0);
  assertThrows(() => describeReply(encodeOpReply({ requestId: 1, documents: [document] }), new Map()), RangeError);
});
