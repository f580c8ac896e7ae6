import { assertEquals } from "@std/assert";
import { type Document, Long } from "bson";
import { OpCode } from "../../../codec/header.ts";
import { encodeOpGetMore } from "../../../codec/op_get_more.ts";
import { encodeOpKillCursors } from "../../../codec/op_kill_cursors.ts";
import { OpQueryFlag } from "../../../codec/op_query.ts";
import { OpReplyFlag } from "../../../codec/op_reply.ts";
import type { LegacyOpcodes } from "../../../proxy/gateway_config.ts";
import { lsid } from "../support/commands.ts";
import { eventually } from "../support/eventually.ts";
import { GatewayFixture } from "../support/gateway_fixture.ts";
import { PRIMARY_HELLO, Upstream, type UpstreamRequest } from "../support/upstream.ts";
import { UpstreamSet } from "../support/upstream_set.ts";
import { LegacyTestClient } from "./legacy_client.ts";
import { openLegacy } from "./legacy_fixture.ts";

const THINGS = "test.things";
const { awaitCapable, cursorNotFound, queryFailure } = OpReplyFlag;

/** Answers with a batch of `{_id}` documents. */
function batch(request: UpstreamRequest, id: number, first: number, count: number): void {
  const documents = Array.from({ length: count }, (_, index) => ({ _id: first + index }));
  const key = request.name === "getMore" ? "nextBatch" : "firstBatch";
  request.reply({ cursor: { id: Long.fromNumber(id), ns: THINGS, [key]: documents } });
}

function ids(documents: readonly Document[]): number[] {
  return documents.map(({ _id }) => _id);
}

/** With which operation a query reaches the server. */
async function forwardedAs(maxWireVersion: number, legacyOpcodes: LegacyOpcodes): Promise<number | undefined> {
  await using legacy = await openLegacy({
    upstream: new Upstream({ ...PRIMARY_HELLO, maxWireVersion }),
    legacyOpcodes,
  });
  legacy.upstream.on("find", (request) => request.hangUp());
  await legacy.client.query(THINGS, {});
  return legacy.upstream.requests.find(({ name }) => name === "find")?.opCode;
}

Deno.test("serveQuery translates where servers lack the operation, or as the operator wants it", async () => {
  assertEquals(await forwardedAs(13, "auto"), OpCode.query);
  assertEquals(await forwardedAs(14, "auto"), OpCode.msg);
  assertEquals(await forwardedAs(13, "translate"), OpCode.msg);
  assertEquals(await forwardedAs(14, "forward"), OpCode.query);
});

Deno.test("serveQuery translates where one of several servers lacks the operation", async () => {
  await using set = new UpstreamSet(2);
  const hosts = set.members.map(({ host }) => host);
  set.member(1).setHello({
    ...PRIMARY_HELLO,
    isWritablePrimary: false,
    secondary: true,
    setName: "rs",
    setVersion: 1,
    hosts,
    me: hosts[1],
    maxWireVersion: 13,
  });
  await using fixture = await GatewayFixture.open(set.uri);
  await eventually("both are known", () => fixture.status.servers.every(({ type }) => type !== "Unknown"));
  using client = await LegacyTestClient.connect(fixture.gateway.address);
  set.member(1).on("find", (request) => batch(request, 0, 1, 1));
  const query = { $query: {}, $readPreference: { mode: "secondary" } };
  assertEquals(ids((await client.query(THINGS, query)).documents), [1]);
  assertEquals(set.member(1).requests.find(({ name }) => name === "find")?.opCode, OpCode.msg);
});

Deno.test("serveQuery answers an OP_QUERY with the batch of a find", async () => {
  await using legacy = await openLegacy();
  const { upstream, client } = legacy;
  upstream.on("find", (request) => batch(request, 7, 0, 2));
  const options = { numberToReturn: 2, numberToSkip: 3, flags: OpQueryFlag.slaveOk, fields: { _id: 1 } };
  const reply = await client.query(THINGS, { $query: { a: 1 }, $orderby: { a: -1 } }, options);
  const { flags, cursorId, startingFrom, documents } = reply;
  assertEquals([flags, cursorId, startingFrom, ids(documents)], [awaitCapable, 7n, 0, [0, 1]]);
  const [{ filter, sort, skip, batchSize, projection, $readPreference }] = upstream.commands("find") as [Document];
  assertEquals([filter, sort, skip, batchSize], [{ a: 1 }, { a: -1 }, 3, 2]);
  assertEquals([projection, $readPreference], [{ _id: 1 }, { mode: "secondaryPreferred" }]);
});

