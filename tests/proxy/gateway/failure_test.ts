import { assert, assertEquals, assertMatch } from "@std/assert";
import { type Document, serialize } from "bson";
import { setRequestId, setResponseTo } from "../../../codec/header.ts";
import { encodeOpMsg } from "../../../codec/op_msg.ts";
import { encodeOpReply, OpReplyFlag } from "../../../codec/op_reply.ts";
import { cursor, find, getMore, inTransaction, opMsg, retryable } from "../support/commands.ts";
import { eventually } from "../support/eventually.ts";
import { GatewayFixture } from "../support/gateway_fixture.ts";
import { PRIMARY_HELLO, Upstream, type UpstreamRequest } from "../support/upstream.ts";
import { UpstreamSet } from "../support/upstream_set.ts";

const insert = { insert: "things", documents: [{}], $db: "test" };

/** Commands whose connection is lost, and the labels that their failure has to carry. */
const LOST: readonly { what: string; command: Document; labels: string[] | undefined }[] = [
  { what: "read", command: find, labels: undefined },
  { what: "write", command: insert, labels: undefined },
  { what: "retryable write", command: { ...insert, ...retryable(1, 1) }, labels: ["RetryableWriteError"] },
  {
    what: "statement of a transaction",
    command: { ...insert, ...inTransaction(2, 1, { startTransaction: true }) },
    labels: ["TransientTransactionError"],
  },
  { what: "commit", command: { commitTransaction: 1, ...inTransaction(3, 1) }, labels: ["RetryableWriteError"] },
  { what: "abort", command: { abortTransaction: 1, ...inTransaction(4, 1) }, labels: ["RetryableWriteError"] },
];

Deno.test("Gateway tells of a connection lost while a command ran as mongos does", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri);
  const running: UpstreamRequest[] = [];
  const replies = [];
  for (const { command } of LOST) {
    const name = Object.keys(command)[0]!;
    upstream.hold(name);
    const client = await fixture.connect();
    replies.push(client.command(command));
    running.push(await upstream.next(name));
  }
  for (const request of running) request.hangUp();
  for (const [index, { document }] of (await Promise.all(replies)).map((document) => ({ document })).entries()) {
    const { what, labels } = LOST[index]!;
    assertEquals([document.ok, document.code, document.codeName], [0, 6, "HostUnreachable"], what);
    assertEquals(document.errorLabels, labels, what);
    assertMatch(document.errmsg, /^Connection to 127\.0\.0\.1:\d+ was lost/);
  }
  assertEquals(fixture.told("commandRefused").length, LOST.length);
  for (const { command } of LOST) {
    const name = Object.keys(command)[0]!;
    assertEquals(upstream.commands(name).length, LOST.filter((lost) => name in lost.command).length);
  }
});

Deno.test("Gateway goes on with a client after its command was lost", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri);
  const client = await fixture.connect();
  upstream.on("find", (request) => request.hangUp());
  assertEquals((await client.command(find)).code, 6);
  assertEquals(await client.command({ count: "things", $db: "test" }), { ok: 1 });
});

/** Bytes that are no reply to `request`. */
const UNREADABLE: Record<string, (request: UpstreamRequest) => Uint8Array> = {
  "half a reply": ({ requestId }) => replyTo(requestId).subarray(0, 20),
  "a length below that of a header": () => Uint8Array.of(3, 0, 0, 0, ...new Uint8Array(20)),
  "a length above the limit": () => Uint8Array.of(0, 0, 0, 0x7f, ...new Uint8Array(20)),
  "a reply to another request": ({ requestId }) => replyTo(requestId + 1),
  "a request": ({ requestId }) => withResponseTo(opMsg({ ping: 1 }), requestId, 2010),
  "a document whose length is wrong": ({ requestId }) => {
    const reply = replyTo(requestId);
    reply[21]! += 1;
    return reply;
  },
  "a flag that nobody knows": ({ requestId }) => {
    const reply = replyTo(requestId);
    reply[16] = 0x80;
    return reply;
  },
  "writeErrors that are no documents": ({ requestId }) => {
    const body = serialize({ ok: 1, writeErrors: [{ code: 10107, errmsg: "text" }] });
    // A type that no element has, inside what the top level tells nothing of.
    body[new TextDecoder("latin1").decode(body).indexOf("errmsg") - 1] = 0x55;
    return withResponseTo(encodeOpMsg({ requestId: 1, body }), requestId);
  },
};

