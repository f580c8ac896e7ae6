import { assertEquals, assertMatch } from "@std/assert";
import { find, inTransaction, retryable } from "../support/commands.ts";
import { eventually } from "../support/eventually.ts";
import { type FixtureOptions, GatewayFixture } from "../support/gateway_fixture.ts";
import { ManualClock } from "../support/manual_clock.ts";
import { Upstream } from "../support/upstream.ts";

const insert = { insert: "things", documents: [{}], $db: "test" };
const OVERLOAD_LABELS = ["SystemOverloadedError", "RetryableError"];

/** Opens a gateway that has its connection to the server, so that the first command waits for none. */
async function openWithConnection(uri: string, options: FixtureOptions): Promise<GatewayFixture> {
  const fixture = await GatewayFixture.open(uri, options);
  await eventually("the connection is there", () => fixture.server().available === 1);
  return fixture;
}

Deno.test("Gateway refuses what is past the limit of waiting requests, so that drivers back off", async () => {
  await using upstream = new Upstream();
  await using fixture = await openWithConnection(`${upstream.uri}?maxPoolSize=1`, {
    limits: { maxWaitingRequests: 1 },
  });
  upstream.hold("find");
  const [running, waiting, refused] = [await fixture.connect(), await fixture.connect(), await fixture.connect()];
  running.send(find);
  const request = await upstream.next("find");
  waiting.send(find);
  await eventually("one waits", () => fixture.server().waiting === 1);

  const plain = await refused.command(find);
  assertEquals([plain.ok, plain.code, plain.codeName], [0, 462, "IngressRequestRateLimitExceeded"]);
  assertEquals(plain.errorLabels, OVERLOAD_LABELS);
  assertMatch(plain.errmsg, /is full: 1 waiting, maxWaitQueueSize 1$/);
  assertEquals((await refused.command({ ...insert, ...retryable(1, 1) })).errorLabels, OVERLOAD_LABELS);
  const first = await refused.command({ ...insert, ...inTransaction(2, 1, { startTransaction: true }) });
  assertEquals(first.errorLabels, [...OVERLOAD_LABELS, "TransientTransactionError"]);
  const commit = await refused.command({ commitTransaction: 1, ...inTransaction(2, 1) });
  assertEquals(commit.errorLabels, [...OVERLOAD_LABELS, "UnknownTransactionCommitResult"]);
  const abort = await refused.command({ abortTransaction: 1, ...inTransaction(2, 1) });
  assertEquals(abort.errorLabels, OVERLOAD_LABELS);
  assertEquals(fixture.told("commandRefused").map(({ code }) => code), [462, 462, 462, 462, 462]);

  request.reply();
  (await upstream.next("find")).reply();
  await waiting.receive();
  assertEquals(upstream.commands("insert"), []);
});

Deno.test("Gateway refuses what waited too long for a connection", async () => {
  await using upstream = new Upstream();
  await using fixture = await openWithConnection(`${upstream.uri}?maxPoolSize=1`, { limits: { waitTimeoutMS: 30 } });
  upstream.hold("find");
  const [running, waiting] = [await fixture.connect(), await fixture.connect()];
  running.send(find);
  const request = await upstream.next("find");
  const reply = await waiting.command(find);
  assertEquals([reply.code, reply.errorLabels], [462, OVERLOAD_LABELS]);
  assertMatch(reply.errmsg, /waitQueueTimeoutMS 30/);
  request.reply();
  await running.receive();
  assertEquals(upstream.commands("find").length, 1);
});

Deno.test("Gateway takes the longest wait from the connection string where it names one", async () => {
  await using upstream = new Upstream();
  const uri = `${upstream.uri}?maxPoolSize=1&waitQueueTimeoutMS=20`;
  await using fixture = await openWithConnection(uri, { limits: { waitTimeoutMS: 60_000 } });
  upstream.hold("find");
  const [running, waiting] = [await fixture.connect(), await fixture.connect()];
  running.send(find);
  const request = await upstream.next("find");
  assertMatch((await waiting.command(find)).errmsg, /waitQueueTimeoutMS 20/);
  request.reply();
  await running.receive();
});

Deno.test("Gateway sends nothing to a client whose unacknowledged write had no place", async () => {
  await using upstream = new Upstream();
  await using fixture = await openWithConnection(`${upstream.uri}?maxPoolSize=1`, { limits: { waitTimeoutMS: 20 } });
  upstream.hold("find");
  const [running, writing] = [await fixture.connect(), await fixture.connect()];
  running.send(find);
  const request = await upstream.next("find");
  writing.send({ ...insert, writeConcern: { w: 0 } }, { flags: 2 });
  assertEquals(await writing.command({ ping: 1 }), { ok: 1 });
  request.reply();
  await running.receive();
});

Deno.test("Gateway closes clients past the limit at once", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri, { limits: { maxClients: 2 } });
  const [first, second] = [await fixture.connect(), await fixture.connect()];
  await Promise.all([first.command({ ping: 1 }), second.command({ ping: 1 })]);
  const third = await fixture.connect();
  await third.closed;
  const { limit, allowed } = await fixture.event("clientRefused");
  assertEquals([limit, allowed], ["maxClients", 2]);
  assertEquals(fixture.status.clients, 2);
  first.close();
  await fixture.event("clientClosed");
  assertEquals(await (await fixture.connect()).command({ ping: 1 }), { ok: 1 });
});

Deno.test("Gateway closes clients of one host past the limit for each, and of no other host", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri, { limits: { maxClientsPerHost: 2 } });
  const [first, second] = [await fixture.connect(), await fixture.connect()];
  await Promise.all([first.command({ ping: 1 }), second.command({ ping: 1 })]);
  const third = await fixture.connect();
  await third.closed;
  const { limit, allowed } = await fixture.event("clientRefused");
  assertEquals([limit, allowed, fixture.status.clients], ["maxClientsPerHost", 2, 2]);
  first.close();
  await fixture.event("clientClosed");
  assertEquals(await (await fixture.connect()).command({ ping: 1 }), { ok: 1 });
});

Deno.test("Gateway closes a client that sent nothing for the idle time, but none that waits for a reply", async () => {
  using clock = new ManualClock();
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri, { limits: { clientIdleTimeoutMS: 3_000 } });
  upstream.hold("find");
  const [idle, busy] = [await fixture.connect(), await fixture.connect()];
  await idle.command({ ping: 1 });
  const id = busy.send(find);
  const request = await upstream.next("find");
  clock.advance(2_000);
  assertEquals(fixture.status.clients, 2);
  clock.advance(2_000);
  await idle.closed;
  assertEquals(fixture.told("clientClosed").map(({ reason }) => reason), ["idle"]);
  request.reply();
  await busy.replyTo(id);
  // It was served just now, however long that took.
  clock.advance(2_000);
  assertEquals(await busy.command({ ping: 1 }), { ok: 1 });
  clock.advance(4_000);
  await busy.closed;
});

Deno.test("Gateway keeps idle clients where no time is set", async () => {
  using clock = new ManualClock();
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri);
  const client = await fixture.connect();
  await client.command({ ping: 1 });
  clock.advance(1_000_000);
  assertEquals(await client.command({ ping: 1 }), { ok: 1 });
});
