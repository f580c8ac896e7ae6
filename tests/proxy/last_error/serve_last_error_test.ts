import { assertEquals, assertObjectMatch } from "@std/assert";
import { type Document, Long, Timestamp } from "bson";
import { OpCode } from "../../../codec/header.ts";
import { encodeOpInsert } from "../../../codec/op_insert.ts";
import { encodeOpKillCursors } from "../../../codec/op_kill_cursors.ts";
import { OpMsgFlag } from "../../../codec/op_msg.ts";
import { find } from "../support/commands.ts";
import { eventually } from "../support/eventually.ts";
import { GatewayFixture } from "../support/gateway_fixture.ts";
import type { RawClient } from "../support/raw_client.ts";
import { Upstream, type UpstreamRequest } from "../support/upstream.ts";
import { UpstreamSet } from "../support/upstream_set.ts";

const EMPTY = Uint8Array.of(5, 0, 0, 0, 0);
const INSERT = { insert: "films", documents: [{ _id: 1 }], $db: "shop" };
const UNACKNOWLEDGED = { ...INSERT, writeConcern: { w: 0 } };
const MESSAGE = "E11000 duplicate key error collection: shop.films index: _id_ dup key: { _id: 1 }";
const DUPLICATE = { n: 0, writeErrors: [{ index: 0, code: 11000, errmsg: MESSAGE }], ok: 1 };
const OP_TIME = { ts: new Timestamp({ t: 9, i: 1 }), t: Long.fromNumber(1) };
/** The same as a client decodes it. */
const LAST_OP = { ...OP_TIME, t: 1 };
/** What the server says to an update that changes nothing, once the write concern is satisfied. */
const UNCHANGED = { n: 0, opTime: OP_TIME, nModified: 0, ok: 1 };
const NOT_WAITED = { syncMillis: 0, writtenTo: null, writeConcern: { w: 1, wtimeout: 0 }, err: null, ok: 1 };

/** Writes without acknowledgement. */
function write(client: RawClient): void {
  client.send(UNACKNOWLEDGED, { flags: OpMsgFlag.moreToCome });
}

async function lastError(client: RawClient, options: Document = {}): Promise<Document> {
  return await client.command({ getLastError: 1, ...options, $db: "shop" });
}

/** A client in front of a replica set that has written, and whatever that set is asked next to wait for. */
async function withWriter(
  test: (context: {
    readonly client: RawClient;
    readonly primary: Upstream;
    readonly fixture: GatewayFixture;
  }) => Promise<void>,
): Promise<void> {
  await using set = new UpstreamSet(1);
  await using fixture = await GatewayFixture.open(set.uri);
  const primary = set.member(0);
  primary.on("insert", (request) => request.reply({ n: 1, opTime: OP_TIME, ok: 1 }));
  primary.hold("update");
  const client = await fixture.connect();
  write(client);
  await test({ client, primary, fixture });
}

/** Sends a `getLastError` that has to wait, and gives what the server is asked for it. */
async function waiting(
  client: RawClient,
  primary: Upstream,
  options: Document,
): Promise<{ readonly asked: UpstreamRequest; readonly answer: () => Promise<Document> }> {
  const requestId = client.send({ getLastError: 1, ...options, $db: "shop" });
  const asked = await primary.next("update");
  return { asked, answer: async () => (await client.replyTo(requestId)).document };
}

Deno.test("getLastError is answered in the opcode of the question, without a server", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri);
  const client = await fixture.connect();
  const opened = await fixture.event("clientOpened");
  const expected = { connectionId: opened.clientId, n: 0, ...NOT_WAITED };
  const asked = await client.replyTo(client.send({ getLastError: 1 }));
  assertEquals([asked.opCode, asked.document], [OpCode.msg, expected]);
  const queried = await client.replyTo(client.sendQuery({ getlasterror: 1 }, "shop.$cmd"));
  assertEquals([queried.opCode, queried.document], [OpCode.reply, expected]);
  assertEquals(upstream.requests.filter(({ name }) => name !== "buildInfo"), []);
});

Deno.test("getLastError tells a client what became of its own write, on any database and again", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri);
  const [writer, other] = [await fixture.connect(), await fixture.connect()];
  upstream.on("insert", (request) => request.reply(DUPLICATE));
  write(writer);
  const expected = { err: MESSAGE, ns: "shop.films", index: "_id_", code: 11000, codeName: "DuplicateKey", n: 0 };
  assertObjectMatch(await lastError(writer), { ...expected, ok: 1 });
  assertObjectMatch(await writer.command({ getLastError: 1, $db: "admin" }), expected);
  assertObjectMatch(await lastError(other), { err: null });
  assertObjectMatch(await lastError(writer), expected);
});

