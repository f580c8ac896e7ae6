import { assertEquals } from "@std/assert";
import { concat } from "@std/bytes";
import { BSONRegExp, Double, Long, serialize } from "bson";
import { encodeOpMsg, OpMsgFlag } from "../../../codec/op_msg.ts";
import { describeReply } from "../../../codec/reply.ts";
import { decodeReplyDocument } from "../../../driver/connection.ts";
import { ByteClient } from "../support/byte_client.ts";
import { find, opMsg } from "../support/commands.ts";
import { eventually } from "../support/eventually.ts";
import { GatewayFixture } from "../support/gateway_fixture.ts";
import { Upstream } from "../support/upstream.ts";
import { within } from "../support/within.ts";

const flags = OpMsgFlag.moreToCome;

function insert(number: number) {
  return { insert: "things", documents: [{ number }], writeConcern: { w: 0 }, $db: "test" };
}

function inserted(upstream: Upstream): number[] {
  return upstream.commands("insert").map(({ documents }) => documents[0].number);
}

Deno.test("Gateway sends nothing to the client for a write without acknowledgement", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri);
  const client = await fixture.connect();
  client.send(insert(1), { flags });
  await client.command(find);
  assertEquals(inserted(upstream), [1]);
  assertEquals(client.unread, 0);
});

Deno.test("Gateway runs the next command of a client after its unacknowledged write is done", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(`${upstream.uri}?maxPoolSize=4`);
  const client = await fixture.connect();
  upstream.hold("insert");
  client.send(insert(1), { flags });
  const read = client.send(find);
  const write = await upstream.next("insert");
  assertEquals(upstream.commands("find"), []);
  write.reply({ n: 1, ok: 1 });
  await client.replyTo(read);
  assertEquals(client.unread, 0);
});

Deno.test("Gateway has servers acknowledge what its client wants no acknowledgement of", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri);
  const client = await fixture.connect();
  for (const w of [0, new Double(0), new Long(0)]) {
    client.send({ ...insert(1), writeConcern: { w, j: false } }, { flags });
  }
  client.send({ createIndexes: "things", indexes: [], writeConcern: { w: 0 }, $db: "test" }, { flags });
  await client.command(find);
  const sent = upstream.requests.filter(({ command }) => command.writeConcern !== undefined);
  assertEquals(sent.map(({ command }) => Number(command.writeConcern.w)), [1, 1, 1, 0]);
  assertEquals(client.unread, 0);
});

Deno.test("Gateway tells a client that wants no acknowledgement but a reply that its write came", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri);
  const client = await fixture.connect();
  const writeErrors = [{ index: 0, code: 11000, errmsg: "There" }];
  upstream.on("insert", (request) => request.reply({ n: 3, writeErrors, operationTime: 7, ok: 1 }));
  assertEquals(await client.command(insert(1)), { n: 0, operationTime: 7, ok: 1 });
  const { document } = await client.replyTo(client.sendQuery({ ...insert(2), $db: undefined }, "test.$cmd"));
  assertEquals(document, { n: 0, operationTime: 7, ok: 1 });
  assertEquals(upstream.commands("insert").map(({ writeConcern }) => writeConcern.w), [1, 1]);
  upstream.on("insert", (request) => request.reply({ ok: 0, code: 13, errmsg: "No", codeName: "Unauthorized" }));
  assertEquals((await client.command(insert(1))).code, 13);
});

Deno.test("Gateway runs the unacknowledged write of a client that left while it was queued", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(`${upstream.uri}?maxPoolSize=1`);
  upstream.hold("find");
  const [first, second] = [await fixture.connect(), await fixture.connect()];
  first.send(find);
  const blocking = await upstream.next("find");
  second.send(insert(1), { flags });
  await eventually("the write waits", () => fixture.server().waiting === 1);
  second.close();
  await fixture.event("clientClosed");
  blocking.reply();
  await eventually("the write arrived", () => inserted(upstream).length === 1);
});

Deno.test("Gateway runs all unacknowledged writes that a client sent before it left", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(`${upstream.uri}?maxPoolSize=1`);
  const client = await fixture.connect();
  const numbers = Array.from({ length: 50 }, (_, number) => number);
  client.sendBytes(concat(numbers.map((number) => opMsg(insert(number), { requestId: number, flags }))));
  client.end();
  await eventually("all writes arrived", () => inserted(upstream).length === numbers.length);
  assertEquals(inserted(upstream), numbers);
  await eventually("the connection is free", () => fixture.server().available === 1);
});

