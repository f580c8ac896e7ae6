import { assertEquals } from "@std/assert";
import { type Document, Long, serialize } from "bson";
import { encodeOpMsg } from "../../../codec/op_msg.ts";
import { OpReplyFlag } from "../../../codec/op_reply.ts";
import { PRIMARY_HELLO, Upstream, type UpstreamRequest } from "../support/upstream.ts";
import { openLegacy } from "./legacy_fixture.ts";

/** Answers with documents and, if it is not 0, a cursor. */
function batch(request: UpstreamRequest, documents: Document[], id = 0, ns = "test.$cmd.list"): void {
  const key = request.name === "getMore" ? "nextBatch" : "firstBatch";
  request.reply({ cursor: { id: Long.fromNumber(id), ns, [key]: documents } });
}

/** The documents that a server is to look through. */
function literals({ pipeline }: Document): Document[] {
  return pipeline[0].$documents.$literal;
}

const COLLECTIONS: [Document, Document] = [
  { name: "things", type: "collection", options: {} },
  { name: "log", type: "collection", options: { capped: true, size: 4096 } },
];

Deno.test("LegacyListing makes system.namespaces up, and lets a server find in it", async () => {
  await using legacy = await openLegacy();
  const { upstream, client } = legacy;
  upstream.on("listCollections", (request) => batch(request, COLLECTIONS));
  upstream.on("aggregate", (request) => batch(request, [{ name: "test.log" }]));
  const query = { $query: { name: /log/ }, $orderby: { name: -1 } };
  const options = { numberToSkip: 1, numberToReturn: -5, fields: { name: 1 } };
  const { documents, cursorId, flags } = await client.query("test.system.namespaces", query, options);
  assertEquals([documents, cursorId, flags], [[{ name: "test.log" }], 0n, OpReplyFlag.awaitCapable]);
  const [command] = upstream.commands("aggregate") as [Document];
  assertEquals(literals(command), [{ name: "test.things" }, {
    name: "test.log",
    options: { capped: true, size: 4096 },
  }]);
  assertEquals(command.pipeline.slice(1), [
    { $match: { name: /log/ } },
    { $sort: { name: -1 } },
    { $skip: 1 },
    { $limit: 5 },
    { $project: { name: 1 } },
  ]);
});

Deno.test("LegacyListing gets all batches of a long list", async () => {
  await using legacy = await openLegacy();
  const { upstream, client } = legacy;
  const [first, last] = COLLECTIONS;
  upstream.on("listCollections", (request) => batch(request, [first], 5, "test.$cmd.listCollections"));
  upstream.on("getMore", (request) => batch(request, [last]));
  upstream.on("aggregate", (request) => batch(request, []));
  await client.query("test.system.namespaces", {});
  assertEquals(upstream.commands("getMore").map(({ collection }) => collection), ["$cmd.listCollections"]);
  assertEquals(literals(upstream.commands("aggregate")[0]!).map(({ name }) => name), ["test.things", "test.log"]);
});

Deno.test("LegacyListing makes system.indexes up of all collections, or of the one that is asked for", async () => {
  await using legacy = await openLegacy();
  const { upstream, client } = legacy;
  upstream.on("listCollections", (request) => batch(request, COLLECTIONS));
  upstream.on("listIndexes", (request) => {
    if (request.command.listIndexes === "log") {
      return request.reply({ ok: 0, code: 26, codeName: "NamespaceNotFound", errmsg: "ns does not exist" });
    }
    batch(request, [{ v: 2, key: { a: 1 }, name: "a_1", unique: true }]);
  });
  upstream.on("aggregate", (request) => batch(request, literals(request.command)));
  const index = { v: 2, key: { a: 1 }, name: "a_1", ns: "test.things", unique: true };
  assertEquals((await client.query("test.system.indexes", {})).documents, [index]);
  assertEquals(upstream.commands("listIndexes").map(({ listIndexes }) => listIndexes), ["things", "log"]);
  assertEquals((await client.query("test.system.indexes", { ns: "test.things" })).documents, [index]);
  assertEquals(upstream.commands("listCollections").length, 1);
});

