import { assertEquals } from "@std/assert";
import { Long } from "bson";
import { encodeOpKillCursors } from "../../../codec/op_kill_cursors.ts";
import { cursor, find, getMore, lsid, metadata } from "../support/commands.ts";
import { eventually } from "../support/eventually.ts";
import { GatewayFixture } from "../support/gateway_fixture.ts";
import { ManualClock } from "../support/manual_clock.ts";
import { Upstream, type UpstreamRequest } from "../support/upstream.ts";
import { UpstreamSet } from "../support/upstream_set.ts";

const fromSecondary = { $readPreference: { mode: "secondary" } };

function killed(request: UpstreamRequest): void {
  request.reply({ cursorsKilled: request.command.cursors, cursorsNotFound: [], cursorsAlive: [], cursorsUnknown: [] });
}

/** A gateway in front of a primary and a secondary that it knows both. */
async function openSet(set: UpstreamSet, options = {}, more = ""): Promise<GatewayFixture> {
  const fixture = await GatewayFixture.open(`${set.uri}${more}`, options);
  await eventually("both are known", () => fixture.status.servers.every(({ type }) => type !== "Unknown"));
  return fixture;
}

Deno.test("Gateway asks for more of a cursor at the server that opened it, from whatever connection", async () => {
  await using set = new UpstreamSet(2);
  await using fixture = await openSet(set);
  const secondary = set.member(1);
  secondary.on("find", (request) => request.reply(cursor(5)));
  let batches = 0;
  secondary.on("getMore", (request) => request.reply(cursor(++batches < 3 ? 5 : 0, "test.things", "nextBatch")));
  const [first, second] = [await fixture.connect(), await fixture.connect()];
  await first.command({ ...find, ...fromSecondary });
  assertEquals(fixture.status.cursors, 1);
  for (const client of [first, second, first]) await client.command(getMore(5));
  assertEquals(secondary.commands("getMore").length, 3);
  assertEquals(fixture.status.cursors, 0);
});

Deno.test("Gateway tells equal cursor ids of two servers apart", async () => {
  await using set = new UpstreamSet(2);
  await using fixture = await openSet(set);
  for (const member of set.members) member.on("find", (request) => request.reply(cursor(5)));
  const client = await fixture.connect();
  await client.command({ ...find, lsid: lsid(1) });
  await client.command({ ...find, lsid: lsid(2), ...fromSecondary });
  await client.command(getMore(5, { lsid: lsid(2) }));
  await client.command(getMore(5, { lsid: lsid(1) }));
  assertEquals(set.members.map((member) => member.commands("getMore").length), [1, 1]);
  assertEquals(set.member(1).commands("getMore")[0]?.lsid, set.member(1).commands("find")[0]?.lsid);
});

Deno.test("Gateway forgets a cursor that the server has no longer", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri);
  upstream.on("find", (request) => request.reply(cursor(5)));
  upstream.on("getMore", (request) => request.reply({ ok: 0, code: 43, codeName: "CursorNotFound", errmsg: "gone" }));
  const client = await fixture.connect();
  await client.command(find);
  assertEquals((await client.command(getMore(5))).code, 43);
  assertEquals(fixture.status.cursors, 0);
});

Deno.test("Gateway kills cursors where they are and joins the replies", async () => {
  await using set = new UpstreamSet(2);
  await using fixture = await openSet(set);
  const [primary, secondary] = [set.member(0), set.member(1)];
  primary.on("find", (request) => request.reply(cursor(1)));
  secondary.on("find", (request) => request.reply(cursor(2)));
  secondary.on("killCursors", killed);
  primary.on("killCursors", (request) => {
    const { "true": known = [], "false": unknown = [] } = Object.groupBy(
      request.command.cursors as Long[],
      (id) => String(Number(id) === 1),
    );
    request.reply({ cursorsKilled: known, cursorsNotFound: unknown, cursorsAlive: [], cursorsUnknown: [] });
  });
  const client = await fixture.connect();
  await client.command(find);
  await client.command({ ...find, ...fromSecondary });
  const cursors = [1, 2, 99].map((id) => Long.fromNumber(id));
  const reply = await client.command({ killCursors: "things", cursors, lsid: lsid(7), $db: "test" });
  assertEquals(reply.cursorsKilled.map(Number).sort(), [1, 2]);
  assertEquals(reply.cursorsNotFound.map(Number), [99]);
  assertEquals([reply.cursorsAlive, reply.cursorsUnknown, reply.ok], [[], [], 1]);
  assertEquals(fixture.status.cursors, 0);
  assertEquals(secondary.commands("killCursors")[0]?.cursors.map(Number), [2]);
});

