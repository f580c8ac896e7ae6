import { assertEquals } from "@std/assert";
import { serialize } from "bson";
import { encodeOpMsg } from "../../../codec/op_msg.ts";
import { decodeReplyDocument } from "../../../driver/connection.ts";
import { find, inTransaction, opMsg, retryable } from "../support/commands.ts";
import { ByteClient } from "../support/byte_client.ts";
import { eventually } from "../support/eventually.ts";
import type { GatewayLimits } from "../../../proxy/limits.ts";
import { GatewayFixture } from "../support/gateway_fixture.ts";
import { largeBody, largeInsert } from "../support/large_messages.ts";
import { ManualClock } from "../support/manual_clock.ts";
import { Upstream } from "../support/upstream.ts";

const MESSAGE = largeInsert(6_000_000);
/** So much that the server has the beginning, and not so much that anything waits. */
const PART = MESSAGE.subarray(0, 300_000);
const REST = MESSAGE.subarray(300_000);

function busy(fixture: GatewayFixture): number {
  const { connections, available, pending } = fixture.server();
  return connections - available - pending;
}

/** A gateway that has one connection and has settled. */
async function openGateway(upstream: Upstream, limits: Partial<GatewayLimits> = {}): Promise<GatewayFixture> {
  const fixture = await GatewayFixture.open(`${upstream.uri}?maxPoolSize=1`, { limits });
  await (await fixture.connect()).command({ count: "things", $db: "test" });
  await eventually("it is at rest", () => fixture.server().available === 1);
  return fixture;
}

/** A client in the middle of a large request, of which the server has the beginning. */
async function sending(fixture: GatewayFixture, part: Uint8Array = PART): Promise<ByteClient> {
  const client = await ByteClient.connect(fixture.gateway.address);
  client.send(part);
  await eventually("the server has the beginning", () => busy(fixture) === 1);
  return client;
}

async function replyOf(client: ByteClient) {
  return decodeReplyDocument(await client.receive());
}

Deno.test("Gateway sends a large insert on before all of it is there", async () => {
  await using upstream = new Upstream();
  await using fixture = await openGateway(upstream);
  using client = await sending(fixture);
  assertEquals(upstream.commands("insert"), []);
  client.send(REST);
  assertEquals((await replyOf(client)).ok, 1);
  assertEquals(upstream.requests.at(-1)!.bytes, MESSAGE);
  assertEquals(fixture.server().available, fixture.server().connections);
});

Deno.test("Gateway keeps connections for others while many send large requests, which it collects then", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(`${upstream.uri}?maxPoolSize=3`);
  const messages = [1, 2, 3].map((token) => largeInsert(1_000_000, { token }));
  const clients: ByteClient[] = [];
  for (const message of messages) {
    const client = await ByteClient.connect(fixture.gateway.address);
    clients.push(client);
    client.send(message.subarray(0, 300_000));
  }
  await eventually("one is on its way", () => busy(fixture) === 1);
  const other = await fixture.connect();
  assertEquals((await other.command(find)).ok, 1);
  assertEquals([busy(fixture), fixture.server().waiting], [1, 0]);
  for (const [index, client] of clients.entries()) {
    client.send(messages[index]!.subarray(300_000));
    assertEquals((await replyOf(client)).ok, 1);
    assertEquals(upstream.requests.at(-1)!.bytes, messages[index]);
  }
  for (const [index, client] of clients.entries()) {
    client.send(messages[index]!);
    assertEquals((await replyOf(client)).ok, 1);
    client.close();
  }
});

Deno.test("Gateway closes the server's connection when a client leaves in the middle of its request", async () => {
  await using upstream = new Upstream();
  await using fixture = await openGateway(upstream);
  using client = await sending(fixture);
  client.close();
  assertEquals((await fixture.event("commandAbandoned")).outcome, "closed");
  assertEquals((await fixture.event("clientClosed")).reason, "clientLeftBusy");
  const next = await fixture.connect();
  assertEquals((await next.command(find)).ok, 1);
  assertEquals(upstream.commands("insert"), []);
  assertEquals(fixture.server().connections, 1);
});

Deno.test("Gateway answers with an error when the server is lost while a request streams in, and goes on", async () => {
  await using upstream = new Upstream();
  await using fixture = await openGateway(upstream);
  const message = largeInsert(6_000_000, retryable(1, 1));
  using client = await sending(fixture, message.subarray(0, 300_000));
  upstream.goAway();
  const { code, errorLabels } = await replyOf(client);
  assertEquals([code, errorLabels], [6, ["RetryableWriteError"]]);
  upstream.comeBack();
  client.send(message.subarray(300_000, 3_000_000));
  client.send(message.subarray(3_000_000));
  client.send(opMsg(find));
  assertEquals((await replyOf(client)).ok, 1);
  assertEquals(upstream.commands("insert"), []);
});

