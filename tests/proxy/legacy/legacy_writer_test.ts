import { assertEquals } from "@std/assert";
import { type Document, serialize } from "bson";
import { OpCode } from "../../../codec/header.ts";
import { compressMessage } from "../../../codec/op_compressed.ts";
import { encodeOpDelete } from "../../../codec/op_delete.ts";
import { encodeOpInsert, OpInsertFlag } from "../../../codec/op_insert.ts";
import { encodeOpUpdate, OpUpdateFlag } from "../../../codec/op_update.ts";
import { find } from "../support/commands.ts";
import { eventually } from "../support/eventually.ts";
import { PRIMARY_HELLO, Upstream, type UpstreamRequest } from "../support/upstream.ts";
import { openLegacy } from "./legacy_fixture.ts";

const THINGS = "test.things";
const DUPLICATE = { n: 0, writeErrors: [{ index: 0, code: 11000, errmsg: "E11000 duplicate key error" }] };
const getLastError = { getlasterror: 1 };

function index(name: string): Document {
  return { ns: THINGS, key: { [name]: 1 }, name };
}

/** The writes that reached a server, by what they are and what they write. */
function written(upstream: Upstream): unknown[] {
  const writes = upstream.requests.filter(({ name }) => ["insert", "update", "delete"].includes(name));
  return writes.map(({ name, command }) => [name, command.documents ?? command.updates ?? command.deletes]);
}

Deno.test("LegacyWriter runs old writes as commands with acknowledgement, whatever the server has", async () => {
  for (const maxWireVersion of [9, 21]) {
    await using legacy = await openLegacy({ upstream: new Upstream({ ...PRIMARY_HELLO, maxWireVersion }) });
    const { upstream, client } = legacy;
    const q = { _id: 1 };
    const u = { $set: { a: 1 } };
    client.insert(THINGS, [{ _id: 1 }, { _id: 2 }]);
    client.sendBytes(encodeOpUpdate({
      requestId: 1,
      flags: OpUpdateFlag.upsert,
      fullCollectionName: THINGS,
      selector: serialize(q),
      update: serialize(u),
    }));
    client.sendBytes(encodeOpDelete({ requestId: 2, fullCollectionName: THINGS, selector: serialize(q) }));
    await client.msg(find);
    assertEquals(client.unread, 0);
    assertEquals(written(upstream), [
      ["insert", [{ _id: 1 }, { _id: 2 }]],
      ["update", [{ q, u, upsert: true, multi: false }]],
      ["delete", [{ q, limit: 0 }]],
    ]);
    const [insert] = upstream.requests.filter(({ name }) => name === "insert") as [UpstreamRequest];
    assertEquals([insert.opCode, insert.command.writeConcern], [OpCode.msg, { w: 1 }]);
  }
});

Deno.test("LegacyWriter keeps what came of a write for this client alone", async () => {
  await using legacy = await openLegacy();
  const { upstream, client } = legacy;
  upstream.on("insert", (request) => request.reply(DUPLICATE));
  const other = await legacy.connect();
  client.insert(THINGS, [{ _id: 1 }]);
  const { err, code } = await client.command(getLastError);
  assertEquals([err, code], ["E11000 duplicate key error", 11000]);
  assertEquals((await other.command(getLastError)).err, null);
});

Deno.test("LegacyWriter serves a client's next message after its write", async () => {
  await using legacy = await openLegacy();
  const { upstream, client } = legacy;
  upstream.hold("insert");
  client.insert(THINGS, [{ _id: 1 }]);
  const reply = client.msg(find);
  const insert = await upstream.next("insert");
  assertEquals(upstream.commands("find"), []);
  insert.reply({ n: 1 });
  assertEquals((await reply).ok, 1);
});

Deno.test("LegacyWriter stops at the first command that fails, and remembers it", async () => {
  await using legacy = await openLegacy();
  const { upstream, client } = legacy;
  upstream.on("createIndexes", (request) => {
    const isBad = request.command.indexes[0].name === "b";
    request.reply(isBad ? { ok: 0, code: 85, codeName: "IndexOptionsConflict", errmsg: "There already" } : {});
  });
  client.insert("test.system.indexes", ["a", "b", "c"].map(index));
  const { err, code } = await client.command(getLastError);
  assertEquals([err, code], ["There already", 85]);
  assertEquals(upstream.commands("createIndexes").map(({ indexes }) => indexes[0].name), ["a", "b"]);
});

Deno.test("LegacyWriter goes on after a failure if it is to, and remembers the failure all the same", async () => {
  await using legacy = await openLegacy();
  const { upstream, client } = legacy;
  upstream.on("createIndexes", (request) => {
    const isBad = request.command.indexes[0].name === "b";
    request.reply(isBad ? { ok: 0, code: 85, codeName: "IndexOptionsConflict", errmsg: "There already" } : {});
  });
  client.insert("test.system.indexes", ["a", "b", "c"].map(index), OpInsertFlag.continueOnError);
  assertEquals((await client.command(getLastError)).code, 85);
  assertEquals(upstream.commands("createIndexes").map(({ indexes }) => indexes[0].name), ["a", "b", "c"]);
});

