import { assertEquals } from "@std/assert";
import { deserialize, type Document, Double, EJSON, Long, ObjectId, Timestamp } from "bson";
import { describeReply } from "../../../codec/reply.ts";
import { type LegacyReply, type LegacyReplyTarget, translateReply } from "../../../codec/legacy/legacy_reply.ts";
import { DocumentBuilder } from "../../../codec/legacy/document_builder.ts";
import { encodeOpMsg } from "../../../codec/op_msg.ts";
import { decodeOpReply, type OpReply } from "../../../codec/op_reply.ts";
import { assertRefused } from "../samples.ts";
import { bytesOf, ODD_DOCUMENT } from "./support.ts";

type Kind = LegacyReplyTarget["kind"];

const MORE = Long.fromString("9126064082559731450");
const metadata = {
  ok: new Double(1),
  $clusterTime: { clusterTime: new Timestamp(1n), signature: { keyId: Long.ZERO } },
  operationTime: new Timestamp(1n),
};

function translated(body: Document, kind: Kind, startingFrom = 0): LegacyReply {
  const bytes = body instanceof Uint8Array ? body : bytesOf(body);
  const reply = encodeOpMsg({ requestId: 3, responseTo: 4, body: bytes });
  return translateReply(reply, { responseTo: 77, requestId: -5, kind, startingFrom });
}

/** The reply's fields but its documents, and these as text that shows order and types. */
function parts(reply: LegacyReply): unknown[] {
  const { documents, ...fields } = decodeOpReply(reply.message);
  return [fields, documents.map((document) => EJSON.stringify(deserialize(document, { promoteValues: false })))];
}

function fields(responseFlags: number, more: Partial<OpReply> = {}): unknown {
  return { requestId: -5, responseTo: 77, responseFlags, cursorId: 0n, startingFrom: 0, ...more };
}

Deno.test("translateReply gives the first batch of a find", () => {
  const cursor = { firstBatch: [{ a: 1 }, { a: 2 }], id: MORE, ns: "shop.films" };
  const reply = translated({ cursor, ...metadata }, "find");
  assertEquals([reply.cursorId, reply.returned], [9126064082559731450n, 2]);
  assertEquals(parts(reply), [fields(8, { cursorId: 9126064082559731450n }), ['{"a":1}', '{"a":2}']]);
});

Deno.test("translateReply gives the next batch of a getMore, and where it begins", () => {
  const cursor = { nextBatch: [{ a: 3 }], id: Long.ZERO, ns: "shop.films" };
  const reply = translated({ cursor, ok: 1 }, "getMore", 2);
  assertEquals([reply.cursorId, reply.returned], [0n, 1]);
  assertEquals(parts(reply), [fields(8, { startingFrom: 2 }), ['{"a":3}']]);
});

Deno.test("translateReply gives an empty batch of a cursor that goes on", () => {
  const reply = translated({ cursor: { nextBatch: [], id: MORE, ns: "shop.log" }, ok: 1 }, "getMore", 7);
  assertEquals([reply.cursorId, reply.returned], [9126064082559731450n, 0]);
  assertEquals(parts(reply), [fields(8, { startingFrom: 7, cursorId: 9126064082559731450n }), []]);
});

Deno.test("translateReply keeps the bytes of documents", () => {
  const cursor = new DocumentBuilder().array("firstBatch", [ODD_DOCUMENT, ODD_DOCUMENT]).int64("id", 0n).finish();
  const body = new DocumentBuilder().document("cursor", cursor).int32("ok", 1).finish();
  assertEquals(decodeOpReply(translated(body, "find").message).documents, [ODD_DOCUMENT, ODD_DOCUMENT]);
  assertEquals(decodeOpReply(translated(ODD_DOCUMENT, "command").message).documents, [ODD_DOCUMENT]);
});

Deno.test("translateReply gives very many documents", () => {
  const firstBatch = Array.from({ length: 50_000 }, (_, a) => ({ a }));
  const reply = translated({ cursor: { firstBatch, id: Long.ZERO }, ok: 1 }, "find");
  assertEquals(reply.returned, 50_000);
  const { documents } = decodeOpReply(reply.message);
  assertEquals([documents[0], documents[49_999]], [bytesOf({ a: 0 }), bytesOf({ a: 49_999 })]);
});

