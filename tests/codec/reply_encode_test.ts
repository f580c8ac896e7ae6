import { assertEquals } from "@std/assert";
import { deserialize, serialize } from "bson";
import { type CommandView, describeCommand } from "../../codec/command.ts";
import { encodeOpGetMore } from "../../codec/op_get_more.ts";
import { decodeOpMsg, encodeOpMsg } from "../../codec/op_msg.ts";
import { encodeOpQuery } from "../../codec/op_query.ts";
import { decodeOpReply, OpReplyFlag } from "../../codec/op_reply.ts";
import { encodeErrorReplyTo, encodeReplyTo } from "../../codec/reply_encode.ts";

const PING = serialize({ ping: 1, $db: "admin" });
const OK = serialize({ ok: 1 });
const ERROR = { code: 6, codeName: "HostUnreachable", errmsg: "No primary" };

function query(fullCollectionName: string): CommandView {
  return describeCommand(encodeOpQuery({ requestId: 42, fullCollectionName, query: PING }));
}

const MSG = describeCommand(encodeOpMsg({ requestId: 42, body: PING }));
const GET_MORE = describeCommand(
  encodeOpGetMore({ requestId: 42, fullCollectionName: "a.b", numberToReturn: 1, cursorId: 1n }),
);

Deno.test("encodeReplyTo answers OP_MSG with OP_MSG", () => {
  const reply = decodeOpMsg(encodeReplyTo(MSG, OK, 7));
  assertEquals([reply.requestId, reply.responseTo, reply.flags], [7, 42, 0]);
  assertEquals(deserialize(reply.body), { ok: 1 });
});

Deno.test("encodeReplyTo answers the older opcodes with OP_REPLY", () => {
  for (const command of [query("admin.$cmd"), query("a.b"), GET_MORE]) {
    const reply = decodeOpReply(encodeReplyTo(command, OK, 7, OpReplyFlag.shardConfigStale));
    assertEquals([reply.requestId, reply.responseTo, reply.responseFlags, reply.cursorId], [7, 42, 4, 0n]);
    assertEquals(reply.documents.map((document) => deserialize(document)), [{ ok: 1 }]);
  }
});

Deno.test("encodeErrorReplyTo tells a command in its own opcode", () => {
  const errorLabels = ["RetryableWriteError"];
  const body = decodeOpMsg(encodeErrorReplyTo(MSG, { ...ERROR, errorLabels }, 7)).body;
  assertEquals(deserialize(body), { ok: 0, ...ERROR, errorLabels });
  const reply = decodeOpReply(encodeErrorReplyTo(query("admin.$cmd"), ERROR, 7));
  assertEquals(reply.responseFlags, OpReplyFlag.awaitCapable);
  assertEquals(deserialize(reply.documents[0]!), { ok: 0, ...ERROR });
});

Deno.test("encodeErrorReplyTo fails a legacy find or getMore as a query", () => {
  const failure = { $err: "No primary", code: 6 };
  for (const [command, expected] of [[query("a.b"), { ...failure, ok: 0 }], [GET_MORE, failure]] as const) {
    const reply = decodeOpReply(encodeErrorReplyTo(command, ERROR, 7));
    assertEquals(reply.responseFlags, OpReplyFlag.queryFailure);
    assertEquals(deserialize(reply.documents[0]!), expected);
  }
});
