import { assert, assertEquals } from "@std/assert";
import { type Document, Long, serialize } from "bson";
import { describeCommand } from "../../codec/command.ts";
import { LargeReply, reduceRequest, SectionCheck, withLength } from "../../codec/large_message.ts";
import { encodeOpMsg, OpMsgFlag } from "../../codec/op_msg.ts";
import { encodeOpQuery } from "../../codec/op_query.ts";
import { describeReply } from "../../codec/reply.ts";
import { assertRefused, outcome, randomNumbers } from "./samples.ts";

const DOCUMENT = serialize({ _id: 1, text: "x".repeat(1000) });
const DOCUMENTS = Array.from({ length: 100 }, () => DOCUMENT);
const COMMAND: Document = { insert: "things", ordered: true, $db: "test" };
const BATCH = DOCUMENTS.map((_, index) => ({ _id: index, text: "x".repeat(1000) }));

function insertMessage(command: Document = COMMAND, options: { flags?: number; checksum?: boolean } = {}): Uint8Array {
  const sequences = [{ identifier: "documents", documents: DOCUMENTS }];
  return encodeOpMsg({ requestId: 7, body: serialize(command), sequences, ...options });
}

function replyMessage(body: Document, flags = 0): Uint8Array {
  return encodeOpMsg({ requestId: 9, responseTo: 7, flags, body: serialize(body) });
}

/** Cuts into pieces of random sizes up to `most`. */
function* pieces(bytes: Uint8Array, most: number, random: (below: number) => number): Generator<Uint8Array> {
  for (let offset = 0; offset < bytes.length;) {
    const end = Math.min(bytes.length, offset + 1 + random(most));
    yield bytes.subarray(offset, end);
    offset = end;
  }
}

Deno.test("reduceRequest() gives the command without its documents once its body is whole, and asks for more before", () => {
  const message = insertMessage();
  const bodyEnd = 21 + serialize(COMMAND).length;
  for (let length = 4; length < bodyEnd; length++) assertEquals(reduceRequest(message.subarray(0, length)), "more");
  for (const length of [bodyEnd, bodyEnd + 1, 10_000]) {
    const reduced = reduceRequest(message.subarray(0, length));
    assert(reduced instanceof Uint8Array);
    assertEquals(reduced.length, bodyEnd);
    const { name, database, collection, requestId } = describeCommand(reduced);
    assertEquals([name, database, collection, requestId], ["insert", "test", "things", 7]);
    assertEquals(withLength(reduced, message.length - bodyEnd), message.subarray(0, bodyEnd));
  }
});

Deno.test("reduceRequest() does not change the bytes that it was given", () => {
  const message = insertMessage();
  const copy = message.slice();
  reduceRequest(message);
  assertEquals(message, copy);
});

const COLLECTED: readonly (readonly [what: string, message: Uint8Array])[] = [
  ["a request without acknowledgement", insertMessage(COMMAND, { flags: OpMsgFlag.moreToCome })],
  ["one with a checksum", insertMessage(COMMAND, { checksum: true })],
  ["one with the leave to stream replies", insertMessage(COMMAND, { flags: OpMsgFlag.exhaustAllowed })],
  ["one whose documents are in its body", replyMessage({ ...COMMAND, documents: BATCH })],
  ["one whose body is large", insertMessage({ ...COMMAND, comment: "x".repeat(70_000) })],
  ["one whose documents come first", documentsFirst()],
  [
    "a legacy one",
    encodeOpQuery({
      requestId: 1,
      flags: 0,
      fullCollectionName: "test.$cmd",
      numberToSkip: 0,
      numberToReturn: -1,
      query: serialize({ ...COMMAND, documents: BATCH }),
    }),
  ],
];

/** The sections of an insert in the other order, which is allowed. */
function documentsFirst(): Uint8Array {
  const message = insertMessage();
  const body = 21 + serialize(COMMAND).length;
  const sections = [...message.subarray(body), ...message.subarray(20, body)];
  return Uint8Array.from([...message.subarray(0, 20), ...sections]);
}

for (const [what, message] of COLLECTED) {
  Deno.test(`reduceRequest() has ${what} collected`, () => {
    assertEquals(reduceRequest(message), "collect");
    assertEquals(reduceRequest(message.subarray(0, 100)), "collect");
  });
}

Deno.test("SectionCheck accepts sequences however they are cut", () => {
  const sequences = ["", "documents"].map((identifier, index) => ({
    identifier,
    documents: DOCUMENTS.slice(0, index * 6),
  }));
  const body = serialize(COMMAND);
  const message = encodeOpMsg({ requestId: 7, body, sequences });
  const random = randomNumbers(11);
  for (const most of [1, 2, 3, 7, 100, 5000]) {
    const start = 21 + body.length;
    const check = new SectionCheck(start, message.length);
    for (const piece of pieces(message.subarray(start), most, random)) check.take(piece);
  }
});

