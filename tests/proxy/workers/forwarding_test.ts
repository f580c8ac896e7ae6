import { assertEquals } from "@std/assert";
import { Long, ObjectId } from "bson";
import { encodeOpKillCursors } from "../../../codec/op_kill_cursors.ts";
import { cursor, find, getMore, inTransaction, watch } from "../support/commands.ts";
import { PRIMARY_HELLO, Upstream } from "../support/upstream.ts";
import { UpstreamSet } from "../support/upstream_set.ts";
import { WorkersFixture } from "./workers_fixture.ts";

const insert = { insert: "things", documents: [{}], $db: "test" };
const start = { startTransaction: true };
const onSecondary = { $readPreference: { mode: "secondary" } };

/** What a `mongos` behind a load balancer says. */
const BALANCED_HELLO = { ...PRIMARY_HELLO, msg: "isdbgrid", serviceId: new ObjectId(), topologyVersion: undefined };

/** What a server says of a cursor's end, with one more document. */
const lastBatch = { cursor: { id: Long.ZERO, ns: "test.things", nextBatch: [{ a: 1 }] } };

Deno.test("WorkerPool serves clients in every worker, each with a number of its own", async () => {
  await using upstream = new Upstream();
  await using fixture = await WorkersFixture.open(upstream.uri);
  const [one, other] = [await fixture.connectTo(0), await fixture.connectTo(1)];
  assertEquals([(await one.command(find)).ok, (await other.command(find)).ok], [1, 1]);
  const ids = fixture.told("clientOpened").map(({ fields }) => fields.clientId);
  assertEquals(new Set(ids).size, ids.length);
});

Deno.test("WorkerPool continues a cursor of one worker through others, at the server that has it", async () => {
  await using set = new UpstreamSet(2);
  const secondary = set.member(1);
  secondary.on("find", (request) => request.reply(cursor(7)));
  secondary.on("getMore", (request) => request.reply(cursor(7, "test.things", "nextBatch")));
  await using fixture = await WorkersFixture.open(set.uri, { workers: 3 });
  const [one, other, third] = [await fixture.connectTo(0), await fixture.connectTo(1), await fixture.connectTo(2)];
  await one.command({ ...find, ...onSecondary });
  await other.command(getMore(7));
  await third.command(getMore(7));
  assertEquals((await fixture.status()).cursors, 1);
  secondary.on("getMore", (request) => request.reply(lastBatch));
  assertEquals((await other.command(getMore(7))).cursor.nextBatch, [{ a: 1 }]);
  assertEquals((await fixture.status()).cursors, 0);
  assertEquals(set.members.map((member) => member.commands("getMore").length), [0, 3]);
});

Deno.test("WorkerPool compresses the reply to a getMore of another worker as its client does", async () => {
  await using upstream = new Upstream();
  upstream.on("find", (request) => request.reply(cursor(7)));
  upstream.on("getMore", (request) => request.reply(lastBatch));
  await using fixture = await WorkersFixture.open(upstream.uri);
  const [one, other] = [await fixture.connectTo(0), await fixture.connectTo(1)];
  await one.command(find);
  const reply = await other.replyTo(other.send(getMore(7), { compressor: "snappy" }));
  assertEquals([reply.compressor, reply.document.cursor.nextBatch], ["snappy", [{ a: 1 }]]);
});

Deno.test("WorkerPool continues a cursor on the connection that it is tied to", async () => {
  await using upstream = new Upstream(BALANCED_HELLO);
  upstream.on("find", (request) => request.reply(cursor(7)));
  upstream.on("getMore", (request) => request.reply(lastBatch));
  await using fixture = await WorkersFixture.open(`${upstream.uri}?loadBalanced=true`);
  const [one, other] = [await fixture.connectTo(0), await fixture.connectTo(1)];
  await one.command(find);
  assertEquals((await fixture.status()).pinned.length, 1);
  await other.command(getMore(7));
  const [opened, continued] = upstream.requests.filter(({ name }) => name === "find" || name === "getMore");
  assertEquals(continued?.connectionId, opened?.connectionId);
  assertEquals((await fixture.status()).pinned, []);
});

Deno.test("WorkerPool holds an awaiting getMore for a client of another worker", async () => {
  await using upstream = new Upstream();
  upstream.on("aggregate", (request) => request.reply(cursor(7)));
  upstream.hold("getMore");
  await using fixture = await WorkersFixture.open(upstream.uri);
  const [one, other] = [await fixture.connectTo(0), await fixture.connectTo(1)];
  await one.command(watch);
  const reply = other.command(getMore(7));
  const waiting = await upstream.next("getMore");
  assertEquals((await fixture.status()).servers[0]?.awaiting, 1);
  waiting.reply(lastBatch);
  assertEquals((await reply).cursor.nextBatch, [{ a: 1 }]);
});

Deno.test("WorkerPool lets the server say that nobody has a cursor", async () => {
  await using upstream = new Upstream();
  const notFound = { ok: 0, code: 43, codeName: "CursorNotFound", errmsg: "cursor id 9 not found" };
  upstream.on("getMore", (request) => request.reply(notFound));
  await using fixture = await WorkersFixture.open(upstream.uri);
  const client = await fixture.connectTo(1);
  assertEquals((await client.command(getMore(9))).code, 43);
});