Deno.test("Gateway gives up what a client sent before it left once there is no server to write to", async () => {
  await using upstream = new Upstream();
  const options = "?serverSelectionTimeoutMS=100&heartbeatFrequencyMS=500";
  await using fixture = await GatewayFixture.open(`${upstream.uri}${options}`);
  const client = await fixture.connect();
  upstream.goAway();
  await eventually("the server is gone", () => fixture.server().type === "Unknown");
  client.sendBytes(concat(Array.from({ length: 1_000 }, (_, number) => opMsg(insert(number), { flags }))));
  client.end();
  await fixture.event("clientClosed");
  await within("the end of all that runs", fixture.gateway.windDown(60_000));
  assertEquals(inserted(upstream), []);
});

Deno.test("Gateway leaves a client in peace whose unacknowledged write fails", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri);
  const client = await fixture.connect();
  upstream.on("insert", (request) => request.hangUp());
  client.send(insert(1), { flags });
  await eventually(
    "the connection is gone",
    () => fixture.server().type === "Unknown" || fixture.server().connections === 0,
  );
  assertEquals(await client.command(find), { ok: 1 });
  assertEquals(client.unread, 0);
});

Deno.test("Gateway keeps what is about a connection away from those to servers, though no reply is asked for", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri);
  const client = await fixture.connect();
  for (const name of ["logout", "saslStart", "saslContinue", "authenticate", "getnonce", "hello", "getLastError"]) {
    client.send({ [name]: 1 }, { flags });
  }
  client.send({ endSessions: [] }, { flags });
  await client.command(find);
  const names = upstream.requests.map(({ name }) => name).filter((name) => name !== "buildInfo");
  assertEquals(names, ["endSessions", "find"]);
  assertEquals(client.unread, 0);
});

Deno.test("Gateway passes on what servers tell of a write without acknowledgement all the same", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri);
  const client = await fixture.connect();
  const value = { pattern: new BSONRegExp("a", "imsx"), reference: { $id: 3, $ref: "films", more: 1 } };
  const body = new Uint8Array(serialize({ lastErrorObject: { n: 1 }, value, ok: 1 }));
  upstream.on("findAndModify", (request) => {
    request.replyBytes(encodeOpMsg({ requestId: 1, responseTo: request.requestId, body }));
  });
  using raw = await ByteClient.connect(fixture.gateway.address);
  raw.send(opMsg({ findAndModify: "things", writeConcern: { w: 0 }, $db: "test" }));
  assertEquals((await raw.receive()).subarray(-body.length), body);
  upstream.on("insert", (request) => request.reply({ n: 3, ok: 1 }));
  assertEquals(await client.command({ ...insert(1), writeConcern: { w: 0, j: true } }), { n: 3, ok: 1 });
  assertEquals(await client.command({ ...insert(1), writeConcern: { w: 0, j: false } }), { n: 0, ok: 1 });
});

Deno.test("Gateway passes on what servers quote of clients that write no UTF-8", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri);
  using client = await ByteClient.connect(fixture.gateway.address);
  const marker = "marked";
  const replies = {
    insert: { n: 0, writeErrors: [{ index: 0, code: 11000, keyValue: { _id: marker }, errmsg: "There" }], ok: 1 },
    update: { n: 1, upserted: [{ index: 0, _id: marker }], ok: 1 },
  };
  for (const [name, reply] of Object.entries(replies)) {
    const body = new Uint8Array(serialize(reply));
    body[new TextDecoder("latin1").decode(body).indexOf(marker)] = 0xff;
    upstream.on(name, (request) => {
      request.replyBytes(encodeOpMsg({ requestId: 1, responseTo: request.requestId, body }));
    });
    client.send(opMsg({ [name]: "things", $db: "test" }));
    assertEquals((await client.receive()).subarray(-body.length), body);
    client.send(opMsg({ [name]: "things", writeConcern: { w: 0 }, $db: "test" }));
    assertEquals(decodeReplyDocument(await client.receive()), { n: 0, ok: 1 });
    client.send(opMsg({ getLastError: 1 }));
    assertEquals(describeReply(await client.receive()).ok, true);
  }
});

Deno.test("Gateway blames no server for a reply that it cannot put in other words", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri);
  const client = await fixture.connect();
  const marker = "_bsontypX";
  const body = serialize({ n: 1, odd: { [marker]: "Odd" }, ok: 1 });
  body[new TextDecoder("latin1").decode(body).indexOf(marker) + marker.length - 1] = "e".charCodeAt(0);
  upstream.on("insert", (request) => {
    request.replyBytes(encodeOpMsg({ requestId: 1, responseTo: request.requestId, body }));
  });
  assertEquals((await client.command(insert(1))).codeName, "HostUnreachable");
  assertEquals(fixture.server().type, "Standalone");
  assertEquals(await client.command(find), { ok: 1 });
});
