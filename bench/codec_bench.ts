/**
 * What describing a message costs, beside decoding it: `deno bench bench/codec_bench.ts`.
 * Describing must cost the same for every size of message.
 */
import { deserialize, serialize, UUID } from "bson";
import { spliceElement } from "../codec/bson_splice.ts";
import { validateDocument } from "../codec/bson_validate.ts";
import { type CommandView, describeCommand } from "../codec/command.ts";
import { decodeOpMsg, encodeOpMsg } from "../codec/op_msg.ts";
import { encodeOpQuery } from "../codec/op_query.ts";
import { describeReply, type ReplyView } from "../codec/reply.ts";

const session = { lsid: { id: new UUID() }, $db: "shop" };
const FIND = { find: "films", filter: { _id: 1 }, limit: 1, singleBatch: true, ...session };

const COMMANDS: Record<string, Uint8Array> = {
  "find, 100 B": opMsg(FIND),
  "find with 2 KB filter": opMsg({ ...FIND, filter: { text: "x".repeat(2000) } }),
  "find with 1 MB filter": opMsg({ ...FIND, filter: { ids: Array.from({ length: 70_000 }, (_, i) => i) } }),
  "find of a mongos client": opMsg({ ...FIND, $readPreference: { mode: "secondaryPreferred" } }),
  "insert with 1 MB sequence": insertWithSequence(),
  "aggregate": opMsg({
    aggregate: "films",
    pipeline: [{ $match: {} }, { $group: { _id: 1 } }],
    cursor: {},
    ...session,
  }),
  "OP_QUERY isMaster": encodeOpQuery({
    requestId: 1,
    fullCollectionName: "admin.$cmd",
    query: serialize({ isMaster: 1, helloOk: true }),
  }),
};

const REPLIES: Record<string, Uint8Array> = {
  "one document, 150 B": opMsg(cursorReply(1)),
  "20 documents, 2 KB": opMsg(cursorReply(20)),
  "10,000 documents, 1 MB": opMsg(cursorReply(10_000)),
  "write": opMsg({ n: 1, electionId: "x", opTime: { ts: 1, t: 1 }, ok: 1 }),
};

function opMsg(body: Record<string, unknown>): Uint8Array {
  return encodeOpMsg({ requestId: 1, body: serialize(body) });
}

function insertWithSequence(): Uint8Array {
  const documents = Array.from({ length: 10_000 }, (_, i) => serialize({ _id: i, text: "x".repeat(80) }));
  const body = serialize({ insert: "films", ordered: true, ...session });
  return encodeOpMsg({ requestId: 1, body, sequences: [{ identifier: "documents", documents }] });
}

function cursorReply(count: number): Record<string, unknown> {
  const firstBatch = Array.from({ length: count }, (_, i) => ({ _id: i, text: "x".repeat(70) }));
  return { cursor: { firstBatch, id: 0n, ns: "shop.films" }, ok: 1 };
}

/** What the gateway asks of every command. */
function routing(command: CommandView): unknown {
  return command.name.length > 0 && command.expectsReply && !command.isWrite && command.readPreference === null &&
    command.autocommit === null && !command.opensAwaitingCursor && !command.continuesCursor;
}

/** What the gateway asks of every reply. */
function outcome(reply: ReplyView): unknown {
  return reply.ok && !reply.moreToCome && reply.cursorId === 0n;
}

// Code that has seen one shape of message only is faster than a gateway's ever is.
for (let i = 0; i < 20_000; i++) {
  for (const message of Object.values(COMMANDS)) routing(describeCommand(message));
  for (const message of Object.values(REPLIES)) outcome(describeReply(message));
}

for (const [name, message] of Object.entries(COMMANDS)) {
  Deno.bench(`describeCommand: ${name}`, { group: "command" }, () => {
    routing(describeCommand(message));
  });
}

const BASELINE = COMMANDS["find, 100 B"]!;
Deno.bench("npm:bson deserialize: find, 100 B", { group: "command", baseline: true }, () => {
  deserialize(decodeOpMsg(BASELINE).body);
});

for (const [name, message] of Object.entries(REPLIES)) {
  Deno.bench(`describeReply: ${name}`, { group: "reply" }, () => {
    outcome(describeReply(message));
  });
}

const REPLY_BASELINE = REPLIES["one document, 150 B"]!;
Deno.bench("npm:bson deserialize: one document, 150 B", { group: "reply", baseline: true }, () => {
  deserialize(decodeOpMsg(REPLY_BASELINE).body);
});

const BODY = serialize(FIND);
Deno.bench("validateDocument: find, 100 B", { group: "document" }, () => validateDocument(BODY));
Deno.bench("spliceElement: find, 100 B", { group: "document" }, () => {
  spliceElement(BODY, "limit", null);
});
Deno.bench("npm:bson deserialize and serialize: find, 100 B", { group: "document", baseline: true }, () => {
  serialize(deserialize(BODY));
});