Deno.test("SectionCheck refuses other kinds, bad lengths, too many and a head that is cut off, however they are cut", () => {
  const good = [1, 9, 0, 0, 0, 97, 98, 99, 100, 0];
  const faults: readonly (readonly [bytes: number[], text: string])[] = [
    [[0, 5, 0, 0, 0], "expected kind 1, got kind 0"],
    [[2], "expected kind 1, got kind 2"],
    [[1, 4, 0, 0, 0, 0], "expected 5 to 5 bytes, got 4 bytes"],
    [[1, 255, 255, 255, 255, 0], "got -1 bytes"],
    [[1, 6, 0, 0, 0, 0], "expected 5 to 5 bytes, got 6 bytes"],
    [[1, 5, 0, 0], "expected 5 bytes, got the end"],
    [[1, 5, 0, 0, 0, 0, 1, 5, 0, 0, 0, 0], "expected 2 of kind 1 at most, got 3"],
  ];
  const random = randomNumbers(5);
  for (const [bad, text] of faults) {
    for (const most of [1, 3, 100]) {
      const bytes = Uint8Array.from([...good, ...bad]);
      const check = new SectionCheck(100, 100 + bytes.length);
      assertRefused(() => {
        for (const piece of pieces(bytes, most, random)) check.take(piece);
      }, text);
    }
  }
});

const ID = Long.fromBigInt(2n ** 62n + 3n);
const REPLIES: readonly (readonly [what: string, body: Document])[] = [
  ["a find", { cursor: { firstBatch: BATCH, id: ID, ns: "test.things" }, ok: 1 }],
  ["a getMore", { cursor: { nextBatch: BATCH, id: Long.ZERO, ns: "test.things" }, ok: 1, operationTime: 3 }],
  ["an old server", { waitedMS: Long.ZERO, cursor: { id: ID, ns: "test.things", firstBatch: BATCH }, ok: 1 }],
  [
    "a change stream",
    { cursor: { nextBatch: BATCH, postBatchResumeToken: { _data: "82" }, id: ID, ns: "test.things" }, ok: 1 },
  ],
  ["an error after all", {
    cursor: { firstBatch: BATCH, id: ID, ns: "a.b" },
    ok: 0,
    code: 91,
    errmsg: "shutting down",
  }],
];

for (const [what, body] of REPLIES) {
  Deno.test(`LargeReply keeps of the reply of ${what} all but the batch, however it is cut`, () => {
    const message = replyMessage(body);
    const random = randomNumbers(3);
    const whole = describeReply(message);
    for (const most of [1, 50, 4000, 200_000]) {
      const reply = LargeReply.find(message.subarray(0, 1024));
      assert(reply instanceof LargeReply);
      for (const piece of pieces(message, most, random)) reply.take(piece);
      const reduced = reply.reduced();
      assert(reduced.length < 400, `${reduced.length} bytes are kept`);
      const view = describeReply(reduced);
      assertEquals(
        [view.ok, view.cursorId, view.cursorNamespace, view.code, view.errmsg],
        [whole.ok, whole.cursorId, whole.cursorNamespace, whole.code, whole.errmsg],
      );
      assertEquals(view.body.length, reduced.length - 21);
    }
  });
}

const OTHERS: readonly (readonly [what: string, message: Uint8Array])[] = [
  ["another command", replyMessage({ values: BATCH, ok: 1 })],
  ["a cursor that is no document", replyMessage({ cursor: "x".repeat(100_000), ok: 1 })],
  ["a batch that is no array", replyMessage({ cursor: { firstBatch: "x".repeat(100_000), id: ID }, ok: 1 })],
  [
    "a batch behind something large",
    replyMessage({ filler: "x".repeat(70_000), cursor: { firstBatch: BATCH }, ok: 1 }),
  ],
  [
    "something large behind the batch",
    replyMessage({ cursor: { firstBatch: [], id: ID }, filler: "x".repeat(70_000), ok: 1 }),
  ],
  ["replies that follow", replyMessage({ cursor: { firstBatch: BATCH, id: ID }, ok: 1 }, OpMsgFlag.moreToCome)],
  ["a checksum", replyMessage({ cursor: { firstBatch: BATCH, id: ID }, ok: 1 }, OpMsgFlag.checksumPresent)],
];

for (const [what, message] of OTHERS) {
  Deno.test(`LargeReply.find() has a reply with ${what} collected`, () => {
    assertEquals(LargeReply.find(message.subarray(0, 65_536)), "collect");
  });
}

Deno.test("LargeReply.find() asks for more while there is little", () => {
  assertEquals(LargeReply.find(replyMessage(REPLIES[0]![1]).subarray(0, 1023)), "more");
});

Deno.test("LargeReply and reduceRequest() take damaged beginnings without a fault", () => {
  const random = randomNumbers(17);
  const messages = [...REPLIES.map(([, body]) => replyMessage(body)), insertMessage()];
  for (let round = 0; round < 3000; round++) {
    const message = messages[random(messages.length)]!;
    const head = message.slice(0, 1024 + random(3000));
    for (let count = 1 + random(3); count > 0; count--) head[4 + random(80)] = random(256);
    reduceRequest(head);
    const reply = LargeReply.find(head);
    if (!(reply instanceof LargeReply)) continue;
    reply.take(head);
    reply.take(message.subarray(head.length));
    outcome(() => describeReply(reply.reduced()));
  }
});