Deno.test("serveGetMore goes on with a cursor on any connection and counts what it has returned", async () => {
  await using legacy = await openLegacy();
  const { upstream, client, fixture } = legacy;
  upstream.on("find", (request) => batch(request, 7, 0, 2));
  await client.query(THINGS, {}, { numberToReturn: 2 });
  assertEquals(fixture.status.cursors, 1);
  upstream.on("getMore", (request) => batch(request, 7, 2, 3));
  const other = await legacy.connect();
  const second = await other.getMore(THINGS, 7n, 3);
  assertEquals([second.flags, second.cursorId, second.startingFrom, ids(second.documents)], [
    awaitCapable,
    7n,
    2,
    [2, 3, 4],
  ]);
  upstream.on("getMore", (request) => batch(request, 0, 5, 1));
  const last = await client.getMore(THINGS, 7n);
  assertEquals([last.cursorId, last.startingFrom, ids(last.documents)], [0n, 5, [5]]);
  assertEquals(upstream.commands("getMore").map(({ batchSize }) => batchSize), [3, undefined]);
  assertEquals(fixture.status.cursors, 0);
});

Deno.test("serveGetMore asks the member that has the cursor, be it a secondary", async () => {
  await using set = new UpstreamSet(2);
  await using fixture = await GatewayFixture.open(set.uri);
  await eventually("both are known", () => fixture.status.servers.every(({ type }) => type !== "Unknown"));
  using client = await LegacyTestClient.connect(fixture.gateway.address);
  const [primary, secondary] = [set.member(0), set.member(1)];
  secondary.on("find", (request) => batch(request, 7, 0, 1));
  secondary.on("getMore", (request) => batch(request, 0, 1, 1));
  const { cursorId } = await client.query(THINGS, {}, { flags: OpQueryFlag.slaveOk });
  assertEquals(ids((await client.getMore(THINGS, cursorId)).documents), [1]);
  assertEquals([primary.commands("find"), primary.commands("getMore")], [[], []]);
});

Deno.test("serveGetMore goes on with a cursor that a command opened, in its session", async () => {
  await using legacy = await openLegacy();
  const { upstream, client } = legacy;
  upstream.on("find", (request) => batch(request, 7, 0, 2));
  upstream.on("getMore", (request) => batch(request, 0, 2, 1));
  await client.msg({ find: "things", lsid: lsid(5) });
  assertEquals(ids((await client.getMore(THINGS, 7n)).documents), [2]);
  assertEquals(upstream.commands("getMore")[0]?.lsid.id.toString("hex"), lsid(5).id.toString("hex"));
});

Deno.test("serveGetMore leaves a cursor of an OP_QUERY to the command as well", async () => {
  await using legacy = await openLegacy();
  const { upstream, client } = legacy;
  upstream.on("find", (request) => batch(request, 7, 0, 2));
  upstream.on("getMore", (request) => batch(request, 0, 2, 1));
  await client.query(THINGS, {});
  const { cursor } = await client.msg({ getMore: 7n, collection: "things" });
  assertEquals(ids(cursor.nextBatch), [2]);
});

Deno.test("serveGetMore says that a cursor is gone by a flag, and forgets it", async () => {
  await using legacy = await openLegacy();
  const { upstream, client, fixture } = legacy;
  upstream.on("find", (request) => batch(request, 7, 0, 2));
  upstream.on("getMore", (request) => request.reply({ ok: 0, code: 43, codeName: "CursorNotFound", errmsg: "gone" }));
  await client.query(THINGS, {});
  const { flags, cursorId, documents } = await client.getMore(THINGS, 7n);
  assertEquals([flags, cursorId, documents], [cursorNotFound, 0n, []]);
  assertEquals(fixture.status.cursors, 0);
});

Deno.test("serveGetMore closes the client that asks for less than nothing", async () => {
  await using legacy = await openLegacy();
  const { client, fixture } = legacy;
  const getMore = { requestId: 1, fullCollectionName: THINGS, cursorId: 7n, numberToReturn: -2 };
  client.sendBytes(encodeOpGetMore(getMore));
  await client.closed;
  assertEquals((await fixture.event("clientClosed")).reason, "badMessage");
});

Deno.test("OP_KILL_CURSORS kills all of many cursors that queries opened", async () => {
  await using legacy = await openLegacy();
  const { upstream, client, fixture } = legacy;
  let lastId = 0;
  upstream.on("find", (request) => batch(request, ++lastId, 0, 1));
  upstream.hold("killCursors");
  const cursorIds: bigint[] = [];
  for (let i = 0; i < 5; i++) cursorIds.push((await client.query(THINGS, {})).cursorId);
  client.sendBytes(encodeOpKillCursors({ requestId: 1, cursorIds: [...cursorIds, 99n] }));
  const killed = await upstream.next("killCursors");
  killed.reply();
  assertEquals(killed.command.cursors.map(Number).toSorted(), [1, 2, 3, 4, 5]);
  await client.command({ ping: 1 });
  assertEquals(fixture.status.cursors, 0);
});

Deno.test("serveQuery tells of failures by the flag that old drivers look at", async () => {
  await using legacy = await openLegacy({ query: "?serverSelectionTimeoutMS=50" });
  const { upstream, client } = legacy;
  upstream.on("find", (request) => request.reply({ ok: 0, code: 2, codeName: "BadValue", errmsg: "No such operator" }));
  const refused = await client.query(THINGS, { $bad: 1 });
  assertEquals([refused.flags, refused.documents], [queryFailure, [{ $err: "No such operator", code: 2, ok: 0 }]]);
  const misshapen = await client.query(THINGS, { $query: {}, $orderby: 1 });
  assertEquals([misshapen.flags, misshapen.documents[0]?.code], [queryFailure, 2]);
  upstream.on("find", (request) => request.hangUp());
  const lost = await client.query(THINGS, {});
  assertEquals([lost.flags, lost.documents[0]?.code], [queryFailure, 6]);
  upstream.goAway();
  await eventually("the server is known to be lost", () => legacy.fixture.server().type === "Unknown");
  const unsent = await client.query(THINGS, {});
  assertEquals([unsent.flags, unsent.documents[0]?.code], [queryFailure, 133]);
});

