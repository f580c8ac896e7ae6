import { assertEquals } from "@std/assert";
import type { Document } from "bson";
import { OpCode } from "../../../codec/header.ts";
import { eventually } from "../support/eventually.ts";
import { MirrorFixture } from "./mirror_fixture.ts";
import { ScriptedSet } from "./scripted_set.ts";

const LAYOUT = { primary: 0, hosts: [0, 1], hidden: [2] };

Deno.test("Mirror names its own addresses in what is told of the set, in both forms of replies", async () => {
  await using set = new ScriptedSet(3, LAYOUT);
  await using fixture = await MirrorFixture.open(set.uri);
  set.member(0).on("replSetGetStatus", (request) => request.reply(statusOf(set)));
  const client = await fixture.connect(set.host(0));
  const expected = {
    set: "rs",
    members: [
      { _id: 0, name: fixture.addressOf(set.host(0)), infoMessage: "" },
      { _id: 1, name: fixture.addressOf(set.host(1)), infoMessage: `syncing from: ${fixture.addressOf(set.host(0))}` },
    ],
  };
  const { ok: _, ...inMsg } = await client.command({ replSetGetStatus: 1 });
  assertEquals(inMsg, expected);
  const { opCode, document } = await client.replyTo(client.sendQuery({ replSetGetStatus: 1 }));
  const { ok: __, ...inReply } = document;
  assertEquals([opCode, inReply], [OpCode.reply, expected]);
});

Deno.test("Mirror tells what runs at a member whatever its clients call their fields", async () => {
  await using set = new ScriptedSet(3, LAYOUT);
  await using fixture = await MirrorFixture.open(set.uri);
  const filter = new Map<string, unknown>([["_bsontype", "Long"], ["id", 1]]);
  set.member(0).on("currentOp", (request) => request.reply({ inprog: [{ command: { find: "films", filter } }] }));
  const { inprog } = await (await fixture.connect(set.host(0))).command({ currentOp: 1 });
  assertEquals(inprog[0].command.filter, { _bsontype: "Long", id: 1 });
});

Deno.test("Mirror names a hidden member nowhere once a server has told of it", async () => {
  await using set = new ScriptedSet(3, LAYOUT);
  await using fixture = await MirrorFixture.open(set.uri);
  set.member(0).on("replSetGetStatus", (request) => request.reply(statusOf(set)));
  set.member(0).on("count", (request) => request.reply({ ok: 0, code: 1, errmsg: `lost ${set.host(2)}` }));
  const client = await fixture.connect(set.host(0));
  await client.command({ replSetGetStatus: 1 });
  assertEquals((await client.command({ count: "films", $db: "shop" })).errmsg, "lost (a member without a listener)");
});

Deno.test("Mirror asks for the set's configuration, and again when there is another, to learn of hidden members", async () => {
  await using set = new ScriptedSet(3, { primary: 0, hosts: [0], hidden: [1] });
  const hosts = [set.host(0), set.host(1)];
  set.member(0).on("replSetGetConfig", (request) => {
    request.reply({ config: { _id: "rs", members: hosts.map((host, _id) => ({ _id, host })) } });
  });
  const errmsg = `lost ${set.host(1)} and ${set.host(2)}`;
  set.member(0).on("count", (request) => request.reply({ ok: 0, code: 1, errmsg }));
  await using fixture = await MirrorFixture.open(set.uri);
  const client = await fixture.connect(set.host(0));
  const told = async () => (await client.command({ count: "films", $db: "shop" })).errmsg;
  assertEquals(await told(), `lost (a member without a listener) and ${set.host(2)}`);
  hosts.push(set.host(2));
  set.arrange({ primary: 0, hosts: [0], hidden: [1, 2] });
  await eventually("it has asked again", () => set.member(0).commands("replSetGetConfig").length === 2);
  await fixture.hello(set.host(0));
  assertEquals(await told(), "lost (a member without a listener) and (a member without a listener)");
});

Deno.test("Mirror that may not ask for the set's configuration shows it nevertheless", async () => {
  await using set = new ScriptedSet(3, LAYOUT);
  for (const member of set.members) {
    member.on("replSetGetConfig", (request) => request.reply({ ok: 0, code: 13, errmsg: "not authorized" }));
  }
  await using fixture = await MirrorFixture.open(set.uri);
  assertEquals((await fixture.hello(set.host(0))).hosts.length, 2);
});

Deno.test("Mirror names its own addresses in errors of any command", async () => {
  await using set = new ScriptedSet(3, LAYOUT);
  await using fixture = await MirrorFixture.open(set.uri);
  const told = fixture.addressOf(set.host(1));
  set.member(0).on("find", (request) => request.reply({ ok: 0, code: 1, errmsg: `lost ${set.host(1)}` }));
  const writeConcernError = { code: 64, errmsg: `no word from ${set.host(1)}` };
  set.member(0).on("insert", (request) => request.reply({ n: 1, writeConcernError }));
  const client = await fixture.connect(set.host(0));
  assertEquals((await client.command({ find: "films", $db: "shop" })).errmsg, `lost ${told}`);
  const { n, writeConcernError: told1 } = await client.command({ insert: "films", documents: [{}], $db: "shop" });
  assertEquals([n, told1], [1, { code: 64, errmsg: `no word from ${told}` }]);
});