Deno.test("Gateway answers killCursors with an error where a server has one, or none can be reached", async () => {
  await using set = new UpstreamSet(2);
  await using fixture = await openSet(set, {}, "&serverSelectionTimeoutMS=50");
  set.member(0).on("find", (request) => request.reply(cursor(1)));
  const client = await fixture.connect();
  await client.command(find);
  const kill = (id: number) => client.command({ killCursors: "things", cursors: [BigInt(id)], $db: "test" });
  set.member(0).on(
    "killCursors",
    (request) => request.reply({ ok: 0, code: 13, codeName: "Unauthorized", errmsg: "no" }),
  );
  assertEquals((await kill(1)).codeName, "Unauthorized");
  // It is still there, and known.
  assertEquals(fixture.status.cursors, 1);
  set.member(0).on("killCursors", (request) => request.hangUp());
  assertEquals((await kill(1)).codeName, "HostUnreachable");
  set.elect(null);
  await eventually("there is no primary", () => fixture.status.servers.every(({ type }) => type === "RSSecondary"));
  assertEquals((await kill(99)).codeName, "FailedToSatisfyReadPreference");
  assertEquals(fixture.told("commandRefused").length, 2);
});

Deno.test("Gateway kills the cursors of a client that left meanwhile", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(`${upstream.uri}?maxPoolSize=1`);
  upstream.on("find", (request) => request.reply(cursor(1)));
  upstream.hold("count");
  const [blocking, leaving] = [await fixture.connect(), await fixture.connect()];
  for (const client of [blocking, leaving]) await client.command({ hello: 1, client: metadata("shop") });
  await leaving.command(find);
  const id = blocking.send({ count: "things", $db: "test" });
  const request = await upstream.next("count");
  leaving.send({ killCursors: "things", cursors: [1n], $db: "test" });
  await eventually("it waits", () => fixture.server().waiting === 1);
  leaving.close();
  await fixture.event("clientClosed");
  upstream.hold("killCursors");
  request.reply();
  await blocking.replyTo(id);
  killed(await upstream.next("killCursors"));
  await eventually("the cursor is forgotten", () => fixture.status.cursors === 0);
});

Deno.test("Gateway sends a killCursors that waited as the client sent it", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(`${upstream.uri}?maxPoolSize=1`);
  upstream.hold("count");
  const [blocking, client] = [await fixture.connect(), await fixture.connect()];
  const id = blocking.send({ count: "things", $db: "test" });
  const request = await upstream.next("count");
  client.send({ killCursors: "things", cursors: [1n], lsid: lsid(77), $db: "test" });
  await eventually("it waits", () => fixture.server().waiting === 1);
  // Comes where the other message lay.
  client.send({ ping: 1, filler: "y".repeat(500) });
  await (await fixture.connect()).command({ ping: 1 });
  request.reply();
  await blocking.replyTo(id);
  await eventually("it is sent", () => upstream.commands("killCursors").length === 1);
  assertEquals(upstream.commands("killCursors")[0]?.lsid.id.toString("hex"), lsid(77).id.toString("hex"));
});

Deno.test("Gateway lets the primary answer a killCursors that names none", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri);
  upstream.on("killCursors", killed);
  const client = await fixture.connect();
  const nothing = { cursorsKilled: [], cursorsNotFound: [], cursorsAlive: [], cursorsUnknown: [], ok: 1 };
  assertEquals(await client.command({ killCursors: "things", cursors: [], $db: "test" }), nothing);
});

Deno.test("Gateway answers nothing to killCursors that asks for no reply", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri);
  const client = await fixture.connect();
  client.send({ killCursors: "things", cursors: [Long.fromNumber(4)], $db: "test" }, { flags: 2 });
  assertEquals(await client.command({ ping: 1 }), { ok: 1 });
  assertEquals(upstream.commands("killCursors").length, 1);
});

Deno.test("Gateway kills what OP_KILL_CURSORS names, as far as it knows", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri);
  upstream.on("find", (request) => request.reply(cursor(5)));
  upstream.hold("killCursors");
  const client = await fixture.connect();
  await client.command(find);
  client.sendBytes(encodeOpKillCursors({ requestId: 1, cursorIds: [5n, 6n] }));
  const request = await upstream.next("killCursors");
  assertEquals(request.command.cursors.map(Number), [5]);
  const next = client.command(getMore(5));
  killed(request);
  upstream.on("getMore", (later) => later.reply({ ok: 0, code: 43, codeName: "CursorNotFound", errmsg: "Not found" }));
  assertEquals((await next).code, 43);
  assertEquals(fixture.status.cursors, 0);
});

