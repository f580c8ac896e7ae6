import { assert, assertEquals } from "@std/assert";
import { serialize } from "bson";
import { encodeOpMsg } from "../../../codec/op_msg.ts";
import { decodeReplyDocument } from "../../../driver/connection.ts";
import type { GatewayLimits } from "../../../proxy/limits.ts";
import { ByteClient } from "../support/byte_client.ts";
import { cursor, find, getMore, opMsg } from "../support/commands.ts";
import { eventually } from "../support/eventually.ts";
import { GatewayFixture } from "../support/gateway_fixture.ts";
import { largeReply } from "../support/large_messages.ts";
import { ManualClock } from "../support/manual_clock.ts";
import { PRIMARY_HELLO, Upstream, type UpstreamRequest } from "../support/upstream.ts";

const BYTES = 3_000_000;
/** Much more than the operating system and the gateway hold for a client. */
const MANY_BYTES = 16_000_000;

interface Asked {
  readonly client: ByteClient;
  readonly request: UpstreamRequest;
}

function openGateway(upstream: Upstream, limits: Partial<GatewayLimits> = {}): Promise<GatewayFixture> {
  upstream.hold("find");
  return GatewayFixture.open(`${upstream.uri}?maxPoolSize=1`, { limits });
}

/** A client that asked, and the server that may answer. */
async function asked(fixture: GatewayFixture, upstream: Upstream): Promise<Asked> {
  const client = await ByteClient.connect(fixture.gateway.address);
  client.send(opMsg(find, { requestId: 5 }));
  return { client, request: await upstream.next("find") };
}

/** A client that has the beginning of its reply, and what is still to come of that. */
async function receiving(fixture: GatewayFixture, upstream: Upstream, cursorId = 0) {
  const { client, request } = await asked(fixture, upstream);
  const reply = largeReply(BYTES, 5, cursorId);
  request.replyBytes(reply.subarray(0, 1_000_000));
  await eventually("the client has the beginning", () => client.receivedBytes > 900_000);
  return { client, request, reply, rest: reply.subarray(1_000_000) };
}

function isAtRest(fixture: GatewayFixture): boolean {
  const { available, connections } = fixture.server();
  return available === 1 && connections === 1;
}

Deno.test("Gateway gives a client its large reply as it comes, and then remembers its cursor", async () => {
  await using upstream = new Upstream();
  await using fixture = await openGateway(upstream);
  const { client, request, reply, rest } = await receiving(fixture, upstream, 77);
  assertEquals(fixture.status.cursors, 0);
  request.replyBytes(rest);
  assertEquals(await client.receive(), reply);
  assertEquals([fixture.status.cursors, isAtRest(fixture)], [1, true]);
  client.send(opMsg(getMore(77)));
  assertEquals(decodeReplyDocument(await client.receive()).ok, 1);
  client.close();
});

Deno.test("Gateway closes a client whose server is lost in the middle of its reply, and says why", async () => {
  await using upstream = new Upstream();
  await using fixture = await openGateway(upstream);
  const { client, request } = await receiving(fixture, upstream);
  client.send(opMsg(find));
  request.hangUp();
  await client.closed;
  const { reason, message } = await fixture.event("clientClosed");
  assertEquals(reason, "replyLost");
  assert(message?.includes("was lost: the server closed the connection"), message ?? "no message");
  // Nothing but the beginning of the reply reached it, and what it sent meanwhile was not run.
  assert(client.receivedBytes <= 1_000_000);
  assertEquals(fixture.told("commandRefused"), []);
  assertEquals(upstream.commands("find").length, 1);
  await eventually("nothing is left of it", () => fixture.server().connections === 0);
});

Deno.test("Gateway answers with an error when the server is lost before anything of a large reply was sent on", async () => {
  await using upstream = new Upstream();
  await using fixture = await openGateway(upstream);
  const { client, request } = await asked(fixture, upstream);
  request.replyBytes(largeReply(BYTES, 5).subarray(0, 500));
  request.hangUp();
  assertEquals(decodeReplyDocument(await client.receive()).code, 6);
  client.close();
});

