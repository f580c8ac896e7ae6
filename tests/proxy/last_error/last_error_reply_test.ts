import { assertEquals } from "@std/assert";
import { BSONRegExp, type Document, Double, Long, serialize, Timestamp } from "bson";
import { LastError } from "../../../proxy/last_error/last_error.ts";
import {
  badReply,
  encodeReply,
  plainReply,
  previousReply,
  waitedReply,
  type WaitOutcome,
} from "../../../proxy/last_error/last_error_reply.ts";
import type { WriteConcern } from "../../../proxy/last_error/write_concern.ts";

const OK = new Double(1);
const NOT_OK = new Double(0);
/** What a server says that had nothing to wait for. */
const NOT_WAITED = { syncMillis: 0, writtenTo: null, writeConcern: { w: 1, wtimeout: 0 }, err: null, ok: OK };
const DUPLICATE_TEXT = "E11000 duplicate key error collection: shop.films index: title_1 dup key: { title: 1 }";
const DUPLICATE = {
  err: DUPLICATE_TEXT,
  ns: "shop.films",
  index: "title_1",
  code: 11000,
  codeName: "DuplicateKey",
  n: 0,
};
const MAJORITY: WriteConcern = { w: "majority", j: false, fsync: false, wtimeout: 0 };

/** Replies are compared as bytes: what old clients read depends on types and on the order of fields. */
function assertReply(actual: Document, expected: Document): void {
  assertEquals(actual, expected);
  assertEquals(serialize(actual), serialize(expected));
}

function afterUpdate(reply: Document): LastError {
  const lastError = new LastError();
  lastError.wrote("update", serialize({ ...reply, ok: 1 }));
  return lastError;
}

function afterDuplicate(): LastError {
  const lastError = new LastError();
  lastError.wrote("insert", serialize({ n: 0, writeErrors: [{ index: 0, code: 11000, errmsg: DUPLICATE_TEXT }] }));
  return lastError;
}

function waited(outcome: WaitOutcome, writeConcern = MAJORITY): Document {
  return waitedReply(7, afterUpdate({ n: 1 }), { writeConcern, outcome, duration: 12 });
}

Deno.test("plainReply() tells of nothing as a server does", () => {
  assertReply(plainReply(7, new LastError()), { connectionId: 7, n: 0, ...NOT_WAITED });
});

Deno.test("plainReply() tells what an update did", () => {
  const reply = (document: Document) => plainReply(7, afterUpdate(document));
  assertReply(reply({ n: 3 }), { connectionId: 7, updatedExisting: true, n: 3, ...NOT_WAITED });
  assertReply(reply({ n: 0 }), { connectionId: 7, updatedExisting: false, n: 0, ...NOT_WAITED });
  assertReply(reply({ n: 1, upserted: [{ index: 0, _id: 5 }] }), {
    connectionId: 7,
    updatedExisting: false,
    upserted: null,
    n: 1,
    ...NOT_WAITED,
  });
});

Deno.test("encodeReply() tells what was upserted byte for byte", () => {
  const ids = [new Double(5), "id", { pattern: new BSONRegExp("a", "imsx"), $ref: "films", $id: { $numberLong: "1" } }];
  for (const upserted of ids) {
    const lastError = afterUpdate({ n: 1, upserted: [{ index: 0, _id: 1 }, { index: 1, _id: upserted }] });
    const expected = { connectionId: 7, updatedExisting: false, upserted, n: 1, ...NOT_WAITED };
    const { latest } = lastError;
    assertEquals(encodeReply(plainReply(7, lastError), latest), new Uint8Array(serialize(expected)));
    lastError.startRequest();
    const previous = { err: null, updatedExisting: false, upserted, n: 1, nPrev: 2, ok: OK };
    assertEquals(encodeReply(previousReply(lastError), latest), new Uint8Array(serialize(previous)));
  }
});

Deno.test("plainReply() tells how much a delete removed", () => {
  const lastError = new LastError();
  lastError.wrote("delete", serialize({ n: 4, ok: 1 }));
  assertReply(plainReply(7, lastError), { connectionId: 7, n: 4, ...NOT_WAITED });
});

Deno.test("plainReply() tells where in the oplog the connection wrote last", () => {
  const opTime = { ts: new Timestamp({ t: 9, i: 2 }), t: Long.fromNumber(1) };
  assertReply(plainReply(7, afterUpdate({ n: 1, opTime })), {
    lastOp: opTime,
    connectionId: 7,
    updatedExisting: true,
    n: 1,
    ...NOT_WAITED,
  });
});

Deno.test("plainReply() tells a duplicate key with its collection and index", () => {
  assertReply(plainReply(7, afterDuplicate()), { connectionId: 7, ...DUPLICATE, ok: OK });
});