for (const [what, bytesFor] of Object.entries(UNREADABLE)) {
  Deno.test(`Gateway answers with an error where a server sent ${what}`, async () => {
    await using set = new UpstreamSet(1);
    const upstream = set.member(0);
    await using fixture = await GatewayFixture.open(set.uri);
    const client = await fixture.connect();
    upstream.hold("find");
    const id = client.send(find);
    const request = await upstream.next("find");
    request.replyBytes(bytesFor(request));
    if (what.startsWith("half")) request.hangUp();
    const reply = (await client.replyTo(id)).document;
    assertEquals([reply.ok, reply.codeName], [0, "HostUnreachable"]);
    await request.closed;
  });
}

Deno.test("Gateway checks a server anew that sent an unreadable hello", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri);
  await eventually("the server streams", () => upstream.greetings.some(({ maxAwaitTimeMS }) => maxAwaitTimeMS));
  const greetings = upstream.greetings.length;
  upstream.sendUnreadableHello();
  await fixture.event("upstream", ({ event }) => event.type === "serverHeartbeatFailed");
  await eventually("it was greeted anew", () => upstream.greetings.length > greetings);
  assertEquals(await (await fixture.connect()).command(find), { ok: 1 });
});

Deno.test("Gateway passes on that a standalone server is no primary, and checks the server", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri);
  const client = await fixture.connect();
  upstream.on(
    "insert",
    (request) => request.reply({ ok: 0, code: 10107, codeName: "NotWritablePrimary", errmsg: "no" }),
  );
  const greetings = upstream.greetings.length;
  const reply = await client.command(insert);
  assertEquals([reply.code, reply.codeName, reply.errmsg], [10107, "NotWritablePrimary", "no"]);
  assertEquals(fixture.server().type, "Unknown");
  await eventually("the server was checked", () => upstream.greetings.length > greetings);
});

Deno.test("Gateway words a change of state as mongos does, with its labels, and finds the new primary", async () => {
  await using set = new UpstreamSet(2);
  await using fixture = await GatewayFixture.open(set.uri);
  await eventually("both are known", () => fixture.status.servers.every(({ type }) => type !== "Unknown"));
  const client = await fixture.connect();
  await client.command({ hello: 1 });
  set.member(0).on("insert", (request) => {
    set.elect(1);
    request.reply({
      ok: 0,
      code: 10107,
      codeName: "NotWritablePrimary",
      errmsg: "not master",
      errorLabels: ["RetryableWriteError"],
    });
  });
  const reply = await client.command({ ...insert, ...retryable(1, 1) });
  assertEquals([reply.code, reply.codeName, reply.errorLabels], [6, "HostUnreachable", ["RetryableWriteError"]]);
  assertEquals(await client.command({ ...insert, ...retryable(1, 1) }), { ok: 1 });
  assertEquals(set.member(1).commands("insert").length, 1);
});

Deno.test("Gateway passes on the failure of a legacy find with its flag", async () => {
  await using upstream = new Upstream({ ...PRIMARY_HELLO, maxWireVersion: 13 });
  await using fixture = await GatewayFixture.open(upstream.uri);
  upstream.on("find", (request) =>
    request.replyBytes(encodeOpReply({
      requestId: 1,
      responseTo: request.requestId,
      responseFlags: OpReplyFlag.queryFailure,
      documents: [serialize({ $err: "not master", code: 10107 })],
    })));
  const client = await fixture.connect();
  const { document, responseFlags } = await client.replyTo(client.sendQuery({}, "test.things"));
  assertEquals([document, responseFlags], [{ $err: "not master", code: 10107 }, OpReplyFlag.queryFailure]);
});