Deno.test("translateReply gives the reply to a command as it is", () => {
  const good = { cursor: { firstBatch: [{ a: 1 }], id: MORE, ns: "shop.films" }, ...metadata };
  const bad = { ok: new Double(0), errmsg: "no such command: 'x'", code: 59, codeName: "CommandNotFound" };
  for (const body of [good, bad]) {
    const reply = translated(body, "command", 5);
    assertEquals([reply.cursorId, reply.returned], [0n, 0]);
    assertEquals(parts(reply)[0], fields(8));
    assertEquals(decodeOpReply(reply.message).documents, [bytesOf(body)]);
  }
});

Deno.test("translateReply gives a plan without what commands add to it", () => {
  const plan = { explainVersion: "1", queryPlanner: { ok: 1 }, command: { find: "films" }, ...metadata };
  const reply = translated(plan, "explain");
  assertEquals([reply.cursorId, reply.returned], [0n, 0]);
  const expected = { explainVersion: "1", queryPlanner: { ok: 1 }, command: { find: "films" } };
  assertEquals(parts(reply), [fields(8), [JSON.stringify(expected)]]);
});

Deno.test("translateReply tells of an error as a server does", () => {
  const { $clusterTime } = metadata;
  const error = { ok: 0, errmsg: "unknown operator: $foo", code: 2, codeName: "BadValue", $clusterTime };
  const queryError = '{"$err":"unknown operator: $foo","code":2,"ok":0}';
  const expected = { find: queryError, explain: queryError, getMore: '{"$err":"unknown operator: $foo","code":2}' };
  for (const kind of ["find", "explain", "getMore"] as const) {
    const reply = translated(error, kind, 9);
    assertEquals([reply.cursorId, reply.returned], [0n, 0]);
    assertEquals(parts(reply), [fields(2), [expected[kind]]]);
    const view = describeReply(reply.message, true);
    assertEquals([view.ok, view.code, view.errmsg], [false, 2, error.errmsg]);
  }
  const [document] = decodeOpReply(translated(error, "find").message).documents;
  assertEquals(document, bytesOf({ $err: error.errmsg, code: 2, ok: new Double(0) }));
});

Deno.test("translateReply tells of an error that says little", () => {
  assertEquals(parts(translated({ ok: 0 }, "getMore")), [fields(2), ['{"$err":""}']]);
  assertEquals(parts(translated({}, "find")), [fields(2), ['{"$err":"","ok":0}']]);
});

Deno.test("translateReply tells a getMore that its cursor is gone by a flag", () => {
  const gone = { ok: 0, errmsg: "cursor id 5 not found", code: 43, codeName: "CursorNotFound" };
  const reply = translated(gone, "getMore", 9);
  assertEquals([reply.cursorId, reply.returned], [0n, 0]);
  assertEquals(parts(reply), [fields(1), []]);
  assertEquals(parts(translated(gone, "find"))[0], fields(2));
});

Deno.test("translateReply refuses a reply without a cursor", () => {
  const id = Long.ZERO;
  assertRefused(() => translated({ ok: 1 }, "find"), "Array of documents at byte 0: expected an array, got none");
  assertRefused(() => translated({ cursor: { nextBatch: [], id }, ok: 1 }, "find"), "Array of documents");
  assertRefused(() => translated({ cursor: { firstBatch: [], id }, ok: 1 }, "getMore"), "Array of documents");
  assertRefused(() => translated({ cursor: { firstBatch: [] }, ok: 1 }, "find"), "Cursor id of a reply at byte 0");
  const odd = { cursor: { firstBatch: [], id: new ObjectId() }, ok: 1 };
  assertRefused(() => translated(odd, "find"), "Cursor id of a reply");
  const text = "expected type 3, got type 16";
  assertRefused(() => translated({ cursor: { firstBatch: [{}, 5], id }, ok: 1 }, "find"), text);
});

Deno.test("translateReply refuses other messages", () => {
  const target = { responseTo: 77, requestId: 5, kind: "find", startingFrom: 0 } as const;
  const reply = translated({ ok: 1 }, "command").message;
  assertRefused(() => translateReply(reply, target), "Opcode at byte 12: expected 2013, got 1");
});
