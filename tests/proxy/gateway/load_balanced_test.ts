import { assertEquals } from "@std/assert";
import { ObjectId } from "bson";
import { cursor, find, getMore, inTransaction, metadata, watch } from "../support/commands.ts";
import { eventually } from "../support/eventually.ts";
import { GatewayFixture } from "../support/gateway_fixture.ts";
import { ManualClock } from "../support/manual_clock.ts";
import type { RawClient } from "../support/raw_client.ts";
import { PRIMARY_HELLO, Upstream } from "../support/upstream.ts";
import { UpstreamSet } from "../support/upstream_set.ts";

const insert = { insert: "things", documents: [{}], $db: "test" };
const start = { startTransaction: true };

/** A client in load-balanced mode. */
async function connect(fixture: GatewayFixture): Promise<RawClient> {
  const client = await fixture.connect();
  await client.command({ hello: 1, loadBalanced: true, client: metadata("shop") });
  return client;
}

/** A server whose finds open cursors of ids from 1. */
function withCursors(upstream: Upstream): Upstream {
  let lastCursor = 0;
  upstream.on("find", (request) => request.reply(cursor(++lastCursor)));
  upstream.on("getMore", (request) => request.reply(cursor(request.command.getMore, "test.things", "nextBatch")));
  upstream.on("killCursors", (request) => request.reply({ cursorsKilled: request.command.cursors }));
  return upstream;
}

function connectionsOf(upstream: Upstream, ...names: string[]): number[] {
  const requests = upstream.requests.filter(({ name }) => names.includes(name));
  return [...new Set(requests.map(({ connectionId }) => connectionId))];
}

Deno.test("Gateway ties the cursor of a load-balanced client to a connection until it is exhausted", async () => {
  await using upstream = withCursors(new Upstream());
  await using fixture = await GatewayFixture.open(`${upstream.uri}?maxPoolSize=4`);
  const client = await connect(fixture);
  await client.command(find);
  const [pin] = fixture.status.pinned;
  const [{ clientId } = { clientId: 0 }] = fixture.told("clientOpened");
  assertEquals([pin?.reason, pin?.server, pin?.clientId], ["cursor", upstream.host, clientId]);
  // Others take what connections there are, but not that one.
  const others = await Promise.all(Array.from({ length: 6 }, () => fixture.connect()));
  await Promise.all(others.map((other) => other.command({ count: "things", $db: "test" })));
  await client.command(getMore(1));
  upstream.on("getMore", (request) => request.reply(cursor(0, "test.things", "nextBatch")));
  await client.command(getMore(1));
  assertEquals(connectionsOf(upstream, "find", "getMore").length, 1);
  assertEquals(connectionsOf(upstream, "count").includes(connectionsOf(upstream, "find")[0]!), false);
  assertEquals([fixture.status.pinned, fixture.status.cursors], [[], 0]);
  assertEquals(fixture.told("pinned").length, 1);
  assertEquals(fixture.told("unpinned").length, 1);
});

Deno.test("Gateway kills the cursor of a load-balanced client on its connection, and frees that", async () => {
  await using upstream = withCursors(new Upstream());
  await using fixture = await GatewayFixture.open(upstream.uri);
  const client = await connect(fixture);
  await client.command(find);
  await client.command({ killCursors: "things", cursors: [1n], $db: "test" });
  assertEquals(connectionsOf(upstream, "find", "killCursors").length, 1);
  assertEquals([fixture.status.pinned, fixture.status.cursors], [[], 0]);
});

Deno.test("Gateway pins nothing for a cursor that is exhausted with its first batch", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(`${upstream.uri}?maxPoolSize=2`, { limits: { maxPinnedShare: 0.5 } });
  upstream.on("find", (request) => request.reply(cursor(0)));
  const client = await connect(fixture);
  for (let turn = 0; turn < 3; turn++) await client.command(find);
  upstream.on("find", (request) => request.reply({ ok: 0, code: 2, errmsg: "no" }));
  for (let turn = 0; turn < 3; turn++) await client.command(find);
  assertEquals(fixture.told("pinned"), []);
  withCursors(upstream);
  await client.command(find);
  assertEquals(fixture.status.pinned.length, 1);
});