Deno.test("Gateway reads no further while a large request waits for a connection, and then sends all of it", async () => {
  await using upstream = new Upstream();
  await using fixture = await openGateway(upstream);
  const { blocking } = await occupied(fixture, upstream);
  const message = largeInsert(40_000_000);
  using client = await ByteClient.connect(fixture.gateway.address);
  client.send(message);
  await eventually("it waits", () => fixture.server().waiting === 1);
  // More than what the operating system takes on both ends.
  const queued = client.queuedBytes;
  assertEquals(queued > 20_000_000, true, `${queued} bytes wait at the client`);
  blocking.reply();
  assertEquals((await replyOf(client)).ok, 1);
  assertEquals(upstream.requests.at(-1)!.bytes, message);
});

Deno.test("Gateway refuses a large request that waited too long, and passes over what is left of it", async () => {
  await using upstream = new Upstream();
  await using fixture = await openGateway(upstream, { waitTimeoutMS: 30 });
  const { first, blocking } = await occupied(fixture, upstream);
  using client = await ByteClient.connect(fixture.gateway.address);
  client.send(MESSAGE);
  assertEquals((await replyOf(client)).codeName, "IngressRequestRateLimitExceeded");
  blocking.reply();
  await first.receive();
  client.send(opMsg({ count: "things", $db: "test" }));
  assertEquals((await replyOf(client)).ok, 1);
  assertEquals(upstream.commands("insert"), []);
});

Deno.test("Gateway forgets a large request whose client left while it waited", async () => {
  await using upstream = new Upstream();
  await using fixture = await openGateway(upstream);
  const { first, blocking } = await occupied(fixture, upstream);
  const client = await ByteClient.connect(fixture.gateway.address);
  client.send(PART);
  await eventually("it waits", () => fixture.server().waiting === 1);
  client.close();
  blocking.reply();
  await first.receive();
  await fixture.event("clientClosed");
  assertEquals((await first.command({ count: "things", $db: "test" })).ok, 1);
  assertEquals(upstream.commands("insert"), []);
});

Deno.test("Gateway closes a client whose large request is not well formed, and harms nobody else", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri);
  const message = largeInsert(3_000_000);
  const sectionEnd = message.length - 2_000_000;
  // The section ends early, and what follows is none.
  const sectionStart = message.indexOf(1, 21 + message[21]! + 256 * message[22]!);
  new DataView(message.buffer, message.byteOffset).setInt32(sectionStart + 1, sectionEnd - sectionStart, true);
  message[sectionEnd + 1] = 9;
  const other = await fixture.connect();
  upstream.hold("find");
  const id = other.send(find);
  const running = await upstream.next("find");
  using client = await ByteClient.connect(fixture.gateway.address);
  client.send(message);
  const closed = await fixture.event("clientClosed");
  assertEquals(closed.reason, "badMessage");
  running.reply();
  await other.replyTo(id);
  assertEquals(fixture.server().type, "Standalone");
  assertEquals(upstream.commands("insert"), []);
  await eventually("the connection with half a message is gone", () => fixture.server().connections === 1);
});

for (const size of [100, 300_000]) {
  Deno.test(`Gateway closes a client whose request has more sections than a server takes (${size} bytes each)`, async () => {
    await using upstream = new Upstream();
    await using fixture = await openGateway(upstream);
    const documents = [serialize({ filler: new Uint8Array(size) })];
    const sequences = ["documents", "a", "b"].map((identifier) => ({ identifier, documents }));
    using client = await ByteClient.connect(fixture.gateway.address);
    client.send(encodeOpMsg({ requestId: 1, body: serialize({ insert: "things", $db: "test" }), sequences }));
    assertEquals((await fixture.event("clientClosed")).reason, "badMessage");
    assertEquals(upstream.commands("insert"), []);
  });
}

Deno.test("Gateway closes the server's connection at once when only the end of a large request is wrong", async () => {
  await using upstream = new Upstream();
  await using fixture = await openGateway(upstream, { abandonedCommandTimeoutMS: 60_000 });
  const message = MESSAGE.slice();
  const sectionStart = message.indexOf(1, 21 + message[21]! + 256 * message[22]!);
  // A part of what would be another section is left.
  new DataView(message.buffer).setInt32(sectionStart + 1, message.length - sectionStart - 4, true);
  using client = await sending(fixture, message.subarray(0, -100));
  client.send(message.subarray(-100));
  assertEquals((await fixture.event("clientClosed")).reason, "badMessage");
  await eventually("the connection with half a message is gone", () => fixture.server().connections === 0);
  assertEquals(upstream.commands("insert"), []);
});