Deno.test("WorkerPool keeps a transaction to its mongos whichever worker a statement comes to", async () => {
  await using one = new Upstream({ ...PRIMARY_HELLO, msg: "isdbgrid" });
  await using other = new Upstream({ ...PRIMARY_HELLO, msg: "isdbgrid" });
  await using fixture = await WorkersFixture.open(`mongodb://${one.host},${other.host}/`);
  const clients = [await fixture.connectTo(0), await fixture.connectTo(1)] as const;
  await clients[0].command({ ...insert, ...inTransaction(1, 1, start) });
  for (let i = 0; i < 8; i++) await clients[i % 2]!.command({ ...insert, ...inTransaction(1, 1) });
  assertEquals((await fixture.status()).transactions, 1);
  await clients[1].command({ commitTransaction: 1, ...inTransaction(1, 1) });
  assertEquals((await fixture.status()).transactions, 0);
  const statements = [one, other].map((mongos) =>
    mongos.requests.filter(({ command }) => command.autocommit === false)
  );
  assertEquals(statements.map(({ length }) => length).toSorted(), [0, 10]);
});

Deno.test("WorkerPool keeps the cursor of a statement where its transaction is", async () => {
  await using upstream = new Upstream({ ...PRIMARY_HELLO, msg: "isdbgrid" });
  upstream.on("find", (request) => request.reply(cursor(7)));
  upstream.on("getMore", (request) => request.reply(lastBatch));
  await using fixture = await WorkersFixture.open(upstream.uri, { limits: { orphanTimeoutMS: 0 } });
  const [one, other] = [await fixture.connectTo(0, "shop"), await fixture.connectTo(1)];
  await one.command({ ...insert, ...inTransaction(1, 1, start) });
  await other.command({ ...find, ...inTransaction(1, 1) });
  assertEquals((await fixture.status()).cursors, 1);
  one.close();
  await fixture.line("orphansReleased");
  assertEquals([(await fixture.status()).cursors, (await fixture.status()).transactions], [0, 0]);
});

Deno.test("WorkerPool kills cursors of all workers with one command", async () => {
  await using set = new UpstreamSet(2);
  set.member(0).on("find", (request) => request.reply(cursor(8)));
  set.member(1).on("find", (request) => request.reply(cursor(7)));
  for (const member of set.members) {
    member.on("killCursors", (request) => {
      const isHere = (id: Long) => id.toNumber() === (member === set.member(0) ? 8 : 7);
      const ids: Long[] = request.command.cursors;
      request.reply({ cursorsKilled: ids.filter(isHere), cursorsNotFound: ids.filter((id) => !isHere(id)) });
    });
  }
  await using fixture = await WorkersFixture.open(set.uri);
  const [one, other] = [await fixture.connectTo(0), await fixture.connectTo(1)];
  await one.command({ ...find, ...onSecondary });
  await other.command(find);
  const cursors = [7, 8, 9].map((id) => Long.fromNumber(id));
  const reply = await other.command({ killCursors: "things", cursors, $db: "test" });
  assertEquals(reply.cursorsKilled.map(Number).toSorted(), [7, 8]);
  assertEquals(reply.cursorsNotFound.map(Number), [9]);
  assertEquals((await fixture.status()).cursors, 0);
});

Deno.test("WorkerPool gives the server's refusal to kill a cursor of another worker", async () => {
  await using upstream = new Upstream();
  upstream.on("find", (request) => request.reply(cursor(7)));
  upstream.on("killCursors", (request) => request.reply({ ok: 0, code: 13, errmsg: "not authorized" }));
  await using fixture = await WorkersFixture.open(upstream.uri);
  const [one, other] = [await fixture.connectTo(0), await fixture.connectTo(1)];
  await one.command(find);
  const reply = await other.command({ killCursors: "things", cursors: [Long.fromNumber(7)], $db: "test" });
  assertEquals([reply.code, reply.errmsg], [13, "not authorized"]);
});

Deno.test("WorkerPool kills cursors of all workers that a legacy client names", async () => {
  await using upstream = new Upstream();
  let lastCursor = 6;
  upstream.on("find", (request) => request.reply(cursor(++lastCursor)));
  upstream.hold("killCursors");
  await using fixture = await WorkersFixture.open(upstream.uri, { workers: 3 });
  const clients = [await fixture.connectTo(0), await fixture.connectTo(1), await fixture.connectTo(2)] as const;
  for (const client of clients) await client.command(find);
  clients[0].sendBytes(encodeOpKillCursors({ requestId: 1, cursorIds: [7n, 8n, 9n] }));
  const killed = [
    await upstream.next("killCursors"),
    await upstream.next("killCursors"),
    await upstream.next("killCursors"),
  ];
  for (const request of killed) request.reply({ cursorsKilled: request.command.cursors });
  assertEquals(killed.flatMap(({ command }) => command.cursors.map(Number)).toSorted(), [7, 8, 9]);
  await clients[0].command({ ping: 1 });
  assertEquals((await fixture.status()).cursors, 0);
});