Deno.test("Gateway ties the transaction of a load-balanced client to a connection until its end", async () => {
  await using set = new UpstreamSet(1);
  const upstream = set.member(0);
  await using fixture = await GatewayFixture.open(`${set.uri}&maxPoolSize=8`);
  const client = await connect(fixture);
  await client.command({ ...insert, ...inTransaction(1, 1, start) });
  assertEquals(fixture.status.pinned.map(({ reason }) => reason), ["transaction"]);
  await client.command({ ...insert, ...inTransaction(1, 1) });
  await client.command({ commitTransaction: 1, ...inTransaction(1, 1) });
  assertEquals(connectionsOf(upstream, "insert", "commitTransaction").length, 1);
  assertEquals([fixture.status.pinned, fixture.status.transactions], [[], 0]);
});

Deno.test("Gateway holds a connection as long as a cursor or the transaction it was opened in", async () => {
  await using set = new UpstreamSet(1);
  const upstream = withCursors(set.member(0));
  await using fixture = await GatewayFixture.open(set.uri);
  const client = await connect(fixture);
  await client.command({ ...find, ...inTransaction(1, 1, start) });
  assertEquals(fixture.status.pinned.length, 1);
  await client.command({ commitTransaction: 1, ...inTransaction(1, 1) });
  assertEquals(fixture.status.pinned.length, 1);
  await client.command({ killCursors: "things", cursors: [1n], $db: "test" });
  assertEquals(fixture.status.pinned, []);
  assertEquals(connectionsOf(upstream, "find", "commitTransaction", "killCursors").length, 1);
});

Deno.test("Gateway serves load-balanced clients past the budget of pins without one", async () => {
  await using upstream = withCursors(new Upstream());
  await using fixture = await GatewayFixture.open(`${upstream.uri}?maxPoolSize=4`, { limits: { maxPinnedShare: 0.5 } });
  const client = await connect(fixture);
  for (let turn = 0; turn < 3; turn++) await client.command(find);
  assertEquals([fixture.status.pinned.length, fixture.status.cursors], [2, 3]);
  await client.command({ killCursors: "things", cursors: [1n], $db: "test" });
  await client.command(find);
  assertEquals([fixture.status.pinned.length, fixture.status.cursors], [2, 3]);
});

Deno.test("Gateway kills and frees what a load-balanced client left, at once", async () => {
  await using set = new UpstreamSet(1);
  const upstream = withCursors(set.member(0));
  await using fixture = await GatewayFixture.open(set.uri);
  const client = await connect(fixture);
  await client.command(find);
  await client.command({ ...insert, ...inTransaction(1, 1, start) });
  assertEquals(fixture.status.pinned.length, 2);
  client.close();
  await eventually("nothing is pinned", () => fixture.status.pinned.length === 0);
  assertEquals(upstream.commands("killCursors").map(({ cursors }) => cursors.map(Number)), [[1]]);
  assertEquals(upstream.commands("abortTransaction").length, 1);
  assertEquals(connectionsOf(upstream, "find", "killCursors").length, 1);
  assertEquals(connectionsOf(upstream, "insert", "abortTransaction").length, 1);
  assertEquals([fixture.status.cursors, fixture.status.transactions], [0, 0]);
});

Deno.test("Gateway frees the place of a load-balanced client that left the queue", async () => {
  await using upstream = withCursors(new Upstream());
  await using fixture = await GatewayFixture.open(`${upstream.uri}?maxPoolSize=1`, { limits: { maxPinnedShare: 1 } });
  upstream.hold("count");
  const [blocking, leaving, staying] = [await fixture.connect(), await connect(fixture), await connect(fixture)];
  blocking.send({ count: "things", $db: "test" });
  const request = await upstream.next("count");
  leaving.send(find);
  await eventually("it waits", () => fixture.server().waiting === 1);
  leaving.close();
  await fixture.event("clientClosed");
  request.reply();
  await blocking.receive();
  await staying.command(find);
  assertEquals(fixture.status.pinned.length, 1);
});

Deno.test("Gateway fails the getMore of a connection that was lost, and frees its place", async () => {
  await using upstream = withCursors(new Upstream());
  await using fixture = await GatewayFixture.open(`${upstream.uri}?maxPoolSize=2`, { limits: { maxPinnedShare: 0.5 } });
  const client = await connect(fixture);
  await client.command(find);
  const lost = upstream.requests.at(-1)!;
  lost.hangUp();
  const { codeName } = await client.command(getMore(1));
  assertEquals(codeName, "HostUnreachable");
  assertEquals([fixture.status.pinned, fixture.status.cursors], [[], 0]);
  assertEquals(fixture.told("unpinned").length, 1);
  // The budget is one place: it must be there again, and must not have become two.
  for (let turn = 0; turn < 2; turn++) await client.command(find);
  assertEquals([fixture.status.pinned.length, fixture.status.cursors], [1, 2]);
});

