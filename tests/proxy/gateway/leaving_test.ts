import { assertEquals } from "@std/assert";
import { cursor, find, getMore, inTransaction, metadata, watch } from "../support/commands.ts";
import { eventually } from "../support/eventually.ts";
import { GatewayFixture } from "../support/gateway_fixture.ts";
import { PRIMARY_HELLO, Upstream } from "../support/upstream.ts";
import { UpstreamSet } from "../support/upstream_set.ts";

Deno.test("Gateway does not send the queued command of a client that left", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(`${upstream.uri}?maxPoolSize=1`);
  upstream.hold("find");
  const [first, second, third] = [await fixture.connect(), await fixture.connect(), await fixture.connect()];
  const answered = first.send(find);
  const blocking = await upstream.next("find");
  second.send({ ...find, comment: "left" });
  await eventually("the second waits", () => fixture.server().waiting === 1);
  third.send({ ...find, comment: "stayed" });
  await eventually("the third waits", () => fixture.server().waiting === 2);
  second.close();
  await fixture.event("clientClosed", ({ reason }) => reason === "clientLeftBusy");
  assertEquals(fixture.server().waiting, 1);
  blocking.reply();
  await first.replyTo(answered);
  const request = await upstream.next("find");
  assertEquals(request.command.comment, "stayed");
  request.reply();
  await third.receive();
});

Deno.test("Gateway forgets the command of a client that left before there was a server", async () => {
  await using set = new UpstreamSet(2);
  await using fixture = await GatewayFixture.open(set.uri);
  set.elect(null);
  await eventually("there is no primary", () => fixture.status.servers.every(({ type }) => type === "RSSecondary"));
  const client = await fixture.connect();
  client.send({ insert: "things", documents: [{}], $db: "test" });
  await eventually("it was read", () => fixture.told("clientOpened").length === 1);
  client.close();
  await fixture.event("clientClosed");
  set.elect(1);
  await eventually("there is a primary", () => fixture.server(1).type === "RSPrimary");
  await (await fixture.connect()).command({ count: "things", $db: "test" });
  assertEquals(set.members.flatMap((member) => member.commands("insert")), []);
});

Deno.test("Gateway forgets the awaiting getMore of a client that left the lane's queue", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(`${upstream.uri}?maxPoolSize=2`);
  let lastCursor = 0;
  upstream.on("aggregate", (request) => request.reply(cursor(++lastCursor)));
  upstream.hold("getMore");
  const [first, second, third] = [await fixture.connect(), await fixture.connect(), await fixture.connect()];
  for (const client of [first, second, third]) await client.command(watch);
  first.send(getMore(1));
  const blocking = await upstream.next("getMore");
  second.send(getMore(2));
  await eventually("the second waits", () => fixture.server().awaitingQueue === 1);
  third.send(getMore(3));
  await eventually("the third waits", () => fixture.server().awaitingQueue === 2);
  second.close();
  await fixture.event("clientClosed");
  assertEquals(fixture.server().awaitingQueue, 1);
  blocking.reply(cursor(1));
  const request = await upstream.next("getMore");
  assertEquals(Number(request.command.getMore), 3);
  request.reply(cursor(3));
  await third.receive();
  await eventually("nobody is in the lane", () => fixture.server().awaiting === 0);
});

Deno.test("Gateway reads the reply for a client that left and uses the connection again", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(`${upstream.uri}?maxPoolSize=1`);
  upstream.hold("find");
  const client = await fixture.connect();
  client.send(find);
  const request = await upstream.next("find");
  client.close();
  await fixture.event("clientClosed", ({ reason }) => reason === "clientLeftBusy");
  request.reply();
  const { outcome, command } = await fixture.event("commandAbandoned");
  assertEquals({ outcome, command }, { outcome: "drained", command: "find" });
  await (await fixture.connect()).command({ count: "things", $db: "test" });
  assertEquals(upstream.requests.at(-1)?.connectionId, request.connectionId);
});

Deno.test("Gateway closes the connection of a command that runs on for too long after its client left", async () => {
  await using upstream = new Upstream();
  const limits = { abandonedCommandTimeoutMS: 20 };
  await using fixture = await GatewayFixture.open(`${upstream.uri}?maxPoolSize=1`, { limits });
  upstream.hold("find");
  const client = await fixture.connect();
  client.send(find);
  const request = await upstream.next("find");
  client.close();
  assertEquals((await fixture.event("commandAbandoned")).outcome, "closed");
  await (await fixture.connect()).command({ count: "things", $db: "test" });
  const last = upstream.requests.at(-1)!;
  assertEquals(last.name, "count");
  assertEquals(last.connectionId === request.connectionId, false);
});

Deno.test("Gateway kills the cursor that was opened for a client that left", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri);
  upstream.hold("find");
  const client = await fixture.connect();
  await client.command({ hello: 1, client: metadata("leaving") });
  client.send(find);
  const request = await upstream.next("find");
  client.close();
  await fixture.event("clientClosed");
  upstream.hold("killCursors");
  request.reply(cursor(77n));
  const kill = await upstream.next("killCursors");
  kill.reply({ cursorsKilled: kill.command.cursors });
  assertEquals(kill.command.cursors.map(String), ["77"]);
  assertEquals([kill.command.killCursors, kill.command.$db], ["things", "test"]);
  assertEquals(fixture.status.cursors, 0);
});

Deno.test("Gateway aborts the transaction of a client without metadata that left", async () => {
  await using set = new UpstreamSet(1);
  const upstream = set.member(0);
  await using fixture = await GatewayFixture.open(set.uri);
  const client = await fixture.connect();
  await client.command({ ...find, ...inTransaction(1, 5, { startTransaction: true }) });
  assertEquals(fixture.status.transactions, 1);
  upstream.hold("abortTransaction");
  client.close();
  const abort = await upstream.next("abortTransaction");
  abort.reply();
  assertEquals(abort.command.$db, "admin");
  assertEquals(String(abort.command.txnNumber), "5");
  assertEquals(abort.command.autocommit, false);
  assertEquals(fixture.status.transactions, 0);
});

Deno.test("Gateway closes a connection whose server goes on replying after the client left", async () => {
  await using upstream = new Upstream(PRIMARY_HELLO);
  await using fixture = await GatewayFixture.open(`${upstream.uri}?maxPoolSize=1`);
  upstream.hold("find");
  const client = await fixture.connect();
  client.send(find);
  const request = await upstream.next("find");
  request.reply({}, { more: true });
  await client.receive();
  await eventually("the connection is closed", () => fixture.server().connections === 0);
  await client.command({ count: "things", $db: "test" });
  assertEquals(upstream.requests.at(-1)?.connectionId === request.connectionId, false);
});