Deno.test("Gateway reads the rest of a reply whose client left, and kills the cursor that it tells of", async () => {
  await using upstream = new Upstream();
  await using fixture = await openGateway(upstream);
  const { client, request, rest } = await receiving(fixture, upstream, 77);
  client.close();
  await fixture.event("clientClosed", ({ reason }) => reason === "clientLeftBusy");
  request.replyBytes(rest);
  assertEquals((await fixture.event("commandAbandoned")).outcome, "drained");
  await eventually("the cursor is killed", () => upstream.commands("killCursors").length === 1);
  await eventually("it is at rest", () => isAtRest(fixture));
  assertEquals(fixture.status.cursors, 0);
});

Deno.test("Gateway reads nothing for a client that left before its large reply began", async () => {
  await using upstream = new Upstream();
  await using fixture = await openGateway(upstream, { abandonedCommandTimeoutMS: 60_000 });
  const { client, request } = await asked(fixture, upstream);
  client.close();
  await fixture.event("clientClosed");
  request.replyBytes(largeReply(BYTES, 5));
  assertEquals((await fixture.event("commandAbandoned")).outcome, "drained");
  await eventually("it is at rest", () => isAtRest(fixture));
});

Deno.test("Gateway closes the connection of a reply that does not end in time after its client left", async () => {
  await using upstream = new Upstream();
  await using fixture = await openGateway(upstream, { abandonedCommandTimeoutMS: 20 });
  const { client, request } = await receiving(fixture, upstream);
  client.close();
  assertEquals((await fixture.event("commandAbandoned")).outcome, "closed");
  await request.closed;
});

Deno.test("Gateway reads a server no faster than the client takes its reply, and all of it in the end", async () => {
  await using upstream = new Upstream();
  await using fixture = await openGateway(upstream);
  const { client, request } = await asked(fixture, upstream);
  const reply = largeReply(MANY_BYTES, 5);
  client.pause();
  request.replyBytes(reply);
  await settled(() => client.receivedBytes);
  assertEquals(isAtRest(fixture), false);
  client.resume();
  assertEquals(await client.receive(), reply);
  await eventually("it is at rest", () => isAtRest(fixture));
  client.close();
});

Deno.test("Gateway closes a client that reads nothing of its large reply for too long, and kills its cursor", async () => {
  using clock = new ManualClock();
  await using upstream = new Upstream();
  await using fixture = await openGateway(upstream, { stallTimeoutMS: 5_000 });
  const { client, request } = await asked(fixture, upstream);
  client.pause();
  request.replyBytes(largeReply(MANY_BYTES, 5, 77));
  await settled(() => client.receivedBytes);
  await stalls(fixture, clock);
  assertEquals((await fixture.event("commandAbandoned")).outcome, "drained");
  await eventually("the cursor is killed", () => upstream.commands("killCursors").length === 1);
  await eventually("it is at rest", () => isAtRest(fixture));
  client.close();
});

Deno.test("Gateway closes a client that leaves a reply unread for too long that had to be collected", async () => {
  using clock = new ManualClock();
  await using upstream = new Upstream();
  await using fixture = await openGateway(upstream, { stallTimeoutMS: 5_000 });
  const { client, request } = await asked(fixture, upstream);
  client.pause();
  request.reply({ values: [{ filler: new Uint8Array(MANY_BYTES) }] });
  await eventually("it is at rest", () => isAtRest(fixture));
  await settled(() => client.receivedBytes);
  await stalls(fixture, clock);
  client.close();
});

/** Waits until a figure stays as it is. */
async function settled(figure: () => number): Promise<void> {
  let last = -1;
  let still = 0;
  await eventually("it stays", () => {
    still = figure() === last ? still + 1 : 0;
    last = figure();
    return still === 30;
  });
}

Deno.test("Gateway drains for a client that is getting a large reply, and cuts it when it closes", async () => {
  await using upstream = new Upstream();
  await using fixture = await openGateway(upstream);
  const { client, request, reply, rest } = await receiving(fixture, upstream);
  const drained = fixture.gateway.drain(5_000);
  request.replyBytes(rest);
  assertEquals(await client.receive(), reply);
  await drained;
  assertEquals((await fixture.event("drained")).cut, 0);

  await using cut = await openGateway(upstream);
  const other = await receiving(cut, upstream);
  await cut.gateway.close();
  await other.client.closed;
});

