import { assertEquals, assertMatch } from "@std/assert";
import { serialize } from "bson";
import { encodeOpInsert } from "../../../codec/op_insert.ts";
import { OpReplyFlag } from "../../../codec/op_reply.ts";
import { decodeReplyDocument } from "../../../driver/connection.ts";
import type { GatewayLimits } from "../../../proxy/limits.ts";
import { ByteClient } from "../support/byte_client.ts";
import { cursor, find, getMore, inTransaction, retryable, watch } from "../support/commands.ts";
import { GatewayFixture } from "../support/gateway_fixture.ts";
import { largeInsert } from "../support/large_messages.ts";
import { ManualClock } from "../support/manual_clock.ts";
import { Upstream } from "../support/upstream.ts";

const LIMITS: Partial<GatewayLimits> = { messageTimeoutMS: 3_000 };
const insert = { insert: "things", documents: [{}], $db: "test" };

/** Lets the gateway look at what runs, once a second. */
function pass(clock: ManualClock, seconds: number): void {
  for (let second = 0; second < seconds; second++) clock.advance(1_000);
}

Deno.test("Gateway gives up a command that is not answered in time, and goes on with its client", async () => {
  using clock = new ManualClock();
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri, { limits: LIMITS });
  upstream.hold("find", "count");
  const [client, other] = [await fixture.connect(), await fixture.connect()];
  const reply = client.command(find);
  const late = await upstream.next("find");
  pass(clock, 2);
  const answered = other.command({ count: "things", $db: "test" });
  const inTime = await upstream.next("count");
  pass(clock, 2);
  const { ok, code, codeName, errmsg, errorLabels } = await reply;
  assertEquals([ok, code, codeName, errorLabels], [0, 89, "NetworkTimeout", undefined]);
  assertMatch(errmsg, /^No reply from 127\.0\.0\.1:\d+ within 3000 ms$/);
  await late.closed;
  const { clientId, command, outcome } = await fixture.event("commandAbandoned");
  assertEquals([command, outcome], ["find", "timedOut"]);
  assertEquals((await fixture.event("commandRefused")).clientId, clientId);
  // The server is not taken for lost: others go on with their connections.
  inTime.reply({ n: 1 });
  assertEquals((await answered).n, 1);
  assertEquals(fixture.server().type, "Standalone");
  assertEquals(await client.command({ distinct: "things", key: "x", $db: "test" }), { ok: 1 });
});

for (
  const [what, command, labels] of [
    ["a retryable write", { ...insert, ...retryable(1, 1) }, ["RetryableWriteError"]],
    ["a statement of a transaction", { ...insert, ...inTransaction(2, 1, { startTransaction: true }) }, [
      "TransientTransactionError",
    ]],
  ] as const
) {
  Deno.test(`Gateway labels ${what} that is not answered in time as it does one whose connection is lost`, async () => {
    using clock = new ManualClock();
    await using upstream = new Upstream();
    await using fixture = await GatewayFixture.open(upstream.uri, { limits: LIMITS });
    upstream.hold("insert");
    const reply = (await fixture.connect()).command(command);
    await upstream.next("insert");
    pass(clock, 4);
    const { code, errorLabels } = await reply;
    assertEquals([code, errorLabels], [89, labels]);
  });
}

Deno.test("Gateway tells getLastError of an OP_INSERT that was not answered in time", async () => {
  using clock = new ManualClock();
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri, { limits: LIMITS });
  upstream.hold("insert");
  const client = await fixture.connect();
  const documents = [serialize({ _id: 1 })];
  client.sendBytes(encodeOpInsert({ requestId: 1, fullCollectionName: "test.things", documents }));
  await upstream.next("insert");
  pass(clock, 4);
  const { code, err, ok } = await client.command({ getLastError: 1, $db: "test" });
  assertEquals([code, ok], [89, 1]);
  assertMatch(err, /^No reply from/);
});

Deno.test("Gateway answers an OP_QUERY that was not answered in time with a query failure", async () => {
  using clock = new ManualClock();
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri, { limits: LIMITS });
  upstream.hold("find");
  const client = await fixture.connect();
  const id = client.sendQuery({ x: 1 }, "test.things");
  await upstream.next("find");
  pass(clock, 4);
  const { document, responseFlags } = await client.replyTo(id);
  assertEquals([document.code, responseFlags], [89, OpReplyFlag.queryFailure]);
});

Deno.test("Gateway gives up no command that waits for data", async () => {
  using clock = new ManualClock();
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri, { limits: LIMITS });
  upstream.on("aggregate", (request) => request.reply(cursor(7)));
  upstream.hold("getMore");
  const client = await fixture.connect();
  await client.command(watch);
  const id = client.send(getMore(7));
  const request = await upstream.next("getMore");
  pass(clock, 10);
  request.reply(cursor(7, "test.things", "nextBatch"));
  assertEquals((await client.replyTo(id)).document.ok, 1);
  assertEquals(fixture.told("commandAbandoned"), []);
});

Deno.test("Gateway counts no time in which a client sends its command", async () => {
  using clock = new ManualClock();
  await using upstream = new Upstream();
  const limits = { ...LIMITS, stallTimeoutMS: 0 };
  await using fixture = await GatewayFixture.open(upstream.uri, { limits });
  const message = largeInsert(6_000_000);
  using client = await ByteClient.connect(fixture.gateway.address);
  client.send(message.subarray(0, 300_000));
  await fixture.event("upstream", ({ event }) => event.type === "connectionReady");
  pass(clock, 10);
  client.send(message.subarray(300_000));
  assertEquals(decodeReplyDocument(await client.receive()).ok, 1);
});

Deno.test("Gateway gives up no command where there is no time limit", async () => {
  using clock = new ManualClock();
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri);
  upstream.hold("find");
  const client = await fixture.connect();
  const reply = client.command(find);
  const request = await upstream.next("find");
  pass(clock, 1_000);
  request.reply(cursor(0));
  assertEquals((await reply).ok, 1);
});

Deno.test("Gateway gives up a command whose client left when its time is up", async () => {
  using clock = new ManualClock();
  await using upstream = new Upstream();
  const limits = { ...LIMITS, abandonedCommandTimeoutMS: 2 ** 31 - 1 };
  await using fixture = await GatewayFixture.open(upstream.uri, { limits });
  upstream.hold("find");
  const client = await fixture.connect();
  client.send(find);
  const request = await upstream.next("find");
  client.close();
  await fixture.event("clientClosed");
  pass(clock, 4);
  await request.closed;
  assertEquals(fixture.told("commandAbandoned").map(({ outcome }) => outcome), ["timedOut"]);
  assertEquals(fixture.told("commandRefused"), []);
});
