import { assert, assertEquals } from "@std/assert";
import { type Document, Double, Int32, Long, ObjectId, serialize } from "bson";
import { encodeOpMsg, OpMsgFlag } from "../../codec/op_msg.ts";
import { encodeOpQuery } from "../../codec/op_query.ts";
import { encodeOpReply, OpReplyFlag } from "../../codec/op_reply.ts";
import { describeReply, type ReplyView } from "../../codec/reply.ts";
import { assertRefused, outcome, randomNumbers, surrounded } from "./samples.ts";

const PROCESS_ID = new ObjectId("0102030405060708090a0b0c");
const FAILURE: Document = {
  ok: 0,
  code: 11600,
  codeName: "InterruptedAtShutdown",
  errmsg: "Going down",
  errorLabels: ["RetryableWriteError", "NoWritesPerformed"],
  writeConcernError: { errmsg: "late", code: 64 },
  topologyVersion: { processId: PROCESS_ID, counter: Long.fromNumber(3) },
};

function opMsg(reply: Document, flags = 0): ReplyView {
  return describeReply(encodeOpMsg({ requestId: 1, responseTo: 42, flags, body: serialize(reply) }));
}

/** Reads all that a view says. */
function facts(reply: ReplyView): Record<string, unknown> {
  return {
    ok: reply.ok,
    cursorId: reply.cursorId,
    cursorNamespace: reply.cursorNamespace,
    moreToCome: reply.moreToCome,
    code: reply.code,
    codeName: reply.codeName,
    errmsg: reply.errmsg,
    errorLabels: reply.errorLabels,
    writeConcernErrorCode: reply.writeConcernErrorCode,
    topologyVersion: reply.topologyVersion,
    body: reply.body.toHex(),
  };
}

/** What a view says of `{ ok: 1 }`, with `body` as it came. */
function plain(reply: ReplyView, others: Record<string, unknown>): Record<string, unknown> {
  return {
    ok: true,
    cursorId: null,
    cursorNamespace: null,
    moreToCome: false,
    code: null,
    codeName: null,
    errmsg: null,
    errorLabels: [],
    writeConcernErrorCode: null,
    topologyVersion: null,
    body: reply.body.toHex(),
    ...others,
  };
}

Deno.test("describeReply reads every fact of an OP_MSG", () => {
  const reply = opMsg(FAILURE);
  assertEquals(facts(reply), {
    ok: false,
    cursorId: null,
    cursorNamespace: null,
    moreToCome: false,
    code: 11600,
    codeName: "InterruptedAtShutdown",
    errmsg: "Going down",
    errorLabels: ["RetryableWriteError", "NoWritesPerformed"],
    writeConcernErrorCode: 64,
    topologyVersion: { processId: PROCESS_ID, counter: 3n },
    body: serialize(FAILURE).toHex(),
  });
});

Deno.test("describeReply takes any number and true for ok", () => {
  for (const ok of [1, new Double(1), new Int32(1), Long.fromNumber(1), true]) assert(opMsg({ ok }).ok);
  for (const ok of [0, new Double(0), Long.fromNumber(0), false, "1", null]) assert(!opMsg({ ok }).ok);
  assert(!opMsg({}).ok);
});

Deno.test("describeReply reads the cursor and passes its batch by", () => {
  const batch = [{ ok: 0, code: 1, cursor: { id: 5n } }];
  const reply = opMsg({ cursor: { firstBatch: batch, id: Long.fromString("77"), ns: "shop.films" }, ok: 1 });
  assertEquals(facts(reply), plain(reply, { cursorId: 77n, cursorNamespace: "shop.films" }));
  assertEquals(opMsg({ cursor: { nextBatch: batch, id: Long.fromNumber(0), ns: "a.b" }, ok: 1 }).cursorId, 0n);
});

Deno.test("describeReply reads moreToCome", () => {
  assert(opMsg({ ok: 1 }, OpMsgFlag.moreToCome).moreToCome);
  assert(!opMsg({ ok: 1 }, OpMsgFlag.exhaustAllowed).moreToCome);
});