Deno.test("plainReply() takes the words of a duplicate key's message as a server does", () => {
  const lastError = new LastError();
  lastError.failed({ code: 11000, codeName: "DuplicateKey", errmsg: "short of words" });
  const { ns, index } = plainReply(7, lastError);
  assertEquals([ns, index], ["", ""]);
});

Deno.test("plainReply() tells other errors by their codes", () => {
  const lastError = new LastError();
  lastError.failed({ code: 26, codeName: "NamespaceNotFound", errmsg: "ns not found" });
  const error = { err: "ns not found", code: 26, codeName: "NamespaceNotFound" };
  assertReply(plainReply(7, lastError), { connectionId: 7, ...error, n: 0, ok: OK });
});

Deno.test("plainReply() tells an error without a code as such", () => {
  const lastError = new LastError();
  lastError.failed({ code: 0, codeName: "", errmsg: "something" });
  assertReply(plainReply(7, lastError), { connectionId: 7, err: "something", n: 0, ok: OK });
});

Deno.test("badReply() gives the command back, with what is wrong with it", () => {
  const command = { getLastError: 1, w: 51 };
  const error = { code: 9, codeName: "FailedToParse", errmsg: "w is wrong" };
  assertReply(badReply(7, new LastError(), command, error), {
    connectionId: 7,
    n: 0,
    badGLE: command,
    ok: NOT_OK,
    errmsg: "w is wrong",
    code: 9,
    codeName: "FailedToParse",
  });
  assertReply(badReply(7, afterDuplicate(), command, error), {
    connectionId: 7,
    ...DUPLICATE,
    badGLE: command,
    ok: NOT_OK,
    errmsg: "w is wrong",
  });
});

Deno.test("waitedReply() tells what was waited for", () => {
  const told = { connectionId: 7, updatedExisting: true, n: 1, syncMillis: 0 };
  assertReply(waited({ kind: "satisfied" }), {
    ...told,
    wtime: 12,
    writtenTo: null,
    writeConcern: { w: "majority", wtimeout: 0 },
    err: null,
    ok: OK,
  });
  const journaled = waited({ kind: "satisfied" }, { w: 2, j: true, fsync: false, wtimeout: 5 });
  assertReply(journaled.writeConcern, { w: 2, j: true, wtimeout: 5 });
  const synced = waited({ kind: "satisfied" }, { w: 2, j: false, fsync: true, wtimeout: 5 });
  assertReply(synced.writeConcern, { w: 2, fsync: true, wtimeout: 5 });
});

Deno.test("waitedReply() tells of a time limit as of success, with an error", () => {
  assertReply(waited({ kind: "timeout" }, { w: 3, j: false, fsync: false, wtimeout: 10 }), {
    connectionId: 7,
    updatedExisting: true,
    n: 1,
    syncMillis: 0,
    waited: 12,
    wtimeout: true,
    writtenTo: null,
    writeConcern: { w: 3, wtimeout: 10 },
    err: "timeout",
    errmsg: "timed out waiting for secondaries",
    code: 64,
    codeName: "WriteConcernFailed",
    ok: OK,
  });
});

Deno.test("waitedReply() fails where the wait did", () => {
  const error = { code: 100, codeName: "UnsatisfiableWriteConcern", errmsg: "Not enough data-bearing nodes" };
  assertReply(waited({ kind: "failed", error }), {
    connectionId: 7,
    updatedExisting: true,
    n: 1,
    syncMillis: 0,
    wtime: 12,
    writtenTo: null,
    writeConcern: { w: "majority", wtimeout: 0 },
    err: null,
    ok: NOT_OK,
    errmsg: "Not enough data-bearing nodes",
    code: 100,
    codeName: "UnsatisfiableWriteConcern",
  });
});

Deno.test("waitedReply() tells of another primary in the server's words", () => {
  assertReply(waited({ kind: "elected" }), {
    connectionId: 7,
    updatedExisting: true,
    n: 1,
    code: 64,
    codeName: "WriteConcernFailed",
    ok: NOT_OK,
    errmsg: "election occurred after write",
  });
});

Deno.test("waitedReply() says nothing of a wait for the journal alone", () => {
  const reply = waited({ kind: "satisfied" }, { w: 1, j: true, fsync: false, wtimeout: 0 });
  assertReply(reply, { connectionId: 7, updatedExisting: true, n: 1, ...NOT_WAITED });
});

Deno.test("previousReply() tells how long ago the last outcome was left", () => {
  assertReply(previousReply(new LastError()), { err: null, n: 0, nPrev: -1, ok: OK });
  const failed = afterDuplicate();
  failed.startRequest();
  const error = { err: DUPLICATE_TEXT, code: 11000, codeName: "DuplicateKey" };
  assertReply(previousReply(failed), { ...error, n: 0, nPrev: 2, ok: OK });
  const updated = { err: null, updatedExisting: true, n: 1, nPrev: 1, ok: OK };
  assertReply(previousReply(afterUpdate({ n: 1 })), updated);
});