Deno.test("Gateway closes a client that stops in the middle of sending, and the server's connection with it", async () => {
  using clock = new ManualClock();
  await using upstream = new Upstream();
  await using fixture = await openGateway(upstream, { stallTimeoutMS: 5_000 });
  using client = await sending(fixture);
  clock.advance(3_000);
  client.send(REST.subarray(0, 100));
  await eventually("more was sent on", () => client.queuedBytes === 0);
  clock.advance(3_000);
  clock.advance(3_000);
  assertEquals(fixture.told("clientClosed"), []);
  clock.advance(3_000);
  assertEquals((await fixture.event("clientClosed")).reason, "stalled");
  await client.closed;
  await eventually("its connection is gone", () => fixture.server().connections === 0);
});

Deno.test("Gateway does not close a client whose large request waits for the server", async () => {
  using clock = new ManualClock();
  await using upstream = new Upstream();
  await using fixture = await openGateway(upstream, { stallTimeoutMS: 5_000 });
  upstream.hold("find", "insert");
  const first = await fixture.connect();
  first.send(find);
  const blocking = await upstream.next("find");
  using client = await ByteClient.connect(fixture.gateway.address);
  client.send(MESSAGE);
  await eventually("it waits", () => fixture.server().waiting === 1);
  for (let count = 0; count < 5; count++) clock.advance(3_000);
  blocking.reply();
  const insert = await upstream.next("insert");
  for (let count = 0; count < 5; count++) clock.advance(3_000);
  insert.reply();
  assertEquals((await replyOf(client)).ok, 1);
});

Deno.test("Gateway lets a large request end that streams in while it drains, and cuts it when it closes", async () => {
  await using upstream = new Upstream();
  await using fixture = await openGateway(upstream);
  using client = await sending(fixture);
  const drained = fixture.gateway.drain(5_000);
  client.send(REST);
  assertEquals((await replyOf(client)).ok, 1);
  await drained;
  assertEquals((await fixture.event("drained")).cut, 0);

  await using cut = await openGateway(upstream);
  using other = await sending(cut);
  await cut.gateway.close();
  await other.closed;
  assertEquals(upstream.commands("insert").length, 1);
});

Deno.test("Gateway sends large statements of a transaction on as they come, and remembers it", async () => {
  await using upstream = new Upstream();
  await using fixture = await openGateway(upstream);
  const message = largeInsert(2_000_000, inTransaction(1, 1, { startTransaction: true }));
  using client = await sending(fixture, message.subarray(0, 300_000));
  client.send(message.subarray(300_000));
  assertEquals((await replyOf(client)).ok, 1);
  assertEquals(fixture.status.transactions, 1);
});

Deno.test("Gateway collects large requests where messages to servers are compressed", async () => {
  await using upstream = new Upstream({ ok: 1, isWritablePrimary: true, maxWireVersion: 21, compression: ["zlib"] });
  await using fixture = await GatewayFixture.open(`${upstream.uri}?compressors=zlib`);
  using client = await ByteClient.connect(fixture.gateway.address);
  client.send(MESSAGE);
  assertEquals((await replyOf(client)).ok, 1);
  assertEquals(upstream.requests.at(-1)!.compressor, "zlib");
});

Deno.test("Gateway collects no more large messages at once than its budget allows, one after the other", async () => {
  await using upstream = new Upstream();
  await using fixture = await openGateway(upstream, { maxBufferedBytes: 1_500_000 });
  upstream.hold("insert");
  const messages = [1, 2, 3].map((id) => largeBody(1_000_000, { token: id }, id));
  const clients: ByteClient[] = [];
  for (const message of messages) {
    const client = await ByteClient.connect(fixture.gateway.address);
    clients.push(client);
    client.send(message);
  }
  for (let served = 0; served < 3; served++) {
    const request = await upstream.next("insert");
    assertEquals(upstream.commands("insert").length, served + 1);
    assertEquals(request.bytes, messages[Number(request.command.token) - 1]);
    request.reply();
    await replyOf(clients[Number(request.command.token) - 1]!);
  }
  for (const client of clients) client.close();
});