Deno.test("Gateway does not take a server for lost that hangs up on a legacy operation", async () => {
  await using upstream = new Upstream({ ...PRIMARY_HELLO, maxWireVersion: 9 });
  await using fixture = await GatewayFixture.open(upstream.uri);
  upstream.hold("count");
  const [legacy, other] = [await fixture.connect(), await fixture.connect()];
  const running = other.send({ count: "things", $db: "test" });
  const request = await upstream.next("count");
  upstream.on("find", (request) => request.hangUp());
  const { document, responseFlags } = await legacy.replyTo(legacy.sendQuery({}, "test.things"));
  assertEquals([document.code, responseFlags], [6, OpReplyFlag.queryFailure]);
  assertEquals(fixture.server().type, "Standalone");
  assertEquals(fixture.told("upstream").filter(({ event }) => event.type === "connectionPoolCleared"), []);
  request.reply();
  assertEquals((await other.replyTo(running)).document, { ok: 1 });
});

Deno.test("Gateway waits for a primary, then fails as mongos does", async () => {
  await using set = new UpstreamSet(2);
  await using fixture = await GatewayFixture.open(`${set.uri}&serverSelectionTimeoutMS=60`);
  set.elect(null);
  await eventually("there is no primary", () => fixture.status.servers.every(({ type }) => type === "RSSecondary"));
  const [plain, transaction, committing] = [await fixture.connect(), await fixture.connect(), await fixture.connect()];
  const replies = await Promise.all([
    plain.command(insert),
    transaction.command({ ...insert, ...inTransaction(1, 1, { startTransaction: true }) }),
    committing.command({ commitTransaction: 1, ...inTransaction(2, 1) }),
  ]);
  for (const reply of replies) assertEquals([reply.code, reply.codeName], [133, "FailedToSatisfyReadPreference"]);
  assertEquals(replies.map(({ errorLabels }) => errorLabels), [
    undefined,
    ["TransientTransactionError"],
    ["UnknownTransactionCommitResult"],
  ]);
  assertEquals(fixture.status.transactions, 0);
});

Deno.test("Gateway sends what waited for a primary once there is one", async () => {
  await using set = new UpstreamSet(2);
  await using fixture = await GatewayFixture.open(set.uri);
  set.elect(null);
  await eventually("there is no primary", () => fixture.status.servers.every(({ type }) => type === "RSSecondary"));
  const client = await fixture.connect();
  const id = client.send(insert);
  client.send({ ...find, filler: "x".repeat(3_000) });
  // A secondary answers what it may meanwhile.
  await (await fixture.connect()).command({ ...find, $readPreference: { mode: "secondary" } });
  set.elect(1);
  assertEquals((await client.replyTo(id)).document, { ok: 1 });
  assertEquals(set.member(1).commands("insert").length, 1);
  await client.receive();
});

Deno.test("Gateway sends queued commands to the next primary when the pool of the last is lost", async () => {
  await using set = new UpstreamSet(2);
  await using fixture = await GatewayFixture.open(`${set.uri}&maxPoolSize=1`);
  await eventually("both are known", () => fixture.status.servers.every(({ type }) => type !== "Unknown"));
  set.member(0).hold("insert");
  const clients = [await fixture.connect(), await fixture.connect(), await fixture.connect()];
  const ids = clients.map((client, number) => client.send({ ...insert, comment: number }));
  const running = await set.member(0).next("insert");
  const old = fixture.status.servers.findIndex(({ type }) => type === "RSPrimary");
  await eventually("the others wait", () => fixture.server(old).waiting === 2);
  running.hangUp();
  const lost = Number(running.command.comment);
  assertEquals((await clients[lost]!.replyTo(ids[lost]!)).document.code, 6);
  set.elect(1);
  for (const [number, client] of clients.entries()) {
    if (number !== lost) assertEquals((await client.replyTo(ids[number]!)).document, { ok: 1 });
  }
  const sent = set.members.flatMap((member) => member.commands("insert")).map(({ comment }) => Number(comment));
  assertEquals(sent.sort(), [0, 1, 2]);
});