Deno.test("getLastError tells of the operation before it alone", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri);
  const client = await fixture.connect();
  upstream.on("insert", (request) => request.reply(DUPLICATE));
  const codeAfter = async (operate: () => unknown): Promise<unknown> => {
    write(client);
    await operate();
    return (await lastError(client)).code;
  };
  assertEquals(await codeAfter(() => client.command({ isMaster: 1 })), 11000);
  assertEquals(await codeAfter(() => client.command({ ping: 1 })), undefined);
  assertEquals(await codeAfter(() => client.command(find)), undefined);
  assertEquals(await codeAfter(() => client.sendBytes(encodeOpKillCursors({ requestId: 5, cursorIds: [7n] }))), 11000);
});

Deno.test("getLastError tells of commands that failed, and of writes that were lost", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri);
  const client = await fixture.connect();
  upstream.on("drop", (request) => request.reply({ ok: 0, errmsg: "ns not found", code: 26 }));
  await client.command({ drop: "films", $db: "shop" });
  assertObjectMatch(await lastError(client), { err: "ns not found", code: 26, codeName: "NamespaceNotFound" });
  upstream.on("insert", (request) => request.hangUp());
  write(client);
  assertObjectMatch(await lastError(client), { code: 6, codeName: "HostUnreachable", n: 0, ok: 1 });
});

Deno.test("getLastError keeps numbers in a refused write concern as they came", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri);
  const client = await fixture.connect();
  const reply = await lastError(client, { w: 2, wtimeout: 10 });
  assertObjectMatch(reply, {
    badGLE: { getLastError: 1, w: 2, wtimeout: 10 },
    ok: 0,
    errmsg: "cannot use 'w' > 1 when a host is not replicated",
    code: 2,
  });
});

Deno.test("getLastError that fails as a command is told by the next", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri);
  const client = await fixture.connect();
  const errmsg = "Command does not support writeConcern";
  assertObjectMatch(await lastError(client, { writeConcern: { w: 2 } }), { ok: 0, errmsg, code: 72 });
  assertObjectMatch(await lastError(client), { err: errmsg, code: 72, codeName: "InvalidOptions", ok: 1 });
  const { document } = await client.replyTo(client.sendQuery({ getLastError: 1, $db: "shop" }, "shop.$cmd"));
  assertEquals(document, {
    ok: 0,
    errmsg: "$db is not allowed in OP_QUERY requests",
    code: 40621,
    codeName: "Location40621",
  });
});

Deno.test("getLastError waits for members by a write that changes nothing", async () => {
  await withWriter(async ({ client, primary }) => {
    const { asked, answer } = await waiting(client, primary, { w: 2, wtimeout: 500, maxTimeMS: 900 });
    assertEquals(asked.command, {
      update: "torana.none",
      updates: [{ q: { _id: { $in: [] } }, u: { $setOnInsert: { _id: 0 } }, multi: true }],
      writeConcern: { w: 2, wtimeout: 500 },
      maxTimeMS: 900,
      $db: "shop",
    });
    asked.reply(UNCHANGED);
    const { wtime, ...reply } = await answer();
    assertEquals(typeof wtime, "number");
    assertObjectMatch(reply, { lastOp: LAST_OP, n: 0, writeConcern: { w: 2, wtimeout: 500 }, err: null, ok: 1 });
  });
});

Deno.test("getLastError waits for the journal, and says nothing of it", async () => {
  await withWriter(async ({ client, primary }) => {
    for (const options of [{ j: true }, { fsync: 1, w: 0 }, { j: 1, wtimeout: -1 }]) {
      const { asked, answer } = await waiting(client, primary, options);
      assertEquals(asked.command.writeConcern, { w: 1, j: true });
      asked.reply(UNCHANGED);
      const { connectionId, ...reply } = await answer();
      assertEquals(reply, { lastOp: LAST_OP, n: 0, ...NOT_WAITED });
      assertEquals(typeof connectionId, "number");
    }
  });
});

Deno.test("getLastError waits on what an old operation wrote to", async () => {
  await withWriter(async ({ client, primary }) => {
    client.sendBytes(encodeOpInsert({ requestId: 5, fullCollectionName: "shop.old.films", documents: [EMPTY] }));
    const { asked, answer } = await waiting(client, primary, { w: "majority", $db: "admin" });
    assertObjectMatch(asked.command, { update: "old.films", $db: "shop", writeConcern: { w: "majority" } });
    asked.reply(UNCHANGED);
    assertObjectMatch(await answer(), { ok: 1 });
  });
});

Deno.test("getLastError tells of a time limit as the server does, and does not remember it", async () => {
  await withWriter(async ({ client, primary }) => {
    const { asked, answer } = await waiting(client, primary, { w: 3, wtimeout: 10 });
    const errInfo = { wtimeout: true };
    const writeConcernError = { code: 64, codeName: "WriteConcernFailed", errmsg: "waiting timed out", errInfo };
    asked.reply({ ...UNCHANGED, writeConcernError });
    assertObjectMatch(await answer(), { wtimeout: true, err: "timeout", code: 64, ok: 1 });
    assertObjectMatch(await lastError(client), { err: null, ok: 1 });
  });
});