Deno.test("LegacyListing goes on with its cursor where that really is", async () => {
  await using legacy = await openLegacy();
  const { upstream, client } = legacy;
  upstream.on("listCollections", (request) => batch(request, COLLECTIONS));
  upstream.on("aggregate", (request) => batch(request, [{ a: 1 }, { a: 2 }], 9, "admin.$cmd.aggregate"));
  const { cursorId } = await client.query("test.system.namespaces", {}, { numberToReturn: 2 });
  upstream.on("getMore", (request) => batch(request, [{ a: 3 }]));
  const { documents, startingFrom } = await client.getMore("test.system.namespaces", cursorId, 4);
  assertEquals([documents, startingFrom], [[{ a: 3 }], 2]);
  const { collection, batchSize, $db } = upstream.commands("getMore")[0]!;
  assertEquals([collection, batchSize, $db], ["$cmd.aggregate", 4, "admin"]);
});

Deno.test("LegacyListing tells of failures by the flag, and closes who sends what cannot be read", async () => {
  await using legacy = await openLegacy();
  const { upstream, client, fixture } = legacy;
  upstream.on(
    "listCollections",
    (request) => request.reply({ ok: 0, code: 13, codeName: "Unauthorized", errmsg: "not authorized" }),
  );
  const refused = await client.query("test.system.namespaces", {});
  assertEquals([refused.flags, refused.documents], [OpReplyFlag.queryFailure, [{
    $err: "not authorized",
    code: 13,
    ok: 0,
  }]]);
  upstream.on("listCollections", (request) => request.hangUp());
  assertEquals((await client.query("test.system.namespaces", {})).documents[0]?.code, 6);
  const misshapen = await client.query("test.system.indexes", { $query: {}, $orderby: 1 });
  assertEquals([misshapen.flags, misshapen.documents[0]?.code], [OpReplyFlag.queryFailure, 2]);
  assertEquals(fixture.status.clients, 1);
});

Deno.test("LegacyListing ends for a client that left while it was listed, or looked through", async () => {
  for (const held of ["listCollections", "aggregate"]) {
    await using legacy = await openLegacy();
    const { upstream, client, fixture } = legacy;
    upstream.on("listCollections", (request) => batch(request, COLLECTIONS));
    upstream.hold(held);
    client.sendQuery("test.system.namespaces", {});
    const request = await upstream.next(held);
    client.close();
    await fixture.event("clientClosed");
    batch(request, []);
    const other = await legacy.connect();
    await other.command({ count: "things" });
    assertEquals(upstream.commands("aggregate").length, held === "aggregate" ? 1 : 0);
  }
});

Deno.test("LegacyListing is not where servers look through no documents but those of collections", async () => {
  const upstream = new Upstream({ ...PRIMARY_HELLO, maxWireVersion: 13 });
  await using legacy = await openLegacy({ upstream, legacyOpcodes: "translate" });
  upstream.on("find", (request) => batch(request, [{ a: 1 }]));
  assertEquals((await legacy.client.query("test.system.namespaces", {})).documents, [{ a: 1 }]);
});

Deno.test("LegacyListing fails for one client where what is listed cannot be encoded again", async () => {
  await using legacy = await openLegacy();
  const { upstream, client } = legacy;
  const marker = "_bsontypX";
  upstream.on("listCollections", (request) => {
    const firstBatch = [{ name: "things", options: { validator: { [marker]: 1 } } }];
    const body = serialize({ cursor: { id: Long.ZERO, ns: "test.$cmd.list", firstBatch }, ok: 1 });
    body[new TextDecoder("latin1").decode(body).indexOf(marker) + marker.length - 1] = "e".charCodeAt(0);
    request.replyBytes(encodeOpMsg({ requestId: 1, responseTo: request.requestId, body }));
  });
  const { flags, documents } = await client.query("test.system.namespaces", {});
  assertEquals([flags, documents.length], [OpReplyFlag.queryFailure, 1]);
  assertEquals((await client.command({ ping: 1 })).ok, 1);
});
