import { assertEquals } from "@std/assert";
import { deserialize, type Document, Int32, Long, serialize } from "bson";
import { encodeOpMsg } from "../../../codec/op_msg.ts";
import { describeReply } from "../../../codec/reply.ts";
import { mayTellStateChange, withoutStateChanges } from "../../../proxy/exchange/state_change.ts";

function reply(document: Document) {
  return describeReply(encodeOpMsg({ requestId: 2, responseTo: 1, body: serialize(document) }));
}

function rewritten(document: Document): Document | null {
  const result = withoutStateChanges(reply(document));
  return result === null ? null : deserialize(serialize(result));
}

for (
  const [code, codeName] of [
    [10107, "NotWritablePrimary"],
    [13435, "NotPrimaryNoSecondaryOk"],
    [10058, "LegacyNotPrimary"],
    [189, "PrimarySteppedDown"],
    [11602, "InterruptedDueToReplStateChange"],
    [13436, "NotPrimaryOrSecondary"],
    [11600, "InterruptedAtShutdown"],
    [91, "ShutdownInProgress"],
  ] as const
) {
  Deno.test(`withoutStateChanges() makes HostUnreachable of ${codeName}`, () => {
    const error = { ok: 0, code, codeName, errmsg: "x", errorLabels: ["RetryableWriteError"] };
    assertEquals(mayTellStateChange(reply(error)), true);
    assertEquals(rewritten({ ...error, topologyVersion: { counter: 1 } }), {
      ok: 0,
      code: 6,
      codeName: "HostUnreachable",
      errmsg: "x",
      errorLabels: ["RetryableWriteError"],
    });
  });
}

Deno.test("withoutStateChanges() words what old drivers read in messages", () => {
  const error = { ok: 0, errmsg: "not master and secondaryOk=false" };
  assertEquals(mayTellStateChange(reply(error)), true);
  assertEquals(rewritten(error), { ok: 0, errmsg: "(NOT_PRIMARY) and secondaryOk=false", code: 6 });
});

Deno.test("withoutStateChanges() looks into write errors and the write concern error", () => {
  const document = {
    ok: 1,
    n: 0,
    writeErrors: [{ index: 0, code: 10107, errmsg: "not master" }, { index: 1, code: 11000, errmsg: "duplicate" }],
    writeConcernError: { code: 91, codeName: "ShutdownInProgress", errmsg: "x" },
  };
  assertEquals(mayTellStateChange(reply(document)), true);
  assertEquals(rewritten(document), {
    ok: 1,
    n: 0,
    writeErrors: [{ index: 0, code: 6, errmsg: "(NOT_PRIMARY)" }, { index: 1, code: 11000, errmsg: "duplicate" }],
    writeConcernError: { code: 6, codeName: "HostUnreachable", errmsg: "x" },
  });
});

Deno.test("withoutStateChanges() leaves other errors, and the types of all values, alone", () => {
  assertEquals(mayTellStateChange(reply({ ok: 0, code: 11000, errmsg: "not master" })), false);
  assertEquals(mayTellStateChange(reply({ ok: 1, writeConcernError: { code: 64 } })), false);
  assertEquals(rewritten({ ok: 1, writeErrors: [{ index: 0, code: 11000, errmsg: "duplicate" }] }), null);
  const typed = withoutStateChanges(reply({ ok: 0, code: 91, n: new Int32(1), at: Long.fromNumber(2), x: 1.5 }))!;
  const same = deserialize(serialize(typed), { promoteValues: false });
  assertEquals([same.n._bsontype, same.at._bsontype, same.x._bsontype, same.ok._bsontype], [
    "Int32",
    "Long",
    "Double",
    "Int32",
  ]);
});

Deno.test("withoutStateChanges() leaves write errors alone that quote what is no UTF-8", () => {
  const body = serialize({ ok: 1, writeErrors: [{ index: 0, code: 11000, keyValue: { _id: "marked" } }] });
  body[new TextDecoder("latin1").decode(body).indexOf("marked")] = 0xff;
  assertEquals(withoutStateChanges(describeReply(encodeOpMsg({ requestId: 2, responseTo: 1, body }))), null);
});
