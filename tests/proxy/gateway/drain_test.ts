import { assertEquals } from "@std/assert";
import { concat } from "@std/bytes";
import { OpMsgFlag } from "../../../codec/op_msg.ts";
import { cursor, find, metadata, opMsg, watch } from "../support/commands.ts";
import { eventually } from "../support/eventually.ts";
import { GatewayFixture } from "../support/gateway_fixture.ts";
import { RawClient } from "../support/raw_client.ts";
import { Upstream } from "../support/upstream.ts";
import { within } from "../support/within.ts";

const LONG_MS = 60_000;

Deno.test("Gateway.drain closes idle clients at once and lets busy ones end", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri);
  upstream.hold("find");
  const [idle, busy] = [await fixture.connect(), await fixture.connect()];
  await idle.command({ ping: 1 });
  const id = busy.send(find);
  const request = await upstream.next("find");
  const drained = fixture.gateway.drain(LONG_MS);
  await idle.closed;
  assertEquals(fixture.told("draining").map(({ clients, busy }) => ({ clients, busy })), [{ clients: 2, busy: 1 }]);
  assertEquals(fixture.told("drained"), []);
  request.reply({ token: 1 });
  assertEquals((await busy.replyTo(id)).document.token, 1);
  await busy.closed;
  await within("the end of the drain", drained);
  assertEquals(fixture.told("drained").map(({ cut }) => cut), [0]);
  assertEquals(fixture.told("clientClosed").map(({ reason }) => reason), ["shutdown", "shutdown"]);
  await eventually("no connection is left", () => upstream.openConnectionCount === 0);
});

Deno.test("Gateway.drain serves no further request of a busy client", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri);
  upstream.hold("find");
  const client = await fixture.connect();
  const id = client.send(find);
  client.send({ ...find, comment: "too late" });
  const request = await upstream.next("find");
  const drained = fixture.gateway.drain(LONG_MS);
  request.reply();
  await client.replyTo(id);
  await client.closed;
  await within("the end of the drain", drained);
  assertEquals(upstream.commands("find").length, 1);
});

Deno.test("Gateway.drain lets a client know what came of the writes that it asked about already", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri);
  const client = await fixture.connect();
  upstream.hold("insert");
  const writeErrors = [{ index: 0, code: 11000, errmsg: "There" }];
  const write = { insert: "things", documents: [{}], writeConcern: { w: 0 } };
  const flags = OpMsgFlag.moreToCome;
  client.sendBytes(concat([
    opMsg(write, { flags }),
    opMsg(write, { flags }),
    opMsg({ getLastError: 1 }, { requestId: 7 }),
    opMsg(write, { flags }),
    opMsg({ getLastError: 1 }, { requestId: 8 }),
  ]));
  const first = await upstream.next("insert");
  const drained = fixture.gateway.drain(LONG_MS);
  first.reply();
  (await upstream.next("insert")).reply({ n: 0, writeErrors });
  assertEquals((await client.replyTo(7)).document.err, "There");
  await client.closed;
  await within("the end of the drain", drained);
  assertEquals([upstream.commands("insert").length, client.unread], [2, 0]);
});

Deno.test("Gateway.drain waits for nothing that a client has not sent", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri);
  const client = await fixture.connect();
  upstream.hold("insert");
  client.send({ insert: "things", documents: [{}], writeConcern: { w: 0 } }, { flags: OpMsgFlag.moreToCome });
  client.sendBytes(opMsg({ getLastError: 1 }).subarray(0, 20));
  const write = await upstream.next("insert");
  const drained = fixture.gateway.drain(LONG_MS);
  write.reply();
  await client.closed;
  await within("the end of the drain", drained);
});

Deno.test("Gateway.drain cuts what still runs when the time is up", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri);
  upstream.hold("find");
  const client = await fixture.connect();
  client.send(find);
  const request = await upstream.next("find");
  await within("the end of the drain", fixture.gateway.drain(20));
  assertEquals(fixture.told("drained").map(({ cut }) => cut), [1]);
  await client.closed;
  await request.closed;
});

Deno.test("Gateway.drain does not wait for clients that only wait for news", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri);
  const client = await fixture.connect();
  const { topologyVersion } = await client.command({ hello: 1 });
  client.send({ hello: 1, topologyVersion, maxAwaitTimeMS: LONG_MS });
  await (await fixture.connect()).command({ ping: 1 });
  await within("the end of the drain", fixture.gateway.drain(LONG_MS));
});

