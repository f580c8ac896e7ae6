import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { Long, ObjectId } from "bson";
import { OpCode } from "../../../codec/header.ts";
import { OpMsgFlag } from "../../../codec/op_msg.ts";
import { formatHostAddress } from "../../../driver/address.ts";
import { metadata } from "../support/commands.ts";
import { eventually } from "../support/eventually.ts";
import { GatewayFixture } from "../support/gateway_fixture.ts";
import { PRIMARY_HELLO, Upstream } from "../support/upstream.ts";
import { UpstreamSet } from "../support/upstream_set.ts";

const WIRE_FIELDS = [
  "minWireVersion",
  "maxWireVersion",
  "maxBsonObjectSize",
  "maxMessageSizeBytes",
  "maxWriteBatchSize",
  "logicalSessionTimeoutMinutes",
];

Deno.test("Gateway answers hello with the upstream's versions and limits", async () => {
  const hello = { ...PRIMARY_HELLO, minWireVersion: 3, maxWireVersion: 17, maxWriteBatchSize: 99 };
  await using upstream = new Upstream(hello);
  await using fixture = await GatewayFixture.open(upstream.uri);
  const reply = await (await fixture.connect()).command({ hello: 1 });
  for (const field of WIRE_FIELDS) assertEquals(reply[field], (hello as Record<string, unknown>)[field], field);
  assertEquals([reply.ok, reply.isWritablePrimary, reply.ismaster, reply.readOnly], [1, true, undefined, false]);
  assert(reply.localTime instanceof Date);
  assert(reply.topologyVersion.processId instanceof ObjectId);
  assertEquals(reply.helloOk, undefined);
});

Deno.test("Gateway answers the older spellings with ismaster, in the opcode that they came in", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri);
  const client = await fixture.connect();
  for (const name of ["isMaster", "ismaster"]) {
    const asMsg = await client.replyTo(client.send({ [name]: 1, helloOk: true }));
    const asQuery = await client.replyTo(client.sendQuery({ [name]: 1, helloOk: true }));
    assertEquals([asMsg.opCode, asQuery.opCode], [OpCode.msg, OpCode.reply]);
    for (const { document } of [asMsg, asQuery]) {
      assertEquals([document.ok, document.ismaster, document.isWritablePrimary, document.helloOk], [
        1,
        true,
        undefined,
        true,
      ]);
    }
  }
  const inQuery = await client.replyTo(
    client.sendQuery({ $query: { isMaster: 1 }, $readPreference: { mode: "primary" } }),
  );
  assertEquals(inQuery.document.ismaster, true);
});

Deno.test("Gateway looks like a standalone server in front of one, and like mongos otherwise", async () => {
  await using standalone = new Upstream();
  await using set = new UpstreamSet(2);
  await using mongos = new Upstream({ ...PRIMARY_HELLO, msg: "isdbgrid" });
  const seen = [];
  for (const uri of [standalone.uri, set.uri, mongos.uri]) {
    await using fixture = await GatewayFixture.open(uri);
    const client = await fixture.connect();
    const reply = await client.command({ hello: 1 });
    const grid = await client.command({ isdbgrid: 1 });
    seen.push([reply.msg, grid.isdbgrid]);
    for (const hidden of ["setName", "hosts", "me", "primary", "secondary"]) assertEquals(reply[hidden], undefined);
  }
  assertEquals(seen, [[undefined, undefined], ["isdbgrid", 1], ["isdbgrid", 1]]);
});

Deno.test("Gateway agrees on the compressors that client and configuration share, in the client's order", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri, { compressors: ["zlib", "zstd"] });
  const client = await fixture.connect();
  const asked = ["snappy", "zstd", "zlib", "brotli"];
  assertEquals((await client.command({ hello: 1, compression: asked })).compression, ["zstd", "zlib"]);
  assertEquals((await client.command({ hello: 1, compression: [] })).compression, []);
  assertEquals((await client.command({ hello: 1 })).compression, undefined);
});

Deno.test("Gateway has no authentication mechanism for anybody", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri);
  const client = await fixture.connect();
  const reply = await client.command({ hello: 1, saslSupportedMechs: "admin.user", speculativeAuthenticate: {} });
  assertEquals(reply.saslSupportedMechs, []);
  assertEquals(reply.speculativeAuthenticate, undefined);
});

Deno.test("Gateway refuses to authenticate, naming its listener", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri);
  const client = await fixture.connect();
  const listener = formatHostAddress(fixture.gateway.address);
  for (const name of ["saslStart", "saslContinue", "authenticate"]) {
    const reply = await client.command({ [name]: 1, mechanism: "SCRAM-SHA-256", payload: "secret" });
    assertEquals([reply.ok, reply.code, reply.codeName], [0, 18, "AuthenticationFailed"]);
    assert(reply.errmsg.includes(listener));
    assert(!reply.errmsg.includes("secret"));
  }
  assertEquals(await client.command({ logout: 1 }), { ok: 1 });
  assertEquals(fixture.told("commandRefused").length, 3);
});