Deno.test("serveQuery leaves no last error where a query failed", async () => {
  await using legacy = await openLegacy();
  const { upstream, client } = legacy;
  upstream.on("find", (request) => request.reply({ ok: 0, code: 2, codeName: "BadValue", errmsg: "No such operator" }));
  for (const flags of [0, OpQueryFlag.exhaust]) {
    assertEquals((await client.query(THINGS, { $bad: 1 }, { flags })).flags, queryFailure);
    assertEquals((await client.command({ getlasterror: 1 })).err, null);
  }
});

Deno.test("serveQuery collects a large reply", async () => {
  await using legacy = await openLegacy();
  const filler = "x".repeat(100_000);
  legacy.upstream.on("find", (request) => {
    const firstBatch = Array.from({ length: 30 }, (_, _id) => ({ _id, filler }));
    request.reply({ cursor: { id: Long.ZERO, ns: THINGS, firstBatch } });
  });
  const { documents } = await legacy.client.query(THINGS, {});
  assertEquals([documents.length, documents.at(-1)], [30, { _id: 29, filler }]);
});

Deno.test("serveQuery lets an awaiting cursor wait where others do", async () => {
  await using legacy = await openLegacy();
  const { upstream, client, fixture } = legacy;
  upstream.on("find", (request) => batch(request, 7, 0, 1));
  upstream.hold("getMore");
  await client.query(THINGS, {}, { flags: OpQueryFlag.tailableCursor | OpQueryFlag.awaitData });
  const reply = client.getMore(THINGS, 7n);
  const waiting = await upstream.next("getMore");
  assertEquals(fixture.server().awaiting, 1);
  batch(waiting, 7, 1, 0);
  assertEquals((await reply).documents, []);
  assertEquals(fixture.server().awaiting, 0);
});

Deno.test("serveQueryCommand runs a command, in its wrapping too, and answers in OP_REPLY", async () => {
  await using legacy = await openLegacy();
  const { upstream, client } = legacy;
  upstream.on("count", (request) => request.reply({ n: 3 }));
  const query = { $query: { count: "things" }, $readPreference: { mode: "secondaryPreferred" } };
  const { flags, documents } = await client.query("test.$cmd", query, { numberToReturn: -1 });
  assertEquals([flags, documents], [awaitCapable, [{ ok: 1, n: 3 }]]);
  const request = upstream.requests.find(({ name }) => name === "count");
  assertEquals([request?.opCode, request?.command.$db], [OpCode.msg, "test"]);
  assertEquals(request?.command.$readPreference, { mode: "secondaryPreferred" });
});

Deno.test("serveQueryCommand refuses what old servers refused, and keeps the client", async () => {
  await using legacy = await openLegacy();
  const { client } = legacy;
  const { flags, documents } = await client.query("test.$cmd", { count: "things" }, { numberToReturn: 5 });
  assertEquals([flags, documents[0]?.ok, documents[0]?.code], [awaitCapable, 0, 16979]);
  assertEquals((await client.command({ count: "things" })).ok, 1);
});

Deno.test("serveQueryCommand keeps what came of a write for getLastError", async () => {
  await using legacy = await openLegacy();
  const { upstream, client } = legacy;
  upstream.on("update", (request) => request.reply({ n: 2, nModified: 1 }));
  await client.command({ update: "things", updates: [{ q: {}, u: { $set: { a: 1 } }, multi: true }] });
  const { n, updatedExisting } = await client.command({ getlasterror: 1 });
  assertEquals([n, updatedExisting], [2, true]);
});

Deno.test("serveQuery runs the collections that were commands once", async () => {
  await using legacy = await openLegacy();
  const { upstream, client } = legacy;
  upstream.on("currentOp", (request) => request.reply({ inprog: [{ opid: 1 }] }));
  const inprog = await client.query("admin.$cmd.sys.inprog", { $query: { $all: true } }, { numberToReturn: -1 });
  assertEquals(inprog.documents, [{ ok: 1, inprog: [{ opid: 1 }] }]);
  assertEquals(upstream.commands("currentOp"), [{ currentOp: 1, $all: true, $db: "admin" }]);
  await client.query("test.$cmd.sys.killop", { op: 5 }, { numberToReturn: -1 });
  assertEquals(upstream.commands("killOp"), [{ killOp: 1, op: 5, $db: "admin" }]);
  await client.query("admin.$cmd.sys.unlock", {}, { numberToReturn: -1 });
  assertEquals(upstream.commands("fsyncUnlock"), [{ fsyncUnlock: 1, $db: "admin" }]);
});
