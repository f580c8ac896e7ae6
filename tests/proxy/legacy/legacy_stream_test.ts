import { assertEquals } from "@std/assert";
import { type Document, Long } from "bson";
import { OpQueryFlag } from "../../../codec/op_query.ts";
import { OpReplyFlag } from "../../../codec/op_reply.ts";
import { eventually } from "../support/eventually.ts";
import { PRIMARY_HELLO, Upstream, type UpstreamRequest } from "../support/upstream.ts";
import { openLegacy } from "./legacy_fixture.ts";

const THINGS = "test.things";
const flags = OpQueryFlag.exhaust;

function batch(request: UpstreamRequest, id: number, documents: Document[]): void {
  const key = request.name === "getMore" ? "nextBatch" : "firstBatch";
  request.reply({ cursor: { id: Long.fromNumber(id), ns: THINGS, [key]: documents } });
}

Deno.test("LegacyStream sends all batches, each as the answer to the one before it", async () => {
  for (const maxWireVersion of [13, 21]) {
    await using legacy = await openLegacy({ upstream: new Upstream({ ...PRIMARY_HELLO, maxWireVersion }) });
    const { upstream, client, fixture } = legacy;
    upstream.on("find", (request) => batch(request, 7, [{ _id: 0 }, { _id: 1 }]));
    let rounds = 0;
    upstream.on("getMore", (request) => batch(request, ++rounds < 3 ? 7 : 0, [{ _id: 1 + rounds }]));
    const first = await client.query(THINGS, {}, { flags, numberToReturn: 2 });
    const others = [await client.receive(), await client.receive(), await client.receive()];
    const replies = [first, ...others];
    assertEquals(replies.map(({ startingFrom }) => startingFrom), [0, 2, 3, 4]);
    assertEquals(replies.map(({ cursorId }) => cursorId), [7n, 7n, 7n, 0n]);
    assertEquals(others.map(({ responseTo }) => responseTo), replies.slice(0, 3).map(({ requestId }) => requestId));
    assertEquals(upstream.commands("find")[0]?.batchSize, 2);
    assertEquals(upstream.commands("getMore").map(({ batchSize }) => batchSize), [undefined, undefined, undefined]);
    assertEquals(fixture.status.cursors, 0);
    assertEquals((await client.command({ count: "things" })).ok, 1);
  }
});

Deno.test("LegacyStream holds no connection while its client reads nothing, and goes on when it does", async () => {
  await using legacy = await openLegacy();
  const { upstream, client, fixture } = legacy;
  const filler = "x".repeat(1_000_000);
  const rounds = 40;
  upstream.on("find", (request) => batch(request, 7, [{ filler }]));
  let asked = 0;
  upstream.on("getMore", (request) => batch(request, ++asked < rounds ? 7 : 0, [{ filler }]));
  client.pause();
  client.sendQuery(THINGS, {}, { flags });
  await eventually(
    "the stream is held",
    () => asked > 0 && fixture.server().available === fixture.server().connections && asked < rounds,
  );
  client.resume();
  for (let i = 0; i <= rounds; i++) await client.receive();
  assertEquals(asked, rounds);
});

Deno.test("LegacyStream closes a client that stops reading, and kills its cursor", async () => {
  await using legacy = await openLegacy({ limits: { stallTimeoutMS: 1 } });
  const { upstream, client, fixture } = legacy;
  const filler = "x".repeat(1_000_000);
  upstream.on("find", (request) => batch(request, 7, [{ filler }]));
  upstream.on("getMore", (request) => batch(request, 7, [{ filler }]));
  upstream.hold("killCursors");
  client.pause();
  client.sendQuery(THINGS, {}, { flags });
  assertEquals((await fixture.event("clientClosed")).reason, "stalled");
  (await upstream.next("killCursors")).reply();
  assertEquals(fixture.status.cursors, 0);
  client.close();
});

Deno.test("LegacyStream kills its cursor when the client leaves", async () => {
  await using legacy = await openLegacy();
  const { upstream, client, fixture } = legacy;
  upstream.on("find", (request) => batch(request, 7, [{ _id: 0 }]));
  upstream.hold("getMore", "killCursors");
  await client.query(THINGS, {}, { flags });
  const more = await upstream.next("getMore");
  client.close();
  await fixture.event("clientClosed");
  batch(more, 7, [{ _id: 1 }]);
  const killed = await upstream.next("killCursors");
  killed.reply();
  assertEquals(killed.command.cursors.map(Number), [7]);
  assertEquals(fixture.status.cursors, 0);
});

Deno.test("LegacyStream passes on an error, and closes the client where batches have gone out", async () => {
  await using legacy = await openLegacy();
  const { upstream, client, fixture } = legacy;
  upstream.on("find", (request) => request.hangUp());
  const refused = await client.query(THINGS, {}, { flags });
  assertEquals([refused.flags, refused.documents[0]?.code], [OpReplyFlag.queryFailure, 6]);
  upstream.on("find", (request) => batch(request, 7, [{ _id: 0 }]));
  upstream.on("getMore", (request) => request.hangUp());
  await client.query(THINGS, {}, { flags });
  await client.closed;
  assertEquals((await fixture.event("clientClosed")).reason, "replyLost");
});

Deno.test("LegacyStream ends with an error of the server", async () => {
  await using legacy = await openLegacy();
  const { upstream, client } = legacy;
  upstream.on("find", (request) => batch(request, 7, [{ _id: 0 }]));
  upstream.on("getMore", (request) => request.reply({ ok: 0, code: 43, codeName: "CursorNotFound", errmsg: "gone" }));
  await client.query(THINGS, {}, { flags });
  assertEquals((await client.receive()).flags, OpReplyFlag.cursorNotFound);
  const misshapen = await client.query(THINGS, { $query: {}, $orderby: 1 }, { flags });
  assertEquals(misshapen.flags, OpReplyFlag.queryFailure);
  assertEquals((await client.command({ count: "things" })).ok, 1);
});

Deno.test("LegacyStream is refused where clients see a mongos", async () => {
  await using legacy = await openLegacy({ upstream: new Upstream({ ...PRIMARY_HELLO, msg: "isdbgrid" }) });
  const { documents, flags: responseFlags } = await legacy.client.query(THINGS, {}, { flags });
  assertEquals([documents[0]?.code, responseFlags], [18526, OpReplyFlag.queryFailure]);
  assertEquals(legacy.upstream.commands("find"), []);
});