Deno.test("Gateway gives a nonce to whoever asks, since old drivers do without wanting to log in", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri);
  const client = await fixture.connect();
  const [first, second] = [await client.command({ getnonce: 1 }), await client.command({ getnonce: 1 })];
  assertMatch(first.nonce, /^[0-9a-f]{16}$/);
  assertNotEquals(first.nonce, second.nonce);
});

Deno.test("Gateway answers local commands itself", async () => {
  await using upstream = new Upstream();
  upstream.on("buildInfo", (request) => request.reply({ version: "7.0.0" }));
  await using fixture = await GatewayFixture.open(upstream.uri);
  const client = await fixture.connect();
  const { you } = await client.command({ whatsmyip: 1 });
  assertMatch(you, /^127\.0\.0\.1:\d+$/);
  assertEquals(await client.command({ ping: 1 }), { ok: 1 });
  await eventually("the server's version is known", () => upstream.commands("buildInfo").length > 0);
  assertEquals((await client.command({ buildInfo: 1 })).version, "7.0.0");
  assertEquals((await client.command({ getLastError: 1 })).err, null);
  assertEquals(upstream.commands("ping"), []);
});

Deno.test("Gateway sends endSessions to the primary, and answers it where there is none", async () => {
  await using set = new UpstreamSet(2);
  await using fixture = await GatewayFixture.open(set.uri);
  const client = await fixture.connect();
  assertEquals(await client.command({ endSessions: [] }), { ok: 1 });
  assertEquals(set.member(0).commands("endSessions").length, 1);
  set.elect(null);
  await eventually("there is no primary", () => fixture.status.servers.every(({ type }) => type === "RSSecondary"));
  assertEquals(await client.command({ endSessions: [] }), { ok: 1 });
  assertEquals(set.members.flatMap((member) => member.commands("endSessions")).length, 1);
});

Deno.test("Gateway tells a waiting client of a change at once", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri);
  await eventually("the server streams", () => upstream.greetings.some(({ maxAwaitTimeMS }) => maxAwaitTimeMS));
  const client = await fixture.connect();
  const { topologyVersion } = await client.command({ hello: 1 });
  const hello = { hello: 1, topologyVersion, maxAwaitTimeMS: 60_000 };
  const waiting = client.send(hello);
  const other = await fixture.connect();
  await other.command({ ping: 1 });
  assertEquals(client.unread, 0);
  upstream.setHello({ ...PRIMARY_HELLO, maxWireVersion: 20 });
  const { document } = await client.replyTo(waiting);
  assertEquals(document.maxWireVersion, 20);
  assertEquals(String(document.topologyVersion.counter), String(Number(topologyVersion.counter) + 1));
  // Whoever knows an older version is told at once.
  assertEquals((await client.command(hello)).maxWireVersion, 20);
});

Deno.test("Gateway tells a client that takes a stream of every change, each reply answering the one before it", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri);
  const client = await fixture.connect();
  const { topologyVersion } = await client.command({ hello: 1 });
  const hello = { hello: 1, topologyVersion, maxAwaitTimeMS: 60_000 };
  let answered = client.send(hello, { flags: OpMsgFlag.exhaustAllowed });
  for (const maxWireVersion of [20, 19, 18]) {
    await eventually("the server streams", () => upstream.streams === 1);
    upstream.setHello({ ...PRIMARY_HELLO, maxWireVersion });
    const { document, flags, requestId } = await client.replyTo(answered);
    assertEquals([document.maxWireVersion, flags], [maxWireVersion, OpMsgFlag.moreToCome]);
    answered = requestId;
  }
});

Deno.test("Gateway repeats itself to a client that takes a stream when the time is up", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri);
  const client = await fixture.connect();
  const { topologyVersion } = await client.command({ hello: 1 });
  const hello = { hello: 1, topologyVersion, maxAwaitTimeMS: Long.fromNumber(20) };
  const first = await client.replyTo(client.send(hello, { flags: OpMsgFlag.exhaustAllowed }));
  const second = await client.replyTo(first.requestId);
  assertEquals([first, second].map(({ flags }) => flags), [OpMsgFlag.moreToCome, OpMsgFlag.moreToCome]);
  assertEquals(second.document.topologyVersion, topologyVersion);
});

Deno.test("Gateway streams to nobody who may not be told more than once", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri);
  const client = await fixture.connect();
  const { topologyVersion } = await client.command({ hello: 1 });
  const hellos = [
    { hello: 1 },
    ...[0, -1, NaN, Long.fromNumber(-1)].map((maxAwaitTimeMS) => ({ hello: 1, topologyVersion, maxAwaitTimeMS })),
    { hello: 1, maxAwaitTimeMS: 10 },
  ];
  for (const hello of hellos) {
    const { flags } = await client.replyTo(client.send(hello, { flags: OpMsgFlag.exhaustAllowed }));
    assertEquals(flags, 0);
  }
  const waiting = { hello: 1, topologyVersion, maxAwaitTimeMS: Long.fromNumber(5) };
  assertEquals((await client.replyTo(client.send(waiting))).flags, 0);
});