Deno.test("LegacyWriter has it written for a client that left, be it while it waited", async () => {
  await using legacy = await openLegacy({ query: "?maxPoolSize=1" });
  const { upstream, fixture, client } = legacy;
  upstream.hold("find");
  const blocking = await legacy.connect();
  const reply = blocking.msg(find);
  const request = await upstream.next("find");
  for (let _id = 0; _id < 3; _id++) client.insert(THINGS, [{ _id }]);
  await eventually("the write waits", () => fixture.server().waiting === 1);
  client.close();
  await fixture.event("clientClosed");
  request.reply();
  await reply;
  await eventually("all are written", () => written(upstream).length === 3);
  await eventually("the connection is free", () => fixture.server().available === 1);
});

Deno.test("LegacyWriter tells getLastError that a write was lost with its server, or never left", async () => {
  await using legacy = await openLegacy({ query: "?serverSelectionTimeoutMS=50" });
  const { upstream, fixture, client } = legacy;
  upstream.on("insert", (request) => request.hangUp());
  client.insert(THINGS, [{ _id: 1 }]);
  const lost = await client.command(getLastError);
  assertEquals([lost.code, lost.ok], [6, 1]);
  assertEquals(written(upstream).length, 1);
  upstream.goAway();
  await eventually("the server is known to be lost", () => fixture.server().type === "Unknown");
  client.insert(THINGS, [{ _id: 2 }]);
  const unsent = await client.command(getLastError);
  assertEquals([unsent.code, unsent.ok], [133, 1]);
  assertEquals(client.unread, 0);
});

Deno.test("LegacyWriter tells getLastError what no server would write", async () => {
  await using legacy = await openLegacy();
  const { upstream, client } = legacy;
  client.insert("test.system.indexes", [{ key: { a: 1 } }]);
  const { err, code } = await client.command(getLastError);
  assertEquals([typeof err, code], ["string", 4]);
  assertEquals(upstream.commands("createIndexes"), []);
});

Deno.test("LegacyWriter writes what came compressed or is large", async () => {
  await using legacy = await openLegacy();
  const { upstream, client } = legacy;
  const documents = [serialize({ filler: "x".repeat(2_000_000) })];
  const message = encodeOpInsert({ requestId: 1, fullCollectionName: THINGS, documents });
  client.sendBytes(message);
  client.sendBytes(compressMessage(message, "zlib"));
  assertEquals((await client.command(getLastError)).err, null);
  assertEquals(upstream.commands("insert").map(({ documents }) => documents[0].filler.length), [2_000_000, 2_000_000]);
});

Deno.test("LegacyWriter ends with its gateway", async () => {
  await using legacy = await openLegacy();
  const { upstream, client, fixture } = legacy;
  upstream.hold("insert");
  client.insert(THINGS, [{ _id: 1 }]);
  await upstream.next("insert");
  await fixture.gateway.close();
  await client.closed;
  assertEquals(written(upstream).length, 1);
});

Deno.test("LegacyWriter goes on after any number of commands that are refused at once", async () => {
  await using legacy = await openLegacy({ query: "?maxPoolSize=1", limits: { maxWaitingRequests: 1 } });
  const { upstream, client, fixture } = legacy;
  upstream.hold("ping", "find");
  const [running, waiting] = [await legacy.connect(), await legacy.connect()];
  const answered = [running.msg(find)];
  const held = await upstream.next("find");
  answered.push(waiting.msg(find));
  await eventually("the queue is full", () => fixture.server().waiting === 1);
  client.insert("test.system.indexes", Array(20_000).fill({ ns: "test.a", key: {} }), OpInsertFlag.continueOnError);
  assertEquals((await client.command(getLastError)).codeName, "IngressRequestRateLimitExceeded");
  assertEquals(upstream.commands("createIndexes"), []);
  held.reply();
  (await upstream.next("find")).reply();
  await Promise.all(answered);
});

Deno.test("LegacyWriter counts the commands that it makes of a large write as bytes that are kept", async () => {
  await using legacy = await openLegacy({ limits: { maxBufferedBytes: 1_500_000 } });
  const { upstream, client } = legacy;
  upstream.hold("insert");
  client.insert(THINGS, [{ filler: new Uint8Array(1_000_000) }]);
  const first = await upstream.next("insert");
  const other = await legacy.connect();
  other.insert(THINGS, [{ filler: new Uint8Array(300_000) }]);
  await (await legacy.connect()).msg(find);
  assertEquals(upstream.commands("insert").length, 1);
  first.reply({ n: 1 });
  (await upstream.next("insert")).reply({ n: 1 });
  assertEquals((await other.command(getLastError)).err, null);
});
