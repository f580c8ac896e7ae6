import { assert, assertEquals, assertNotEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { type Document, Long } from "bson";
import { OpCode } from "../../../codec/header.ts";
import { OpMsgFlag } from "../../../codec/op_msg.ts";
import { parseHostAddress } from "../../../driver/address.ts";
import { eventually } from "../support/eventually.ts";
import { RawClient } from "../support/raw_client.ts";
import { PRIMARY_HELLO, Upstream } from "../support/upstream.ts";
import { freePorts } from "./free_ports.ts";
import { MirrorFixture } from "./mirror_fixture.ts";
import { ScriptedSet } from "./scripted_set.ts";

const TRIO = { primary: 0, hosts: [0, 1, 2] };

Deno.test("Mirror shows every member that any seed knows of at an address of its own", async () => {
  await using set = new ScriptedSet(4, { primary: 1, hosts: [0, 1], passives: [2], arbiters: [3] });
  await using fixture = await MirrorFixture.open(set.uri, { ports: 4 });
  const told = set.members.map(({ host }) => fixture.addressOf(host));
  assertEquals(new Set(told).size, 4);
  for (const [index, member] of set.members.entries()) {
    const hello = await fixture.hello(member.host);
    assertEquals(hello.me, told[index]);
    assertEquals(hello.hosts, told.slice(0, 2));
    assertEquals(hello.passives, [told[2]]);
    assertEquals(hello.arbiters, [told[3]]);
    assertEquals(hello.primary, told[1]);
    assertEquals(hello.isWritablePrimary, index === 1);
    assertEquals(hello.arbiterOnly, index === 3 ? true : undefined);
  }
});

Deno.test("Mirror leaves the rest of hello as the member said it", async () => {
  await using set = new ScriptedSet(3, TRIO);
  await using fixture = await MirrorFixture.open(set.uri);
  const client = await fixture.connect(set.host(0));
  const hello = await client.command({
    hello: 1,
    helloOk: true,
    compression: ["zstd", "zlib"],
    saslSupportedMechs: "admin.ada",
  });
  const { setName, setVersion, electionId, tags, secondary, lastWrite, maxWireVersion } = hello;
  assertEquals({ setName, setVersion, tags, secondary, maxWireVersion }, {
    setName: "rs",
    setVersion: 1,
    tags: { number: "0" },
    secondary: false,
    maxWireVersion: 21,
  });
  assertEquals(electionId.toHexString(), "1".padStart(24, "0"));
  assertEquals(lastWrite.lastWriteDate.getTime(), 1_700_000_000_000);
  assertEquals(Number(hello.topologyVersion.counter), 1);
  assertEquals([hello.helloOk, hello.compression, hello.saslSupportedMechs], [true, ["zlib"], []]);
  assertNotEquals(hello.connectionId, 777);
  assert(hello.localTime.getTime() > 0);
});

Deno.test("Mirror answers isMaster in OP_QUERY in its own words", async () => {
  await using set = new ScriptedSet(3, TRIO);
  await using fixture = await MirrorFixture.open(set.uri);
  const client = await fixture.connect(set.host(1));
  const { opCode, document } = await client.replyTo(client.sendQuery({ ismaster: 1 }));
  assertEquals(opCode, OpCode.reply);
  assertEquals([document.ismaster, document.secondary, "isWritablePrimary" in document], [false, true, false]);
  assertEquals(document.me, fixture.addressOf(set.host(1)));
});

Deno.test("Mirror tells clients of no newer wire version than asked for", async () => {
  await using set = new ScriptedSet(3, TRIO);
  await using fixture = await MirrorFixture.open(set.uri, { maxWireVersion: 0 });
  const { minWireVersion, maxWireVersion } = await fixture.hello(set.host(0));
  assertEquals([minWireVersion, maxWireVersion], [0, 0]);
});

Deno.test("Mirror tells clients the host that is to be told", async () => {
  await using set = new ScriptedSet(3, TRIO);
  await using fixture = await MirrorFixture.open(set.uri, { advertise: "localhost" });
  const { hosts } = await fixture.hello(set.host(0));
  assertEquals(hosts.map((host: string) => host.replace(/\d+$/, "")), ["localhost:", "localhost:", "localhost:"]);
});

Deno.test("Mirror tells clients that wait for a change of an election at once, on every member", async () => {
  await using set = new ScriptedSet(3, TRIO);
  await using fixture = await MirrorFixture.open(set.uri);
  const clients = await Promise.all(set.members.map(async ({ host }) => await waiting(fixture, host)));
  set.arrange({ primary: 2, hosts: [0, 1, 2] });
  for (const { client, asked } of clients) {
    const { document } = await client.replyTo(asked);
    assertEquals(document.primary, fixture.addressOf(set.host(2)));
    assertEquals(document.setVersion, 2);
  }
});

Deno.test("Mirror streams every election to a client that takes a stream, until the member is lost", async () => {
  await using set = new ScriptedSet(3, TRIO);
  await using fixture = await MirrorFixture.open(set.uri);
  const client = await fixture.connect(set.host(1));
  let answered = askAgain(client, await client.command({ hello: 1 }), OpMsgFlag.exhaustAllowed);
  for (const primary of [1, 2, 0]) {
    await eventually("the member streams", () => set.member(1).streams === 2);
    set.arrange({ primary, hosts: [0, 1, 2] });
    const { document, flags, requestId } = await client.replyTo(answered);
    assertEquals([document.primary, flags], [fixture.addressOf(set.host(primary)), OpMsgFlag.moreToCome]);
    answered = requestId;
  }
  set.member(1).goAway();
  await client.closed;
});

Deno.test("Mirror waits with a client that knows a later version than its own monitor", async () => {
  await using set = new ScriptedSet(3, TRIO);
  await using fixture = await MirrorFixture.open(set.uri);
  const client = await fixture.connect(set.host(0));
  const { topologyVersion: { processId, counter } } = await client.command({ hello: 1 });
  const topologyVersion = { processId, counter: Long.fromBigInt(BigInt(counter) + 1n) };
  const asked = client.send({ hello: 1, topologyVersion, maxAwaitTimeMS: Long.fromNumber(60_000) });
  await (await fixture.connect(set.host(0))).command({ ping: 1 });
  assertEquals(client.unread, 0);
  set.arrange({ primary: null, hosts: [0, 1, 2] });
  assertEquals((await client.replyTo(asked)).document.isWritablePrimary, false);
});

Deno.test("Mirror listens for a member that joins, and tells those who wait", async () => {
  await using set = new ScriptedSet(3, { primary: 0, hosts: [0, 1] });
  await using fixture = await MirrorFixture.open(set.uri);
  const undisturbed = await fixture.connect(set.host(1));
  const { client, asked } = await waiting(fixture, set.host(1));
  set.arrange(TRIO);
  await fixture.event("memberAdded", ({ member }) => member === set.host(2));
  let { document } = await client.replyTo(asked);
  // The member itself may tell of its new fellow before there is a listener for it.
  if (document.hosts.length === 2) document = (await client.replyTo(askAgain(client, document))).document;
  assertEquals(document.hosts, [0, 1, 2].map((index) => fixture.addressOf(set.host(index))));
  assertEquals((await undisturbed.command({ ping: 1 })).ok, 1);
});

Deno.test("Mirror ends the listener of a member that leaves, and no other", async () => {
  await using set = new ScriptedSet(3, TRIO);
  await using fixture = await MirrorFixture.open(set.uri);
  const gone = fixture.addressOf(set.host(2));
  const [leaving, staying] = [await fixture.connect(set.host(2)), await fixture.connect(set.host(1))];
  await staying.command({ hello: 1 });
  set.arrange({ primary: 0, hosts: [0, 1] });
  await leaving.closed;
  await assertRejects(() => RawClient.connect(parseHostAddress(gone)));
  assertEquals((await staying.command({ ping: 1 })).ok, 1);
  await eventually("nobody is told of it", () => fixture.told("memberRemoved").length === 1);
  assertEquals((await fixture.hello(set.host(0))).hosts, [0, 1].map((index) => fixture.addressOf(set.host(index))));
});

Deno.test("Mirror lets a command at a member that left end", async () => {
  await using set = new ScriptedSet(3, TRIO);
  await using fixture = await MirrorFixture.open(set.uri);
  set.member(2).hold("find");
  const client = await fixture.connect(set.host(2));
  const asked = client.send({ find: "films", $db: "shop", $readPreference: { mode: "secondary" } });
  const atServer = await set.member(2).next("find");
  set.arrange({ primary: 0, hosts: [0, 1] });
  await fixture.event("memberRemoved");
  atServer.reply({ cursor: { id: 0n, ns: "shop.films", firstBatch: [{ _id: 1 }] } });
  assertEquals((await client.replyTo(asked)).document.cursor.firstBatch, [{ _id: 1 }]);
  await client.closed;
});

Deno.test("Mirror.close() ends what still runs at a member that left", async () => {
  await using set = new ScriptedSet(3, TRIO);
  await using fixture = await MirrorFixture.open(set.uri);
  set.member(2).hold("find");
  const client = await fixture.connect(set.host(2));
  client.send({ find: "films", $db: "shop" });
  await set.member(2).next("find");
  set.arrange({ primary: 0, hosts: [0, 1] });
  await fixture.event("memberRemoved");
  await fixture.mirror.close();
  await client.closed;
  await eventually("no connection is left", () => set.member(2).openConnectionCount === 0);
});

Deno.test("Mirror.status() tells who listens, also while it ends", async () => {
  await using set = new ScriptedSet(3, TRIO);
  await using fixture = await MirrorFixture.open(set.uri, { ports: 2 });
  await fixture.connect(set.host(0));
  await (await fixture.connect(set.host(1))).command({ ping: 1 });
  const { members } = fixture.mirror.status();
  assertEquals(members.map(({ member, isListening }) => [member, isListening]), [
    [set.host(0), true],
    [set.host(1), true],
    [set.host(2), false],
  ]);
  assertEquals([members[1]?.gateway?.clients, members[2]?.address, members[2]?.gateway], [1, null, null]);
  const drained = fixture.mirror.drain(1_000);
  assertEquals(fixture.mirror.status().members.map(({ isListening }) => isListening), [false, false, false]);
  await drained;
});

Deno.test("Mirror gives a member that returns the port that it had", async () => {
  await using set = new ScriptedSet(4, TRIO);
  await using fixture = await MirrorFixture.open(set.uri, { ports: 4 });
  const before = fixture.addressOf(set.host(2));
  set.arrange({ primary: 0, hosts: [0, 1, 3] });
  await fixture.event("memberAdded", ({ member }) => member === set.host(3));
  set.arrange({ primary: 0, hosts: [0, 1, 2, 3] });
  await eventually("it is back", () => fixture.told("memberAdded").length === 5);
  assertEquals(fixture.addressOf(set.host(2)), before);
  assertEquals((await fixture.hello(set.host(2))).me, before);
});

Deno.test("Mirror leaves a member without a port out, and tells of it", async () => {
  await using set = new ScriptedSet(3, TRIO);
  await using fixture = await MirrorFixture.open(set.uri, { ports: 2 });
  assertEquals(fixture.told("memberWithoutPort").map(({ member }) => member), [set.host(2)]);
  const { client, asked } = await waiting(fixture, set.host(1));
  set.arrange({ primary: 2, hosts: [0, 1, 2] });
  const { document } = await client.replyTo(asked);
  assertEquals(document.hosts, [0, 1].map((index) => fixture.addressOf(set.host(index))));
  assertEquals([document.setVersion, "primary" in document], [2, false]);
});

Deno.test("Mirror listens where a member is mapped to, be it listed or hidden", async () => {
  await using set = new ScriptedSet(3, { primary: 0, hosts: [0, 1], hidden: [2] });
  const [first, second] = freePorts(2);
  const tcp = (port = 0) => ({ kind: "tcp", host: "127.0.0.1", port }) as const;
  const map = new Map([[set.host(1), tcp(first)], [set.host(2), tcp(second)]]);
  await using fixture = await MirrorFixture.open(set.uri, { map });
  const hello = await fixture.hello(set.host(2));
  assertEquals([hello.me, hello.hidden], [`127.0.0.1:${second}`, true]);
  assertEquals(hello.hosts, [fixture.addressOf(set.host(0)), `127.0.0.1:${first}`]);
});

Deno.test("Mirror finds the set by its mapped members where no seed answers", async () => {
  await using set = new ScriptedSet(2, { primary: 0, hosts: [0, 1] });
  const [nobody] = freePorts(1);
  const map = new Map([[set.host(1), { kind: "tcp", host: "127.0.0.1", port: 0 } as const]]);
  await using fixture = await MirrorFixture.open(`mongodb://127.0.0.1:${nobody}/?replicaSet=rs`, { map });
  await fixture.event("memberAdded", ({ member }) => member === set.host(0));
  await eventually("all are listed", () => fixture.mirror.status().members.every(({ isListening }) => isListening));
  assertEquals((await fixture.hello(set.host(1))).hosts, [0, 1].map((index) => fixture.addressOf(set.host(index))));
});

Deno.test("Mirror tries again to listen on a port that somebody else has", async () => {
  await using set = new ScriptedSet(3, TRIO);
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const map = new Map([[set.host(1), { kind: "tcp", host: "127.0.0.1", port: taken.addr.port } as const]]);
  await using fixture = await MirrorFixture.open(set.uri, { map });
  const { member, error } = await fixture.event("memberFailed");
  assertEquals(member, set.host(1));
  assertStringIncludes(error.message, `${taken.addr.port}`);
  assertEquals((await fixture.hello(set.host(0))).hosts, [0, 2].map((index) => fixture.addressOf(set.host(index))));
});

Deno.test("Mirror closes the clients that greet a member that is lost, and takes no others until it is back", async () => {
  await using set = new ScriptedSet(3, TRIO);
  await using fixture = await MirrorFixture.open(set.uri);
  const { client } = await waiting(fixture, set.host(1));
  const [working, undisturbed] = [await fixture.connect(set.host(1)), await fixture.connect(set.host(0))];
  await working.command({ ping: 1 });
  set.member(1).goAway();
  await client.closed;
  await (await fixture.connect(set.host(1))).closed;
  const failed = await working.command({ insert: "films", documents: [{}], txnNumber: Long.ONE, $db: "shop" });
  assertEquals([failed.codeName, failed.errorLabels], ["InterruptedDueToReplStateChange", ["RetryableWriteError"]]);
  assertEquals(failed.errmsg.includes(set.host(1)), false);
  assertEquals((await undisturbed.command({ ping: 1 })).ok, 1);
  set.member(1).comeBack();
  await eventuallyGreets(fixture, set.host(1));
  assertEquals((await working.command({ find: "films", $db: "shop" })).ok, 1);
});

Deno.test("Mirror keeps clients when a single connection to the member is lost", async () => {
  await using set = new ScriptedSet(3, TRIO);
  await using fixture = await MirrorFixture.open(set.uri);
  const { client, asked } = await waiting(fixture, set.host(0));
  const worker = await fixture.connect(set.host(0));
  set.member(0).hold("find");
  const find = worker.send({ find: "films", $db: "shop" });
  (await set.member(0).next("find")).hangUp();
  assertEquals((await worker.replyTo(find)).document.codeName, "InterruptedDueToReplStateChange");
  assertEquals((await worker.command({ hello: 1 })).isWritablePrimary, true);
  assertEquals((await client.replyTo(asked)).document.isWritablePrimary, true);
});

Deno.test("Mirror passes a member's change of state on as it is", async () => {
  await using set = new ScriptedSet(3, TRIO);
  await using fixture = await MirrorFixture.open(set.uri);
  set.member(0).on(
    "insert",
    (request) => request.reply({ ok: 0, code: 10107, codeName: "NotWritablePrimary", errmsg: "not primary" }),
  );
  const reply = await (await fixture.connect(set.host(0))).command({ insert: "films", documents: [{}], $db: "shop" });
  assertEquals([reply.code, reply.codeName, reply.errmsg], [10107, "NotWritablePrimary", "not primary"]);
});

Deno.test("Mirror goes on with a member that refuses what is not for its state", async () => {
  await using set = new ScriptedSet(3, TRIO);
  await using fixture = await MirrorFixture.open(set.uri);
  const failure = { ok: 0, code: 13435, codeName: "NotPrimaryNoSecondaryOk", errmsg: "not primary" };
  set.member(1).on("find", (request) => request.reply(failure));
  const client = await fixture.connect(set.host(1));
  assertEquals((await client.command({ find: "films", $db: "shop" })).code, 13435);
  const status = fixture.mirror.status().members.find(({ member }) => member === set.host(1));
  assertEquals(status?.gateway?.servers.map(({ type }) => type), ["RSSecondary"]);
});

Deno.test("Mirror lets the member say which reads a secondary takes", async () => {
  await using set = new ScriptedSet(3, TRIO);
  await using fixture = await MirrorFixture.open(set.uri);
  await (await fixture.connect(set.host(1))).command({ find: "films", $db: "shop" });
  assertEquals("$readPreference" in set.member(1).commands("find")[0]!, false);
});

Deno.test("Mirror refuses commands that would write the proxy's addresses into the set", async () => {
  await using set = new ScriptedSet(3, TRIO);
  await using fixture = await MirrorFixture.open(set.uri);
  const client = await fixture.connect(set.host(0));
  for (const name of ["replSetReconfig", "replSetInitiate", "replSetSyncFrom"]) {
    const { codeName, errmsg } = await client.command({ [name]: {} });
    assertEquals(codeName, "CommandNotSupported");
    assertStringIncludes(errmsg, `${name} names members`);
    assertEquals(set.member(0).commands(name), []);
  }
});

Deno.test("Mirror.open() with ping rejects where there is no replica set", async () => {
  await using server = new Upstream();
  const error = await assertRejects(() => MirrorFixture.open(server.uri));
  assertStringIncludes(String(error), "is in no replica set");
});

Deno.test("Mirror tells of seeds in no replica set, or in another", async () => {
  await using standalone = new Upstream();
  await using mongos = new Upstream({ ...PRIMARY_HELLO, msg: "isdbgrid" });
  await using set = new ScriptedSet(1, { primary: 0, hosts: [0] });
  const seeds: [uri: string, setName: string | null][] = [
    [standalone.uri, null],
    [`${standalone.uri}?replicaSet=other`, null],
    [mongos.uri, null],
    [`mongodb://${set.host(0)}/?replicaSet=other`, "rs"],
  ];
  for (const [uri, setName] of seeds) {
    await using fixture = await MirrorFixture.open(uri, { ping: false });
    const told = await fixture.event("notOfSet");
    assertEquals([told.server, told.setName], [/(?<=\/\/)[^/]+/.exec(uri)![0], setName]);
  }
});

Deno.test("Mirror.drain() lets what runs at a member that left end", async () => {
  await using set = new ScriptedSet(3, TRIO);
  await using fixture = await MirrorFixture.open(set.uri);
  set.member(2).hold("find");
  const [client, other] = [await fixture.connect(set.host(2)), await fixture.connect(set.host(0))];
  const asked = client.send({ find: "films", $db: "shop" });
  const atServer = await set.member(2).next("find");
  set.arrange({ primary: 0, hosts: [0, 1] });
  await fixture.event("memberRemoved");
  const drained = fixture.mirror.drain(60_000);
  await other.closed;
  atServer.reply({ cursor: { id: 0n, ns: "shop.films", firstBatch: [] } });
  assertEquals((await client.replyTo(asked)).document.ok, 1);
  await drained;
});

Deno.test("Mirror.drain() waits no longer than asked to for what runs at a member that left", async () => {
  await using set = new ScriptedSet(3, TRIO);
  await using fixture = await MirrorFixture.open(set.uri);
  set.member(2).hold("find");
  const client = await fixture.connect(set.host(2));
  client.send({ find: "films", $db: "shop" });
  await set.member(2).next("find");
  set.arrange({ primary: 0, hosts: [0, 1] });
  await fixture.event("memberRemoved");
  await fixture.mirror.drain(20);
  await client.closed;
});

Deno.test("Mirror.drain() lets what runs end and closes everything", async () => {
  await using set = new ScriptedSet(3, TRIO);
  await using fixture = await MirrorFixture.open(set.uri);
  const { client: watching } = await waiting(fixture, set.host(1));
  set.member(0).hold("find");
  const client = await fixture.connect(set.host(0));
  const asked = client.send({ find: "films", $db: "shop" });
  const atServer = await set.member(0).next("find");
  const drained = fixture.mirror.drain(60_000);
  await watching.closed;
  atServer.reply({ cursor: { id: 0n, ns: "shop.films", firstBatch: [] } });
  assertEquals((await client.replyTo(asked)).document.ok, 1);
  await drained;
  await eventually("no connection is left", () => set.members.every((member) => member.openConnectionCount === 0));
});

/** A client that waits for news of a member. */
async function waiting(fixture: MirrorFixture, member: string): Promise<{ client: RawClient; asked: number }> {
  const client = await fixture.connect(member);
  return { client, asked: askAgain(client, await client.command({ hello: 1 })) };
}

function askAgain(client: RawClient, { topologyVersion }: Document, flags = 0): number {
  const { processId, counter } = topologyVersion;
  const known = { processId, counter: Long.fromBigInt(BigInt(counter)) };
  return client.send({ hello: 1, topologyVersion: known, maxAwaitTimeMS: Long.fromNumber(60_000) }, { flags });
}

async function eventuallyGreets(fixture: MirrorFixture, member: string): Promise<void> {
  for (;;) {
    try {
      await fixture.hello(member);
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
