import { assertEquals, assertMatch } from "@std/assert";
import { type Document, UUID } from "bson";
import { encodeOpKillCursors } from "../../../codec/op_kill_cursors.ts";
import { OpQueryFlag } from "../../../codec/op_query.ts";
import { OpReplyFlag } from "../../../codec/op_reply.ts";
import { LegacyTestClient } from "../../proxy/legacy/legacy_client.ts";
import { within } from "../../proxy/support/within.ts";
import { startGateway } from "../../support/gateway.ts";
import { chosenVersions, liveTest } from "../../support/live_test.ts";
import { startStandalone } from "../../support/mongod.ts";
import { WireClient } from "../../support/wire_client.ts";

const THINGS = "test.things";
const { awaitCapable, cursorNotFound, queryFailure } = OpReplyFlag;

/** Where old clients connect, and a modern client of the server behind. */
interface Place {
  readonly address: { readonly host: string; readonly port: number };
  readonly server: WireClient;
}

interface Clients {
  readonly client: LegacyTestClient;
  /** Another connection, perhaps to another worker. */
  readonly other: LegacyTestClient;
  readonly server: WireClient;
}

type Check = (clients: Clients) => Promise<void>;

/** What a server that has the old operations does, and a gateway in front of any. */
const CHECKS: Readonly<Record<string, Check>> = {
  "a cursor goes on by whichever operation, on whichever connection": async ({ client, other }) => {
    const first = await client.query(THINGS, {}, { numberToReturn: 3 });
    const second = await other.getMore(THINGS, first.cursorId, 2);
    const third = await client.getMore(THINGS, first.cursorId, 1);
    assertEquals([first, second, third].map(({ startingFrom }) => startingFrom), [0, 3, 5]);
    const { cursor } = await other.msg({ getMore: first.cursorId, collection: "things", batchSize: 2 });
    const last = await client.getMore(THINGS, first.cursorId);
    assertEquals([last.flags, last.cursorId], [awaitCapable, 0n]);
    const documents = [...first.documents, ...second.documents, ...third.documents, ...cursor.nextBatch];
    assertEquals(ids([...documents, ...last.documents]), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  },
  "a cursor of a find goes on by OP_GET_MORE, with a session and without": async ({ client, other }) => {
    for (const session of [{}, { lsid: { id: new UUID() } }]) {
      const { cursor } = await client.msg({ find: "things", batchSize: 3, ...session });
      const more = await other.getMore(THINGS, BigInt(cursor.id));
      assertEquals([more.cursorId, ids(more.documents)], [0n, [3, 4, 5, 6, 7, 8, 9]]);
    }
  },
  "exhaust gives all batches, each the answer to the one before": async ({ client }) => {
    const replies = [await client.query(THINGS, {}, { flags: OpQueryFlag.exhaust, numberToReturn: 3 })];
    while (replies.at(-1)!.cursorId !== 0n) replies.push(await client.receive());
    assertEquals(ids(replies.flatMap(({ documents }) => documents)), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    assertEquals(
      replies.slice(1).map(({ responseTo }) => responseTo),
      replies.slice(0, -1).map(({ requestId }) => requestId),
    );
    assertEquals(replies.map(({ startingFrom }) => startingFrom), [0, 3]);
    assertEquals((await client.command({ ping: 1 })).ok, 1);
  },
  "many cursors are killed at once": async ({ client, other, server }) => {
    const opened = await openCursors(server);
    const cursorIds: bigint[] = [];
    for (let i = 0; i < 5; i++) cursorIds.push((await client.query(THINGS, {}, { numberToReturn: 2 })).cursorId);
    assertEquals(await openCursors(server), opened + 5);
    other.sendBytes(encodeOpKillCursors({ requestId: 1, cursorIds: [...cursorIds, 12345n] }));
    await until("they are killed", async () => await openCursors(server) === opened);
    const { flags, documents } = await client.getMore(THINGS, cursorIds[0]!);
    assertEquals([flags, documents], [cursorNotFound, []]);
  },
  "a tailable cursor waits for what another client writes": async ({ client, other }) => {
    await client.command({ drop: "log" });
    await client.command({ create: "log", capped: true, size: 4096 });
    client.insert("test.log", [{ _id: 1 }]);
    const flags = OpQueryFlag.tailableCursor | OpQueryFlag.awaitData;
    const { cursorId, documents } = await client.query("test.log", {}, { flags });
    assertEquals(ids(documents), [1]);
    const waiting = client.getMore("test.log", cursorId);
    other.insert("test.log", [{ _id: 2 }]);
    // It may have waited in vain by then.
    const more = await waiting;
    const found = more.documents.length > 0 ? more : await client.getMore("test.log", cursorId);
    assertEquals([found.cursorId, found.startingFrom, ids(found.documents)], [cursorId, 1, [2]]);
    client.sendBytes(encodeOpKillCursors({ requestId: 1, cursorIds: [cursorId] }));
  },
  "large batches come whole": async ({ client }) => {
    await client.command({ drop: "large" });
    for (let _id = 0; _id < 30; _id++) client.insert("test.large", [{ _id, filler: "x".repeat(500_000) }]);
    const { documents, cursorId } = await client.query("test.large", {});
    assertEquals([ids(documents), cursorId], [Array.from({ length: 30 }, (_, id) => id), 0n]);
    await client.command({ drop: "large" });
  },
  "failures are told by flags, and close nothing": async ({ client }) => {
    const refused = await client.query(THINGS, { $bad: 1 });
    assertEquals([refused.flags, refused.documents[0]?.code, refused.documents[0]?.ok], [queryFailure, 2, 0]);
    assertMatch(refused.documents[0]?.$err, /unknown top level operator: \$bad/);
    const { cursorId } = await client.query(THINGS, {}, { numberToReturn: 2 });
    const elsewhere = await client.getMore("test.others", cursorId);
    assertEquals([elsewhere.flags, elsewhere.documents[0]?.code], [queryFailure, 13]);
    client.sendBytes(encodeOpKillCursors({ requestId: 1, cursorIds: [cursorId] }));
    assertEquals((await client.command({ noSuchCommand: 1 })).code, 59);
  },
};

/** What a gateway does where the server has no old operations any more. */
const CHECKS_OF_GATEWAY: Readonly<Record<string, Check>> = {
  "collections and indexes are listed as they were before there were commands": async ({ client, other }) => {
    client.insert("test.system.indexes", [{ ns: THINGS, key: { a: 1, b: -1 }, name: "a_1_b_-1", dropDups: true }]);
    assertEquals((await client.command({ getlasterror: 1 })).err, null);
    const filter = { $query: { name: /^test\.thi/ }, $orderby: { name: 1 } };
    const { documents } = await client.query("test.system.namespaces", filter, { numberToReturn: -9 });
    assertEquals(documents, [{ name: THINGS }]);
    const first = await client.query("test.system.indexes", { ns: THINGS }, { numberToReturn: 1 });
    assertEquals([first.cursorId, first.documents.length], [0n, 1]);
    await client.command({ createIndexes: "things", indexes: [{ key: { c: 1 }, name: "c_1" }] });
    const two = await client.query("test.system.indexes", { ns: THINGS }, { numberToReturn: 2 });
    const rest = await other.getMore("test.system.indexes", two.cursorId);
    const listed = [...two.documents, ...rest.documents];
    assertEquals(listed.map(({ name, ns }) => [name, ns]), ["_id_", "a_1_b_-1", "c_1"].map((name) => [name, THINGS]));
    assertEquals([two.documents.length, rest.startingFrom, rest.cursorId], [2, 2, 0n]);
    assertEquals((await client.query("test.system.indexes", { ns: "test.none" })).documents, []);
  },
  "commands that were collections run": async ({ client }) => {
    const { documents } = await client.query("admin.$cmd.sys.inprog", { $all: true }, { numberToReturn: -1 });
    assertEquals(Array.isArray(documents[0]?.inprog), true);
  },
};

function ids(documents: readonly Document[]): number[] {
  return documents.map(({ _id }) => _id);
}

async function openCursors(server: WireClient): Promise<number> {
  const { metrics } = await server.command("admin", { serverStatus: 1 });
  return metrics.cursor.open.total;
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const waiting = { isOver: false };
  const poll = async () => {
    while (!waiting.isOver && !await isSo()) await new Promise((resolve) => setTimeout(resolve, 20));
  };
  try {
    await within(what, poll());
  } finally {
    waiting.isOver = true;
  }
}

/** Runs each check as a step, with clients of its own and ten documents in `test.things`. */
async function runChecks(t: Deno.TestContext, { address, server }: Place, checks: typeof CHECKS): Promise<void> {
  const tcp = { kind: "tcp", ...address } as const;
  await server.command("test", { dropDatabase: 1 });
  for (const [name, check] of Object.entries(checks)) {
    await t.step(name, async () => {
      using client = await LegacyTestClient.connect(tcp);
      using other = await LegacyTestClient.connect(tcp);
      await client.command({ delete: "things", deletes: [{ q: {}, limit: 0 }] });
      client.insert(THINGS, Array.from({ length: 10 }, (_, _id) => ({ _id })));
      assertEquals((await client.command({ getlasterror: 1 })).err, null);
      await check({ client, other, server });
    });
  }
}

liveTest("serveLegacy does as servers did that had the operations", {
  versions: chosenVersions(["6.0", "5.0"]),
}, async ({ t, version }) => {
  await using mongod = await startStandalone({ version });
  using server = await WireClient.connect(mongod);
  await t.step({
    name: "a server that has them",
    ignore: version !== "5.0",
    fn: (t) => runChecks(t, { address: { host: mongod.host, port: mongod.port }, server }, CHECKS),
  });
  const kinds = [[], ["--workers=2"], ["--legacy-opcodes=translate"]];
  for (const args of version === "5.0" ? kinds : kinds.slice(0, 2)) {
    await t.step(`a gateway with ${args[0] ?? "nothing in particular"}`, async (t) => {
      await using gateway = await startGateway(mongod.uri, { args });
      const place = { address: { host: gateway.host, port: gateway.port }, server };
      await runChecks(t, place, version === "6.0" ? { ...CHECKS, ...CHECKS_OF_GATEWAY } : CHECKS);
    });
  }
});