Deno.test("Gateway closes a client that holds a part of the budget and sends nothing, so that others get on", async () => {
  using clock = new ManualClock();
  await using upstream = new Upstream();
  await using fixture = await openGateway(upstream, { maxBufferedBytes: 1_500_000, stallTimeoutMS: 5_000 });
  const message = largeBody(1_000_000);
  using first = await ByteClient.connect(fixture.gateway.address);
  first.send(message.subarray(0, 100_000));
  // The answers say that what was sent before them has been read.
  const other = await fixture.connect();
  await other.command(find);
  using second = await ByteClient.connect(fixture.gateway.address);
  second.send(message);
  await other.command(find);
  clock.advance(6_000);
  clock.advance(6_000);
  assertEquals(fixture.told("clientClosed").map(({ reason }) => reason), ["stalled"]);
  await first.closed;
  assertEquals((await replyOf(second)).ok, 1);
});

Deno.test("Gateway frees the budget of a client that leaves, and lets a message through that is larger than all of it", async () => {
  await using upstream = new Upstream();
  await using fixture = await openGateway(upstream, { maxBufferedBytes: 500_000 });
  const message = largeBody(1_000_000);
  const leaving = await ByteClient.connect(fixture.gateway.address);
  leaving.send(message.subarray(0, 900_000));
  using staying = await ByteClient.connect(fixture.gateway.address);
  staying.send(message);
  await eventually("both are there", () => fixture.status.clients === 3);
  leaving.close();
  assertEquals((await replyOf(staying)).ok, 1);
  assertEquals(upstream.requests.at(-1)!.bytes, message);
});

for (const [what, length] of [["small", 40], ["large", 1_000_000]] as const) {
  for (const size of [-(2 ** 31), 2 ** 31 - 1]) {
    Deno.test(`Gateway reserves nothing for a ${what} message that declares ${size} bytes without its compression`, async () => {
      await using upstream = new Upstream();
      await using fixture = await openGateway(upstream, { maxBufferedBytes: 1_500_000 });
      upstream.hold("insert");
      using first = await ByteClient.connect(fixture.gateway.address);
      first.send(largeBody(1_000_000));
      const running = await upstream.next("insert");
      using client = await ByteClient.connect(fixture.gateway.address);
      client.send(declaringCompressed(length, size));
      assertEquals((await fixture.event("clientClosed")).reason, "badMessage");
      running.reply();
      await replyOf(first);
    });
  }
}

/** The beginning of an OP_COMPRESSED of `length` bytes that holds an OP_MSG of `size` bytes by zlib. */
function declaringCompressed(length: number, size: number): Uint8Array {
  const message = new Uint8Array(40);
  const view = new DataView(message.buffer);
  for (const [index, value] of [length, 1, 0, 2012, 2013, size, 2].entries()) view.setInt32(4 * index, value, true);
  return message;
}

Deno.test("Gateway takes no client for idle that sends a large message, or waits until it may", async () => {
  using clock = new ManualClock();
  await using upstream = new Upstream();
  const limits = { maxBufferedBytes: 1_500_000, clientIdleTimeoutMS: 5_000 };
  await using fixture = await GatewayFixture.open(upstream.uri, { limits });
  const message = largeBody(1_000_000);
  using sender = await ByteClient.connect(fixture.gateway.address);
  sender.send(message.subarray(0, 100_000));
  // The answers say that what was sent before them has been read.
  const other = await fixture.connect();
  await other.command(find);
  using waiter = await ByteClient.connect(fixture.gateway.address);
  waiter.send(message);
  await other.command(find);
  for (let count = 0; count < 3; count++) {
    clock.advance(4_000);
    await other.command(find);
  }
  assertEquals(fixture.told("clientClosed"), []);
  sender.send(message.subarray(100_000));
  assertEquals((await replyOf(sender)).ok, 1);
  assertEquals((await replyOf(waiter)).ok, 1);
});

Deno.test("Gateway counts what is small only while it is compressed", async () => {
  await using upstream = new Upstream();
  await using fixture = await openGateway(upstream, { maxBufferedBytes: 3_000_000 });
  upstream.hold("insert");
  const clients = [await fixture.connect(), await fixture.connect()];
  const filler = new Uint8Array(2_000_000);
  for (const [token, client] of clients.entries()) {
    client.send({ insert: "things", documents: [{ filler }], token, $db: "test" }, { compressor: "zlib" });
  }
  for (let served = 1; served <= 2; served++) {
    const request = await upstream.next("insert");
    assertEquals(upstream.commands("insert").length, served);
    request.reply();
    assertEquals((await clients[Number(request.command.token)]!.receive()).compressor, "zlib");
  }
});

/** Has a client take the only connection, until its request is answered. */
async function occupied(fixture: GatewayFixture, upstream: Upstream) {
  upstream.hold("find");
  const first = await fixture.connect();
  first.send(find);
  return { first, blocking: await upstream.next("find") };
}