Deno.test("getLastError fails where its write concern cannot be satisfied", async () => {
  await withWriter(async ({ client, primary }) => {
    const { asked, answer } = await waiting(client, primary, { w: 9 });
    asked.reply({ ...UNCHANGED, writeConcernError: { code: 100, errmsg: "Not enough data-bearing nodes" } });
    assertObjectMatch(await answer(), { err: null, ok: 0, code: 100, codeName: "UnsatisfiableWriteConcern" });
    const lost = await waiting(client, primary, { w: 9 });
    lost.asked.hangUp();
    assertObjectMatch(await lost.answer(), { err: null, ok: 0, code: 6, codeName: "HostUnreachable" });
    const refused = await waiting(client, primary, { w: 9 });
    refused.asked.reply({ ok: 0, code: 50, codeName: "MaxTimeMSExpired", errmsg: "operation exceeded time limit" });
    assertObjectMatch(await refused.answer(), { err: null, ok: 0, code: 50, codeName: "MaxTimeMSExpired" });
    assertObjectMatch(await lastError(client), { err: null, ok: 1 });
  });
});

Deno.test("getLastError does not take another primary's word for a write", async () => {
  await withWriter(async ({ client, primary }) => {
    const { asked, answer } = await waiting(client, primary, { w: "majority" });
    asked.reply({ ...UNCHANGED, opTime: { ...OP_TIME, t: Long.fromNumber(2) } });
    assertObjectMatch(await answer(), { ok: 0, errmsg: "election occurred after write", code: 64 });
    assertObjectMatch(await lastError(client), { err: null, ok: 1 });
  });
});

Deno.test("getLastError waits for nothing where there is an error to tell, or nothing was written", async () => {
  await withWriter(async ({ client, primary, fixture }) => {
    const reader = await fixture.connect();
    assertObjectMatch(await lastError(reader, { w: "majority", j: true }), NOT_WAITED);
    primary.on("insert", (request) => request.reply(DUPLICATE));
    write(client);
    assertObjectMatch(await lastError(client, { w: 3 }), { err: MESSAGE, ok: 1 });
    assertEquals(primary.commands("update"), []);
  });
});

Deno.test("getLastError of a client that leaves gives its connection back", async () => {
  await withWriter(async ({ client, primary, fixture }) => {
    const { asked } = await waiting(client, primary, { w: 3 });
    client.close();
    await fixture.event("clientClosed");
    asked.reply(UNCHANGED);
    await eventually("the connection is free", () => fixture.server().available === 1);
    assertEquals(fixture.status.clients, 0);
  });
});

Deno.test("getLastError that waits without end leaves connections for other commands", async () => {
  await using set = new UpstreamSet(1);
  await using fixture = await GatewayFixture.open(`${set.uri}&maxPoolSize=4`);
  const primary = set.member(0);
  primary.hold("update");
  const writers = await Promise.all(Array.from({ length: 8 }, () => fixture.connect()));
  for (const writer of writers) write(writer);
  const asked = writers.map((writer) => writer.send({ getLastError: 1, w: 3, $db: "shop" }));
  const [first, second] = [await primary.next("update"), await primary.next("update")];
  const reader = await fixture.connect();
  assertEquals(await reader.command(find), { ok: 1 });
  assertEquals([primary.commands("update").length, fixture.server().waiting], [2, 0]);
  // A client that leaves while it waits for its turn is waited for no more.
  writers.at(-1)!.close();
  await fixture.event("clientClosed");
  primary.on("update", (request) => request.reply(UNCHANGED));
  for (const request of [first, second]) request.reply(UNCHANGED);
  for (const [index, writer] of writers.slice(0, -1).entries()) {
    assertObjectMatch((await writer.replyTo(asked[index]!)).document, { err: null, ok: 1 });
  }
  assertEquals(primary.commands("update").length, writers.length - 1);
});

Deno.test("getLastError that waits without end ends with the gateway", async () => {
  await withWriter(async ({ client, primary, fixture }) => {
    await waiting(client, primary, { w: 3 });
    await fixture.gateway.drain(1);
    await client.closed;
    assertEquals(client.unread, 0);
  });
});

Deno.test("getPrevError tells of earlier operations, until resetError", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri);
  const client = await fixture.connect();
  assertEquals(await client.command({ getPrevError: 1 }), { err: null, n: 0, nPrev: -1, ok: 1 });
  upstream.on("insert", (request) => request.reply(DUPLICATE));
  write(client);
  await client.command({ ping: 1 });
  const error = { err: MESSAGE, code: 11000, codeName: "DuplicateKey", n: 0 };
  assertEquals(await client.command({ getPrevError: 1 }), { ...error, nPrev: 2, ok: 1 });
  assertEquals(await client.command({ resetError: 1 }), { ok: 1 });
  assertEquals(await client.command({ getpreverror: 1 }), { err: null, n: 0, nPrev: -1, ok: 1 });
});

Deno.test("forceerror fails, and is told as the last error", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri);
  const client = await fixture.connect();
  const forced = { ok: 0, errmsg: "forced error", code: 10038, codeName: "Location10038" };
  assertEquals(await client.command({ forceerror: 1 }), forced);
  assertObjectMatch(await lastError(client), { err: "forced error", code: 10038, codeName: "Location10038", ok: 1 });
});