Deno.test("Gateway kills the cursor that was unused longest when there are too many", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri, { limits: { maxCursors: 2 } });
  let lastCursor = 0;
  upstream.on("find", (request) => request.reply(cursor(++lastCursor)));
  upstream.on("getMore", (request) => request.reply(cursor(request.command.getMore)));
  upstream.hold("killCursors");
  const client = await fixture.connect();
  await client.command(find);
  await client.command(find);
  await client.command(getMore(1));
  await client.command(find);
  const request = await upstream.next("killCursors");
  killed(request);
  assertEquals(request.command.cursors.map(Number), [2]);
  assertEquals(fixture.told("orphansReleased").map(({ cursors, reason }) => ({ cursors, reason })), [
    { cursors: 1, reason: "limit" },
  ]);
  assertEquals(fixture.status.cursors, 2);
});

Deno.test("Gateway forgets a cursor that was unused for too long", async () => {
  using clock = new ManualClock();
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri, { limits: { cursorIdleTimeoutMS: 10_000 } });
  let lastCursor = 0;
  upstream.on("find", (request) => request.reply(cursor(++lastCursor)));
  upstream.on("getMore", (request) => request.reply(cursor(request.command.getMore)));
  const client = await fixture.connect();
  await client.command(find);
  await client.command(find);
  clock.advance(6_000);
  await client.command(getMore(1));
  clock.advance(6_000);
  assertEquals(fixture.status.cursors, 1);
  clock.advance(6_000);
  assertEquals(fixture.status.cursors, 0);
});

Deno.test("Gateway kills cursors when the last connection of their client is gone for a while", async () => {
  using clock = new ManualClock();
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri, { limits: { orphanTimeoutMS: 10_000 } });
  let lastCursor = 0;
  upstream.on("find", (request) => request.reply(cursor(++lastCursor)));
  upstream.hold("killCursors");
  const [first, second, other] = [await fixture.connect(), await fixture.connect(), await fixture.connect()];
  for (const client of [first, second]) await client.command({ hello: 1, client: metadata("shop") });
  await other.command({ hello: 1, client: metadata("office") });
  for (const client of [first, first, other]) await client.command(find);
  first.close();
  await fixture.event("clientClosed");
  clock.advance(20_000);
  // The other connection of the pool may come back for them.
  assertEquals(fixture.status.cursors, 3);
  second.close();
  await eventually("both are gone", () => fixture.told("clientClosed").length === 2);
  clock.advance(9_000);
  assertEquals(fixture.status.cursors, 3);
  clock.advance(2_000);
  const request = await upstream.next("killCursors");
  killed(request);
  assertEquals(request.command.cursors.map(Number), [1, 2]);
  assertEquals(fixture.status.cursors, 1);
  assertEquals(fixture.status.clientGroups, 1);
});

Deno.test("Gateway keeps the cursors of a client that comes back in time", async () => {
  using clock = new ManualClock();
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri, { limits: { orphanTimeoutMS: 10_000 } });
  upstream.on("find", (request) => request.reply(cursor(1)));
  upstream.on("getMore", (request) => request.reply(cursor(0)));
  const client = await fixture.connect();
  await client.command({ hello: 1, client: metadata("shop") });
  await client.command(find);
  client.close();
  await fixture.event("clientClosed");
  clock.advance(9_000);
  const again = await fixture.connect();
  await again.command({ hello: 1, client: metadata("shop") });
  clock.advance(60_000);
  assertEquals(fixture.status.cursors, 1);
  await again.command(getMore(1));
  assertEquals(upstream.commands("killCursors"), []);
});

Deno.test("Gateway tells of a release that fails", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri);
  upstream.on("find", (request) => request.reply(cursor(1)));
  upstream.on("killCursors", (request) => request.hangUp());
  const client = await fixture.connect();
  await client.command(find);
  client.close();
  assertEquals((await fixture.event("releaseFailed")).server, upstream.host);
});

Deno.test("Gateway does not forward leave to stream replies", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri);
  upstream.on("find", (request) => request.reply(cursor(1)));
  upstream.on("getMore", (request) => request.reply({ ...cursor(0), streamed: (request.flags & 0x10000) !== 0 }));
  const client = await fixture.connect();
  await client.command(find);
  const reply = await client.command(getMore(1), { flags: 0x10000 });
  assertEquals([reply.ok, reply.streamed], [1, false]);
});