Deno.test("Gateway frees the place of every cursor on a connection that was lost", async () => {
  await using set = new UpstreamSet(1);
  const upstream = withCursors(set.member(0));
  await using fixture = await GatewayFixture.open(set.uri);
  const client = await connect(fixture);
  await client.command({ ...find, ...inTransaction(1, 1, start) });
  await client.command({ ...find, ...inTransaction(1, 1) });
  upstream.on("getMore", (request) => request.hangUp());
  assertEquals((await client.command(getMore(1))).codeName, "HostUnreachable");
  assertEquals((await client.command(getMore(2, inTransaction(1, 1)))).codeName, "HostUnreachable");
  assertEquals([fixture.status.pinned, fixture.status.cursors, fixture.status.transactions], [[], 0, 0]);
  assertEquals(fixture.told("unpinned").length, 1);
});

Deno.test("Gateway frees the connection of a cursor that was unused for too long", async () => {
  using clock = new ManualClock();
  await using upstream = withCursors(new Upstream());
  await using fixture = await GatewayFixture.open(upstream.uri, { limits: { cursorIdleTimeoutMS: 10_000 } });
  const client = await connect(fixture);
  await client.command(find);
  clock.advance(11_000);
  assertEquals([fixture.status.pinned, fixture.status.cursors], [[], 0]);
});

Deno.test("Gateway sends a pinned awaiting getMore through the lane", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(`${upstream.uri}?maxPoolSize=4`, {
    limits: { maxAwaitingShare: 0.25 },
  });
  let lastCursor = 0;
  upstream.on("aggregate", (request) => request.reply(cursor(++lastCursor)));
  upstream.hold("getMore", "killCursors");
  const [first, second] = [await connect(fixture), await connect(fixture)];
  for (const client of [first, second]) await client.command(watch);
  first.send(getMore(1));
  const request = await upstream.next("getMore");
  second.send(getMore(2));
  await eventually("one waits for the lane", () => fixture.server().awaitingQueue === 1);
  // Its cursor goes while it waits: whoever waits for the connection must be told.
  const other = await fixture.connect();
  const killing = other.send({ killCursors: "things", cursors: [2n], $db: "test" });
  (await upstream.next("killCursors")).reply({ cursorsKilled: [2n] });
  await other.replyTo(killing);
  assertEquals(fixture.status.pinned.length, 1);
  request.reply(cursor(0));
  await first.receive();
  assertEquals((await second.receive()).document.codeName, "HostUnreachable");
  assertEquals(fixture.status.pinned, []);
});

/** What a `mongos` behind a load balancer says. */
const BALANCED_HELLO = { ...PRIMARY_HELLO, msg: "isdbgrid", serviceId: new ObjectId(), topologyVersion: undefined };

Deno.test("Gateway serves ordinary clients in front of a load balancer, with connections pinned", async () => {
  await using upstream = withCursors(new Upstream(BALANCED_HELLO));
  await using fixture = await GatewayFixture.open(`${upstream.uri}?loadBalanced=true&maxPoolSize=4`);
  const client = await fixture.connect();
  assertEquals((await client.command({ hello: 1 })).msg, "isdbgrid");
  await client.command(find);
  await client.command(getMore(1));
  assertEquals(fixture.status.pinned.length, 1);
  assertEquals(connectionsOf(upstream, "find", "getMore").length, 1);
  await client.command({ killCursors: "things", cursors: [1n], $db: "test" });
  assertEquals(fixture.status.pinned, []);
});

Deno.test("Gateway refuses what cannot be pinned in front of a load balancer as overload", async () => {
  await using upstream = withCursors(new Upstream(BALANCED_HELLO));
  const uri = `${upstream.uri}?loadBalanced=true&maxPoolSize=2`;
  await using fixture = await GatewayFixture.open(uri, { limits: { maxPinnedShare: 0.5 } });
  const client = await fixture.connect();
  await client.command(find);
  const reply = await client.command(find);
  assertEquals([reply.code, reply.errorLabels], [462, ["SystemOverloadedError", "RetryableError"]]);
  assertEquals(await client.command({ count: "things", $db: "test" }), { ok: 1 });
  assertEquals(upstream.commands("find").length, 1);
});