Deno.test("Gateway sends queued commands to the next primary when the last steps down", async () => {
  await using set = new UpstreamSet(2);
  await using fixture = await GatewayFixture.open(`${set.uri}&maxPoolSize=1`);
  const [first, second] = [set.member(0), set.member(1)];
  first.hold("find");
  const [busy, queued] = [await fixture.connect(), await fixture.connect()];
  const running = busy.command(find);
  const request = await first.next("find");
  const waiting = queued.command(insert);
  await eventually("the insert is queued", () => fixture.server(0).waiting === 1);
  set.elect(1);
  await eventually("the election is known", () => fixture.server(1).type === "RSPrimary");
  request.reply();
  assertEquals([(await running).ok, (await waiting).ok], [1, 1]);
  assertEquals([first.commands("insert").length, second.commands("insert").length], [0, 1]);
});

Deno.test("Gateway sends a queued write to the new primary when the old one steps down while it waits", async () => {
  await using set = new UpstreamSet(2);
  await using fixture = await GatewayFixture.open(`${set.uri}&maxPoolSize=1`);
  await eventually("both are known", () => fixture.status.servers.every(({ type }) => type !== "Unknown"));
  set.member(0).hold("find");
  const [running, waiting] = [await fixture.connect(), await fixture.connect()];
  const id = running.send(find);
  const request = await set.member(0).next("find");
  const old = fixture.status.servers.findIndex(({ type }) => type === "RSPrimary");
  const write = waiting.send(insert);
  await eventually("the write waits", () => fixture.server(old).waiting === 1);
  set.elect(1);
  await eventually("the gateway knows", () => fixture.server(old).type === "RSSecondary");
  request.reply();
  await running.replyTo(id);
  assertEquals((await waiting.replyTo(write)).document, { ok: 1 });
  assertEquals(set.members.map((member) => member.commands("insert").length), [0, 1]);
});

Deno.test("Gateway asks again for the commit of a transaction at the new primary", async () => {
  await using set = new UpstreamSet(2);
  await using fixture = await GatewayFixture.open(set.uri);
  await eventually("both are known", () => fixture.status.servers.every(({ type }) => type !== "Unknown"));
  const client = await fixture.connect();
  await client.command({ ...insert, ...inTransaction(1, 1, { startTransaction: true }) });
  set.member(0).on("commitTransaction", (request) => request.hangUp());
  const commit = { commitTransaction: 1, ...inTransaction(1, 1) };
  assertEquals((await client.command(commit)).errorLabels, ["RetryableWriteError"]);
  set.member(0).goAway();
  set.elect(1);
  assertEquals(await client.command(commit), { ok: 1 });
  assertEquals(set.member(1).commands("commitTransaction").length, 1);
  assertEquals(fixture.status.transactions, 0);
});

Deno.test("Gateway fails a getMore whose server is gone without asking another", async () => {
  await using set = new UpstreamSet(2);
  await using fixture = await GatewayFixture.open(set.uri);
  await eventually("both are known", () => fixture.status.servers.every(({ type }) => type !== "Unknown"));
  const secondary = set.member(1);
  secondary.on("find", (request) => request.reply(cursor(5)));
  const client = await fixture.connect();
  await client.command({ ...find, $readPreference: { mode: "secondary" } });
  secondary.goAway();
  await eventually("the secondary is gone", () => fixture.status.servers.some(({ type }) => type === "Unknown"));
  assertEquals((await client.command(getMore(5))).codeName, "HostUnreachable");
  assertEquals(set.member(0).commands("getMore"), []);
});

Deno.test("Gateway tells of a server that refuses connections, and lives on", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(`${upstream.uri}?serverSelectionTimeoutMS=60`);
  upstream.goAway();
  await eventually("it is gone", () => fixture.server().type === "Unknown");
  const client = await fixture.connect();
  assertEquals((await client.command(find)).codeName, "FailedToSatisfyReadPreference");
  upstream.comeBack();
  await eventually("it is back", () => fixture.server().type === "Standalone");
  assertEquals(await client.command(find), { ok: 1 });
  assert(fixture.told("clientClosed").length === 0);
});

function replyTo(requestId: number): Uint8Array {
  return encodeOpMsg({ requestId: 1, responseTo: requestId, body: serialize({ ok: 1 }) });
}

function withResponseTo(message: Uint8Array, requestId: number, opCode?: number): Uint8Array {
  setRequestId(message, 1);
  setResponseTo(message, requestId);
  if (opCode !== undefined) new DataView(message.buffer).setInt32(12, opCode, true);
  return message;
}