Deno.test("describeReply takes fields of a wrong type for absent", () => {
  const reply = opMsg({
    ok: 1,
    cursor: [],
    code: "1",
    codeName: 1,
    errmsg: 1,
    errorLabels: [1, "label"],
    writeConcernError: 1,
    topologyVersion: { processId: 1, counter: 1 },
  });
  assertEquals(facts(reply), plain(reply, { errorLabels: ["label"] }));
});

Deno.test("describeReply reads an OP_REPLY to a command", () => {
  const document = { cursor: { id: Long.fromNumber(9), ns: "a.b", firstBatch: [] }, ok: 1 };
  const reply = describeReply(encodeOpReply({ requestId: 1, documents: [serialize(document)] }));
  assertEquals(facts(reply), plain(reply, { cursorId: 9n, cursorNamespace: "a.b" }));
  assertEquals(describeReply(encodeOpReply({ requestId: 1, documents: [serialize(FAILURE)] })).code, 11600);
});

Deno.test("describeReply takes documents that answer a legacy find for data", () => {
  const documents = [serialize({ ok: 0, code: 5, cursor: { id: 1n } }), serialize({ ok: 0 })];
  const reply = describeReply(encodeOpReply({ requestId: 1, cursorId: -8n, documents }), true);
  assertEquals(facts(reply), plain(reply, { cursorId: -8n }));
  const none = describeReply(encodeOpReply({ requestId: 1, documents: [] }), true);
  assertEquals(facts(none), plain(none, { cursorId: 0n, body: "" }));
});

Deno.test("describeReply reads a query failure", () => {
  const documents = [serialize({ $err: "not master", code: 13435 })];
  for (const toLegacy of [true, false]) {
    const message = encodeOpReply({ requestId: 1, responseFlags: OpReplyFlag.queryFailure, documents });
    const reply = describeReply(message, toLegacy);
    assertEquals(facts(reply), plain(reply, { ok: false, code: 13435, errmsg: "not master" }));
  }
});

Deno.test("describeReply reads a cursor that was not found", () => {
  const message = encodeOpReply({ requestId: 1, responseFlags: OpReplyFlag.cursorNotFound, documents: [] });
  const reply = describeReply(message, true);
  assertEquals(facts(reply), plain(reply, { ok: false, code: 43, codeName: "CursorNotFound", body: "" }));
});

Deno.test("describeReply refuses messages that are no reply", () => {
  const query = encodeOpQuery({ requestId: 1, fullCollectionName: "a.b", query: serialize({}) });
  assertRefused(() => describeReply(query), "no reply");
});

const MESSAGES: readonly Uint8Array[] = [
  encodeOpMsg({ requestId: 1, body: serialize(FAILURE) }),
  encodeOpMsg({
    requestId: 1,
    body: serialize({ cursor: { id: 1n, ns: "a.b", firstBatch: [{}] }, ok: 1 }),
    checksum: true,
  }),
  encodeOpReply({ requestId: 1, documents: [serialize(FAILURE)] }),
];

Deno.test("describeReply refuses every message truncated at any byte", () => {
  for (const message of MESSAGES) {
    for (let length = 0; length < message.length; length++) {
      assertRefused(() => describeReply(message.subarray(0, length)));
    }
  }
});

Deno.test("describeReply gives facts or a CodecError for damaged messages, whatever lies around them", () => {
  const random = randomNumbers(12);
  for (const message of MESSAGES) {
    for (let round = 0; round < 500; round++) {
      const damaged = message.slice(0, message.length - (round % 2) * random(40));
      new DataView(damaged.buffer).setInt32(0, damaged.length, true);
      for (let i = random(3); i > 0; i--) damaged[16 + random(damaged.length - 16)] = random(256);
      const alone = outcome(() => facts(describeReply(damaged)));
      assertEquals(outcome(() => facts(describeReply(surrounded(damaged, 0)))), alone);
    }
  }
});