Deno.test("Gateway.drain refuses new clients", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri);
  const { address } = fixture.gateway;
  await within("the end of the drain", fixture.gateway.drain(LONG_MS));
  const error = await RawClient.connect(address).then(() => null, (error) => error);
  assertEquals(error?.name, "MongoNetworkError");
});

Deno.test("Gateway.drain waits for a command whose client left", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri, { limits: { abandonedCommandTimeoutMS: LONG_MS } });
  upstream.hold("find");
  const client = await fixture.connect();
  client.send(find);
  const request = await upstream.next("find");
  client.close();
  await fixture.event("clientClosed");
  const drained = fixture.gateway.drain(LONG_MS);
  request.reply();
  await within("the end of the drain", drained);
  assertEquals((await fixture.event("commandAbandoned")).outcome, "drained");
});

Deno.test("Gateway.drain leaves cursors to the proxies that the clients go to next", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri);
  upstream.on("find", (request) => request.reply(cursor(9)));
  const client = await fixture.connect();
  await client.command(find);
  await within("the end of the drain", fixture.gateway.drain(LONG_MS));
  assertEquals(upstream.commands("killCursors"), []);
});

Deno.test("Gateway.close ends everything, whatever it waits for", async () => {
  await using upstream = new Upstream();
  const limits = { abandonedCommandTimeoutMS: LONG_MS };
  await using fixture = await GatewayFixture.open(`${upstream.uri}?maxPoolSize=4`, { limits });
  upstream.on("aggregate", (request) => request.reply(cursor(1)));
  upstream.hold("find", "getMore", "killCursors", "insert", "abortTransaction");
  const clients = await Promise.all(Array.from({ length: 9 }, () => fixture.connect()));
  const [running, left, writing, killing, awaiting, alsoAwaiting, lane, queued, greeting] = clients as [
    RawClient,
    RawClient,
    RawClient,
    RawClient,
    RawClient,
    RawClient,
    RawClient,
    RawClient,
    RawClient,
  ];
  const { topologyVersion } = await greeting.command({ hello: 1, client: metadata("any") });
  greeting.send({ hello: 1, topologyVersion, maxAwaitTimeMS: LONG_MS });
  for (const client of [awaiting, alsoAwaiting, lane]) await client.command(watch);
  const getMore = { getMore: 1n, collection: "things", $db: "test" };
  awaiting.send(getMore);
  await upstream.next("getMore");
  running.send(find);
  left.send(find);
  await upstream.next("find");
  await upstream.next("find");
  left.close();
  await fixture.event("clientClosed");
  killing.send({ killCursors: "things", cursors: [5n], $db: "test" });
  await upstream.next("killCursors");
  alsoAwaiting.send(getMore);
  await eventually("one waits for a connection", () => fixture.server().waiting === 1);
  lane.send(getMore);
  await eventually("one waits for the lane", () => fixture.server().awaitingQueue === 1);
  queued.send(find);
  writing.send({ insert: "things", documents: [{}], $db: "test", writeConcern: { w: 0 } }, { flags: 2 });
  await eventually("all wait", () => fixture.server().waiting === 3);
  writing.close();
  await fixture.event("clientClosed", ({ commands }) => commands === 1);

  await within("the end of the gateway", fixture.gateway.close());
  await Promise.all(clients.map(({ closed }) => closed));
  await eventually("no connection is left", () => upstream.openConnectionCount === 0);
});

Deno.test("Gateway.close ends the release of what clients left open", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri);
  upstream.on("find", (request) => request.reply(cursor(9)));
  upstream.hold("killCursors");
  const client = await fixture.connect();
  await client.command(find);
  client.close();
  const request = await upstream.next("killCursors");
  await within("the end of the gateway", fixture.gateway.close());
  await request.closed;
});

Deno.test("Gateway.close does nothing the second time, or before it was opened", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri);
  await Promise.all([fixture.gateway.close(), fixture.gateway.close()]);
  await fixture.gateway.close();
});

Deno.test("Gateway.open with ping fails where no server answers, and leaves nothing", async () => {
  await using upstream = new Upstream();
  upstream.goAway();
  const opening = GatewayFixture.open(`${upstream.uri}?serverSelectionTimeoutMS=50`);
  const error = await opening.then(() => null, (error) => error);
  assertEquals(error?.name, "MongoServerSelectionError");
});