Deno.test("Gateway serves what a client sent ahead after its large reply", async () => {
  await using upstream = new Upstream();
  await using fixture = await openGateway(upstream);
  const { client, request, reply, rest } = await receiving(fixture, upstream);
  client.send(opMsg({ count: "things", $db: "test" }, { requestId: 6 }));
  request.replyBytes(rest);
  assertEquals(await client.receive(), reply);
  assertEquals(decodeReplyDocument(await client.receive()).ok, 1);
  client.close();
});

const WHOLE: readonly (readonly [what: string, body: object])[] = [
  ["without a batch", { values: [{ filler: new Uint8Array(BYTES) }], ok: 1 }],
  ["with errors of a write", { n: 0, writeErrors: [{ index: 0, code: 1, errmsg: "x".repeat(BYTES) }], ok: 1 }],
];

for (const [what, body] of WHOLE) {
  Deno.test(`Gateway collects a large reply ${what}`, async () => {
    await using upstream = new Upstream();
    await using fixture = await openGateway(upstream);
    const { client, request } = await asked(fixture, upstream);
    const reply = encodeOpMsg({ requestId: 9, responseTo: 5, body: serialize(body) });
    request.replyBytes(reply.subarray(0, 1_000_000));
    const other = await fixture.connect();
    await other.command({ ping: 1 });
    assertEquals(client.receivedBytes, 0);
    request.replyBytes(reply.subarray(1_000_000));
    assertEquals(await client.receive(), reply);
    client.close();
  });
}

Deno.test("Gateway words what a large reply to a write says of a server's state as ever", async () => {
  await using upstream = new Upstream({ ...PRIMARY_HELLO, msg: "isdbgrid" });
  await using fixture = await openGateway(upstream);
  const filler = new Uint8Array(BYTES);
  const writeConcernError = { code: 189, codeName: "PrimarySteppedDown", errmsg: "Primary stepped down" };
  upstream.on("bulkWrite", (request) => {
    const cursor = { id: 0, firstBatch: [{ ok: 1, idx: 0, n: 1, filler }], ns: "admin.$cmd.bulkWrite" };
    request.reply({ cursor, writeConcernError });
  });
  const client = await fixture.connect();
  const reply = await client.command({ bulkWrite: 1, ops: [{}], nsInfo: [{}], $db: "admin" });
  assertEquals([reply.writeConcernError.code, reply.writeConcernError.codeName], [6, "HostUnreachable"]);
});

Deno.test("Gateway collects large replies for clients that take them compressed", async () => {
  await using upstream = new Upstream();
  await using fixture = await openGateway(upstream);
  const client = await fixture.connect();
  const id = client.send(find, { compressor: "zlib" });
  const request = await upstream.next("find");
  request.replyBytes(largeReply(BYTES, id));
  assertEquals((await client.replyTo(id)).compressor, "zlib");
});

Deno.test("Gateway marks no server for one reply that it cannot read", async () => {
  await using upstream = new Upstream();
  await using fixture = await openGateway(upstream);
  const { client, request } = await asked(fixture, upstream);
  const reply = encodeOpMsg({ requestId: 9, responseTo: 5, body: serialize({ ok: 1, ...cursor(0) }) });
  // An element of a type that there is not.
  reply[25] = 0x55;
  request.replyBytes(reply);
  const { code, errmsg } = decodeReplyDocument(await client.receive());
  assertEquals(code, 6);
  assert(String(errmsg).startsWith("Unreadable reply from 127.0.0.1:"), errmsg);
  assertEquals(fixture.server().type, "Standalone");
  await request.closed;
  client.close();
});

/** Lets the time limit of five seconds pass, before which the client is still there. */
async function stalls(fixture: GatewayFixture, clock: ManualClock): Promise<void> {
  clock.advance(3_000);
  clock.advance(3_000);
  assertEquals(fixture.told("clientClosed"), []);
  clock.advance(3_000);
  assertEquals((await fixture.event("clientClosed")).reason, "stalled");
}