Deno.test("Gateway ends streams when it drains, with a last reply", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri);
  const client = await fixture.connect();
  const { topologyVersion } = await client.command({ hello: 1 });
  const hello = { hello: 1, topologyVersion, maxAwaitTimeMS: 60_000 };
  const asked = client.send(hello, { flags: OpMsgFlag.exhaustAllowed });
  await (await fixture.connect()).command({ ping: 1 });
  const drained = fixture.gateway.drain(60_000);
  assertEquals((await client.replyTo(asked)).flags, 0);
  await client.closed;
  await drained;
});

Deno.test("Gateway answers a waiting hello when its time is up", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri);
  const client = await fixture.connect();
  const { topologyVersion } = await client.command({ hello: 1 });
  const reply = await client.command({ hello: 1, topologyVersion, maxAwaitTimeMS: Long.fromNumber(20) });
  assertEquals(reply.topologyVersion, topologyVersion);
});

Deno.test("Gateway answers at once whoever knows the version of another gateway", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri);
  const client = await fixture.connect();
  const topologyVersion = { processId: new ObjectId(), counter: Long.fromNumber(7) };
  assertEquals((await client.command({ hello: 1, topologyVersion, maxAwaitTimeMS: 60_000 })).ok, 1);
});

Deno.test("Gateway keeps a hello waiting whose time is longer than a timer's", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri);
  await eventually("the server streams", () => upstream.greetings.some(({ maxAwaitTimeMS }) => maxAwaitTimeMS));
  const client = await fixture.connect();
  const { topologyVersion } = await client.command({ hello: 1 });
  const waiting = client.send({ hello: 1, topologyVersion, maxAwaitTimeMS: Long.MAX_VALUE });
  const other = await fixture.connect();
  for (let turn = 0; turn < 5; turn++) await other.command({ whatsmyip: 1 });
  assertEquals(client.unread, 0);
  upstream.setHello({ ...PRIMARY_HELLO, maxWireVersion: 20 });
  assertEquals((await client.replyTo(waiting)).document.maxWireVersion, 20);
});

Deno.test("Gateway forgets the waiting hello of a client that left", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri);
  const client = await fixture.connect();
  const { topologyVersion } = await client.command({ hello: 1 });
  client.send({ hello: 1, topologyVersion, maxAwaitTimeMS: 60_000 });
  client.end();
  await fixture.event("clientClosed", ({ reason }) => reason === "clientLeft");
});

Deno.test("Gateway lets a first hello wait for the deployment to be found", async () => {
  await using upstream = new Upstream();
  upstream.goAway();
  await using fixture = await GatewayFixture.open(upstream.uri, { ping: false });
  const client = await fixture.connect();
  const waiting = client.send({ hello: 1 });
  const asking = await fixture.connect();
  upstream.comeBack();
  // A command asks discovery to look again before its regular time.
  const read = asking.send({ find: "things", $db: "test" });
  assertEquals((await client.replyTo(waiting)).document.isWritablePrimary, true);
  await asking.replyTo(read);
});

Deno.test("Gateway answers a first hello with an error where no deployment is found in time", async () => {
  await using upstream = new Upstream();
  upstream.goAway();
  const uri = `${upstream.uri}?serverSelectionTimeoutMS=40`;
  await using fixture = await GatewayFixture.open(uri, { ping: false });
  const reply = await (await fixture.connect()).command({ hello: 1 });
  assertEquals([reply.ok, reply.codeName], [0, "HostUnreachable"]);
});

Deno.test("Gateway keeps its facade while the deployment is out of reach", async () => {
  await using upstream = new Upstream({ ...PRIMARY_HELLO, maxWireVersion: 19 });
  await using fixture = await GatewayFixture.open(upstream.uri);
  upstream.goAway();
  await eventually("it is gone", () => fixture.server().type === "Unknown");
  const reply = await (await fixture.connect()).command({ hello: 1 });
  assertEquals([reply.ok, reply.maxWireVersion], [1, 19]);
});

Deno.test("Gateway tells who its clients are", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri);
  const client = await fixture.connect();
  await client.command({ hello: 1, client: metadata("shop") });
  await client.command({ hello: 1 });
  const told = fixture.told("clientIdentified").map(({ application, driver }) => ({ application, driver }));
  assertEquals(told, [{ application: "shop", driver: "nodejs 7.0.0" }]);
  await (await fixture.connect()).command({ hello: 1, client: metadata("shop") });
  await (await fixture.connect()).command({ hello: 1, client: metadata("office") });
  assertEquals(fixture.status.clientGroups, 2);
});

Deno.test("Gateway gives the same serviceId to every client in load-balanced mode, and to no other", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri);
  const [first, second] = [await fixture.connect(), await fixture.connect()];
  const { serviceId } = await first.command({ hello: 1, loadBalanced: true });
  assert(serviceId instanceof ObjectId);
  assertEquals((await second.command({ hello: 1, loadBalanced: true })).serviceId, serviceId);
  assertEquals((await (await fixture.connect()).command({ hello: 1 })).serviceId, undefined);
});