Deno.test("Mirror leaves the documents of clients as they are", async () => {
  await using set = new ScriptedSet(3, LAYOUT);
  await using fixture = await MirrorFixture.open(set.uri);
  const documents = [{ _id: 1, host: set.host(1), note: `near ${set.host(0)}` }];
  const cursor = { id: 0n, ns: "shop.films", firstBatch: documents };
  for (const name of ["find", "aggregate"]) set.member(0).on(name, (request) => request.reply({ cursor }));
  const client = await fixture.connect(set.host(0));
  const found = await client.command({ find: "films", $db: "shop" });
  assertEquals(found.cursor.firstBatch, documents);
  const command = { aggregate: "films", pipeline: [{ $match: {} }], explain: false, cursor: {}, $db: "shop" };
  assertEquals((await client.command(command)).cursor.firstBatch, documents);
});

Deno.test("Mirror names its own addresses in what aggregations tell of servers, however much", async () => {
  await using set = new ScriptedSet(3, LAYOUT);
  await using fixture = await MirrorFixture.open(set.uri);
  const firstBatch = Array.from({ length: 20_000 }, () => ({ host: `machine:${set.host(0).split(":")[1]}` }));
  set.member(0).on("aggregate", (request) => request.reply({ cursor: { id: 0n, ns: "shop.films", firstBatch } }));
  const client = await fixture.connect(set.host(0));
  for (const stage of ["$currentOp", "$collStats", "$indexStats", "$planCacheStats"]) {
    const command = { aggregate: "films", pipeline: [{ [stage]: {} }], cursor: {}, $db: "shop" };
    const { cursor } = await client.command(command);
    const hosts = new Set(cursor.firstBatch.map(({ host }: { host: string }) => host));
    assertEquals([...hosts], [fixture.addressOf(set.host(0))]);
  }
});

Deno.test("Mirror names its own addresses in explanations", async () => {
  await using set = new ScriptedSet(3, LAYOUT);
  await using fixture = await MirrorFixture.open(set.uri);
  const port = Number(set.host(0).split(":")[1]);
  const told = Number(fixture.addressOf(set.host(0)).split(":")[1]);
  const explained = { serverInfo: { host: "machine", port, version: "6.0.0" } };
  for (const name of ["explain", "aggregate"]) set.member(0).on(name, (request) => request.reply(explained));
  const client = await fixture.connect(set.host(0));
  const expected = { host: "127.0.0.1", port: told, version: "6.0.0" };
  const commands: Document[] = [
    { explain: { find: "films" }, $db: "shop" },
    { aggregate: "films", pipeline: [], explain: true, $db: "shop" },
  ];
  for (const command of commands) assertEquals((await client.command(command)).serverInfo, expected);
});

Deno.test("Mirror names its own addresses in how a server was started and what it logs", async () => {
  await using set = new ScriptedSet(3, LAYOUT);
  await using fixture = await MirrorFixture.open(set.uri);
  const port = Number(set.host(0).split(":")[1]);
  const told = Number(fixture.addressOf(set.host(0)).split(":")[1]);
  const client = await fixture.connect(set.host(0));
  const options = (port: number) => ({ argv: ["mongod", "--port", `${port}`], parsed: { net: { port, bindIp: "*" } } });
  set.member(0).on("getCmdLineOpts", (request) => request.reply(options(port)));
  const { argv, parsed } = await client.command({ getCmdLineOpts: 1 });
  assertEquals({ argv, parsed }, options(told));
  const lines = (port: number, from: string) => [`{"port":${port},"from":"${from}"}`, `pid=${port} port=${port} on`];
  set.member(0).on("getLog", (request) => request.reply({ log: lines(port, set.host(1)) }));
  const { log } = await client.command({ getLog: "global" });
  assertEquals(log, [lines(told, fixture.addressOf(set.host(1)))[0], `pid=${port} port=${told} on`]);
  set.member(0).on("serverStatus", (request) => request.reply({ host: "machine", version: "6.0.0" }));
  assertEquals((await client.command({ serverStatus: 1 })).host, fixture.addressOf(set.host(0)));
});

function statusOf(set: ScriptedSet): Document {
  return {
    set: "rs",
    members: [
      { _id: 0, name: set.host(0), infoMessage: "" },
      { _id: 1, name: set.host(1), infoMessage: `syncing from: ${set.host(0)}` },
      { _id: 2, name: set.host(2), infoMessage: "" },
    ],
  };
}
