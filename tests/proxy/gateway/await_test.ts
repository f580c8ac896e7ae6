import { assertEquals } from "@std/assert";
import { cursor, find, getMore, watch } from "../support/commands.ts";
import { eventually } from "../support/eventually.ts";
import { GatewayFixture } from "../support/gateway_fixture.ts";
import { Upstream } from "../support/upstream.ts";

/** A server whose awaiting cursors never have data, and whose other cursors always have. */
function watched(): Upstream {
  const upstream = new Upstream();
  let lastCursor = 0;
  upstream.on("aggregate", (request) => request.reply(cursor(++lastCursor)));
  upstream.hold("getMore");
  return upstream;
}

Deno.test("Gateway bounds the connections that wait for data, and commands go on", async () => {
  await using upstream = watched();
  const limits = { maxAwaitingShare: 0.5 };
  await using fixture = await GatewayFixture.open(`${upstream.uri}?maxPoolSize=4`, { limits });
  const watchers = await Promise.all(Array.from({ length: 6 }, () => fixture.connect()));
  for (const watcher of watchers) await watcher.command(watch);
  for (const [index, watcher] of watchers.entries()) {
    watcher.send(getMore(index + 1));
    await eventually("two wait at the server, the others for the lane", () => {
      const { awaiting, awaitingQueue } = fixture.server();
      const [inside, outside] = [Math.min(2, index + 1), Math.max(0, index - 1)];
      return upstream.commands("getMore").length === inside && awaiting === inside && awaitingQueue === outside;
    });
  }
  const clients = await Promise.all(Array.from({ length: 8 }, () => fixture.connect()));
  await Promise.all(clients.map((client) => client.command(find)));
  assertEquals(upstream.commands("getMore").length, 2);

  // First come, first served.
  for (const [index, watcher] of watchers.entries()) {
    const request = await upstream.next("getMore");
    assertEquals(Number(request.command.getMore), index + 1);
    request.reply(cursor(index + 1, "test.things", "nextBatch"));
    await watcher.receive();
  }
  await eventually("the lane is empty", () => fixture.server().awaiting === 0);
});

Deno.test("Gateway lets a getMore of an ordinary cursor pass those that wait for data", async () => {
  await using upstream = watched();
  await using fixture = await GatewayFixture.open(`${upstream.uri}?maxPoolSize=2`);
  upstream.on("find", (request) => request.reply(cursor(100)));
  const [watcher, late, reader] = [await fixture.connect(), await fixture.connect(), await fixture.connect()];
  for (const client of [watcher, late]) await client.command(watch);
  await reader.command(find);
  watcher.send(getMore(1));
  const waiting = await upstream.next("getMore");
  late.send(getMore(2));
  await eventually("one waits for the lane", () => fixture.server().awaitingQueue === 1);
  const id = reader.send(getMore(100));
  (await upstream.next("getMore")).reply(cursor(0));
  await reader.replyTo(id);
  waiting.reply(cursor(1));
  (await upstream.next("getMore")).reply(cursor(2));
  await Promise.all([watcher.receive(), late.receive()]);
});

Deno.test("Gateway sends a tailable awaiting find's getMores through the lane", async () => {
  await using upstream = watched();
  await using fixture = await GatewayFixture.open(upstream.uri);
  upstream.on("find", (request) => request.reply(cursor(50)));
  const client = await fixture.connect();
  await client.command({ ...find, tailable: true, awaitData: true });
  client.send(getMore(50));
  const request = await upstream.next("getMore");
  assertEquals(fixture.server().awaiting, 1);
  request.reply(cursor(0));
  await client.receive();
  assertEquals(fixture.server().awaiting, 0);
  assertEquals(fixture.status.cursors, 0);
});

Deno.test("Gateway gives a place in the lane back when its getMore fails", async () => {
  await using upstream = watched();
  await using fixture = await GatewayFixture.open(`${upstream.uri}?maxPoolSize=2`);
  const [first, second] = [await fixture.connect(), await fixture.connect()];
  for (const client of [first, second]) await client.command(watch);
  first.send(getMore(1));
  const request = await upstream.next("getMore");
  second.send(getMore(2));
  await eventually("one waits for the lane", () => fixture.server().awaitingQueue === 1);
  request.hangUp();
  assertEquals((await first.receive()).document.codeName, "HostUnreachable");
  assertEquals((await second.receive()).document.codeName, "HostUnreachable");
  const { awaiting, awaitingQueue } = fixture.server();
  assertEquals({ awaiting, awaitingQueue }, { awaiting: 0, awaitingQueue: 0 });
});
