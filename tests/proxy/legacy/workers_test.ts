import { assertEquals } from "@std/assert";
import { Long } from "bson";
import { encodeOpGetMore } from "../../../codec/op_get_more.ts";
import { encodeOpKillCursors } from "../../../codec/op_kill_cursors.ts";
import { OpReplyFlag } from "../../../codec/op_reply.ts";
import { Upstream, type UpstreamRequest } from "../support/upstream.ts";
import { WorkersFixture } from "../workers/workers_fixture.ts";
import { LegacyTestClient } from "./legacy_client.ts";

const THINGS = "test.things";
const MAX_TRIES = 64;

/** Connects until a client is with the worker that is wanted; the kernel chooses. */
async function connectTo(fixture: WorkersFixture, worker: number): Promise<LegacyTestClient> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const client = await LegacyTestClient.connect(fixture.gateway.address);
    if (await fixture.workerOf(client) === worker) return client;
    client.close();
    await client.closed;
  }
  throw new Error(`No connection of ${MAX_TRIES} reached worker ${worker}`);
}

function batch(request: UpstreamRequest, id: number, first: number): void {
  const key = request.name === "getMore" ? "nextBatch" : "firstBatch";
  request.reply({ cursor: { id: Long.fromNumber(id), ns: THINGS, [key]: [{ _id: first }, { _id: first + 1 }] } });
}

Deno.test("OP_GET_MORE goes on with a cursor of another worker, counted there", async () => {
  await using upstream = new Upstream();
  upstream.on("find", (request) => batch(request, 7, 0));
  await using fixture = await WorkersFixture.open(upstream.uri);
  using one = await connectTo(fixture, 0);
  using other = await connectTo(fixture, 1);
  await one.query(THINGS, {});
  upstream.on("getMore", (request) => batch(request, 7, 2));
  const second = await other.getMore(THINGS, 7n);
  const third = await one.getMore(THINGS, 7n);
  assertEquals([second, third].map(({ startingFrom, cursorId }) => [startingFrom, cursorId]), [[2, 7n], [4, 7n]]);
  upstream.on("getMore", (request) => batch(request, 0, 6));
  const last = await other.getMore(THINGS, 7n);
  assertEquals([last.flags, last.cursorId, last.startingFrom], [OpReplyFlag.awaitCapable, 0n, 6]);
  assertEquals(last.documents, [{ _id: 6 }, { _id: 7 }]);
  assertEquals((await fixture.status()).cursors, 0);
});

Deno.test("OP_GET_MORE and getMore in an OP_QUERY of a cursor that no worker has ask the server", async () => {
  await using upstream = new Upstream();
  upstream.on("getMore", (request) => request.reply({ ok: 0, code: 43, codeName: "CursorNotFound", errmsg: "gone" }));
  await using fixture = await WorkersFixture.open(upstream.uri);
  using client = await connectTo(fixture, 1);
  assertEquals((await client.getMore(THINGS, 7n)).flags, OpReplyFlag.cursorNotFound);
  assertEquals((await client.command({ getMore: 7n, collection: "things" })).code, 43);
});

Deno.test("getMore in an OP_QUERY goes on with a cursor of another worker, and OP_KILL_CURSORS ends it", async () => {
  await using upstream = new Upstream();
  upstream.on("find", (request) => batch(request, 7, 0));
  upstream.on("getMore", (request) => batch(request, 7, 2));
  upstream.hold("killCursors");
  await using fixture = await WorkersFixture.open(upstream.uri);
  using one = await connectTo(fixture, 0);
  using other = await connectTo(fixture, 1);
  await one.query(THINGS, {});
  const { cursor } = await other.command({ getMore: 7n, collection: "things" });
  assertEquals(cursor.nextBatch, [{ _id: 2 }, { _id: 3 }]);
  other.sendBytes(encodeOpKillCursors({ requestId: 1, cursorIds: [7n, 8n] }));
  const killed = await upstream.next("killCursors");
  killed.reply();
  assertEquals(killed.command.cursors.map(Number), [7]);
  assertEquals((await fixture.status()).cursors, 0);
});

Deno.test("OP_GET_MORE that nobody reads ends its client alone, whoever may have the cursor", async () => {
  await using upstream = new Upstream();
  upstream.on("find", (request) => batch(request, 7, 0));
  await using fixture = await WorkersFixture.open(upstream.uri);
  using one = await connectTo(fixture, 0);
  using other = await connectTo(fixture, 1);
  using bystander = await connectTo(fixture, 1);
  await one.query(THINGS, {});
  other.sendBytes(
    encodeOpGetMore({ requestId: 1, fullCollectionName: "test.others", cursorId: 7n, numberToReturn: -1 }),
  );
  await other.closed;
  assertEquals((await bystander.command({ count: "things" })).ok, 1);
});
