import { assert, assertEquals, assertRejects } from "@std/assert";
import type { Document } from "../../../codec/bson_types.ts";
import type { ChangeStream } from "../../../driver/change_stream/change_stream.ts";
import { MongoChangeStreamError } from "../../../driver/change_stream/change_stream_error.ts";
import type { Collection } from "../../../driver/collection.ts";
import { MongoServerError } from "../../../driver/error.ts";
import { MongoClient } from "../../../driver/mongo_client.ts";
import type { CommandStartedEvent } from "../../../driver/monitoring/command_event.ts";
import { until } from "../../support/mongod/wait.ts";
import { chosenVersions, liveTest } from "../../support/live_test.ts";

const VERSIONS = chosenVersions(["6.0", "5.0"]);
const DATABASE = "change_streams";

interface Thing {
  _id: number;
  x?: number;
}

/** A client with an empty collection that notes the commands it sends. */
interface Fixture extends AsyncDisposable {
  readonly client: MongoClient;
  readonly things: Collection<Thing>;
  /** The commands of that name. */
  sent(name: string): Document[];
  /** The stages `$changeStream` that were sent. */
  stages(): Document[];
}

let collections = 0;

async function fixture(uri: string): Promise<Fixture> {
  const client = new MongoClient(uri, { heartbeatFrequencyMS: 500 });
  const started: CommandStartedEvent[] = [];
  const db = client.db(DATABASE);
  const name = `things_${++collections}`;
  await db.dropCollection(name);
  const things = await db.createCollection<Thing>(name);
  client.on("commandStarted", (event) => started.push(event));
  const sent = (name: string) =>
    started.filter(({ commandName }) => commandName === name).map(({ command }) => command);
  return {
    client,
    things,
    sent,
    stages: () => sent("aggregate").map(({ pipeline }) => pipeline[0].$changeStream),
    async [Symbol.asyncDispose]() {
      assertEquals(client.core.open.size, 0, "sessions and change streams are left open");
      await things.drop();
      await client.close();
    },
  };
}

async function failCommands(client: MongoClient, data: Document, times = 1): Promise<void> {
  await client.db("admin").command({ configureFailPoint: "failCommand", mode: { times }, data });
}

/** The ids of the documents that the next changes are of. */
async function take(stream: ChangeStream<Thing>, count: number): Promise<unknown[]> {
  const ids: unknown[] = [];
  while (ids.length < count) {
    const change = await stream.next();
    ids.push("documentKey" in change ? change.documentKey._id : change.operationType);
  }
  return ids;
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

liveTest("Collection.watch tells of what is done with documents", { versions: VERSIONS }, async (live) => {
  await using f = await fixture((await live.replicaSet()).uri);
  await using changes = f.things.watch([], { fullDocument: "updateLookup" });
  await changes.open();
  await f.things.insertOne({ _id: 1, x: 1 });
  await f.things.updateOne({ _id: 1 }, { $set: { x: 2 } });
  await f.things.replaceOne({ _id: 1 }, { x: 3 });
  await f.things.deleteOne({ _id: 1 });
  const inserted = await changes.next();
  assert(inserted.operationType === "insert");
  assertEquals(inserted.fullDocument, { _id: 1, x: 1 });
  assertEquals(inserted.ns, { db: DATABASE, coll: f.things.collectionName });
  const updated = await changes.next();
  assert(updated.operationType === "update");
  assertEquals(updated.updateDescription.updatedFields, { x: 2 });
  const replaced = await changes.next();
  assert(replaced.operationType === "replace");
  assertEquals(replaced.fullDocument, { _id: 1, x: 3 });
  const deleted = await changes.next();
  assert(deleted.operationType === "delete");
  assertEquals(deleted.documentKey, { _id: 1 });
});

liveTest("ChangeStream goes on after a connection was lost", { versions: VERSIONS }, async (live) => {
  await using f = await fixture((await live.replicaSet()).uri);
  await using changes = f.things.watch();
  await changes.open();
  await f.things.insertOne({ _id: 0 });
  assertEquals(await take(changes, 1), [0]);
  for (const id of [1, 2, 3]) {
    await failCommands(f.client, { failCommands: ["getMore"], closeConnection: true });
    await f.things.insertOne({ _id: id });
    assertEquals(await take(changes, 1), [id]);
  }
  const stages = f.stages();
  assertEquals(stages.length, 4);
  assert(stages.slice(1).every((stage) => "resumeAfter" in stage));
  assertEquals(new Set(f.sent("aggregate").map(({ lsid }) => lsid.id.toString("hex"))).size, 1);
});

/** Resolves with the next command of that name. */
function nextCommand(client: MongoClient, name: string): Promise<void> {
  return new Promise((resolve) => {
    const listener = ({ commandName }: CommandStartedEvent) => {
      if (commandName !== name) return;
      client.off("commandStarted", listener);
      resolve();
    };
    client.on("commandStarted", listener);
  });
}

/** How many cursors of that comment the primary has. */
async function cursorsAtPrimary(client: MongoClient, comment: string): Promise<number> {
  const stages = [{ $currentOp: { idleCursors: true } }, { $match: { "cursor.originatingCommand.comment": comment } }];
  return (await client.db("admin").aggregate(stages).toArray()).length;
}

liveTest("ChangeStream goes on after each kind of resumable failure", { versions: VERSIONS }, async (live) => {
  await using f = await fixture((await live.replicaSet()).uri);
  await using changes = f.things.watch();
  await changes.open();
  // CursorNotFound, HostUnreachable, InterruptedDueToReplStateChange.
  const errorLabels = ["ResumableChangeStreamError"];
  for (
    const [id, failure] of [{ errorCode: 43 }, { errorCode: 6, errorLabels }, { errorCode: 11602, errorLabels }]
      .entries()
  ) {
    await failCommands(f.client, { failCommands: ["getMore"], ...failure });
    await f.things.insertOne({ _id: id });
    assertEquals(await take(changes, 1), [id]);
  }
  assertEquals(f.stages().length, 4);
});

liveTest("ChangeStream is closed by a failure that is not resumable", { versions: VERSIONS }, async (live) => {
  await using f = await fixture((await live.replicaSet()).uri);
  const changes = f.things.watch();
  await changes.open();
  // CappedPositionLost.
  await failCommands(f.client, { failCommands: ["getMore"], errorCode: 136 });
  const error = await assertRejects(() => changes.next(), MongoServerError);
  assertEquals([error.code, changes.closed, f.stages().length], [136, true, 1]);
});

liveTest("ChangeStream loses and doubles nothing when the primary steps down", { versions: VERSIONS }, async (live) => {
  const set = await live.replicaSet();
  await using f = await fixture(set.uri);
  await using changes = f.things.watch([{ $match: { operationType: "insert" } }], { batchSize: 7 });
  await changes.open();
  const ids = numbers(300);
  const write = async (some: readonly number[]) => {
    for (const _id of some) await f.things.insertOne({ _id });
  };
  const taken = take(changes, ids.length);
  await write(ids.slice(0, 100));
  // The cursor would outlive its server's time as a primary.
  await failCommands(f.client, { failCommands: ["getMore"], closeConnection: true });
  await Promise.all([set.stepDown(), write(ids.slice(100, 200))]);
  await write(ids.slice(200));
  assertEquals(await taken, ids);
  assert(f.stages().length > 1, "The stream did not have to resume");
});

liveTest(
  "ChangeStream.close leaves no cursor, also while a change is waited for",
  { versions: VERSIONS },
  async (live) => {
    await using f = await fixture((await live.replicaSet()).uri);
    const comment = crypto.randomUUID();
    const changes = f.things.watch([], { comment, maxAwaitTimeMS: 60_000 });
    const asked = nextCommand(f.client, "getMore");
    const waiting = assertRejects(() => changes.next(), MongoChangeStreamError, "ChangeStream is closed");
    await asked;
    assertEquals(await cursorsAtPrimary(f.client, comment), 1);
    await changes.close();
    await waiting;
    // What waits there does not hear of the end before there is something new.
    await f.things.insertOne({ _id: 1 });
    await until(
      "the server has closed the cursor",
      async () => await cursorsAtPrimary(f.client, comment) === 0 || null,
    );
    const idle = f.things.watch([], { comment });
    await idle.open();
    await idle.close();
    assertEquals(await cursorsAtPrimary(f.client, comment), 0);
  },
);

liveTest("MongoClient.close ends change streams that wait", { versions: VERSIONS }, async (live) => {
  const client = new MongoClient((await live.replicaSet()).uri);
  const changes = client.watch([], { maxAwaitTimeMS: 60_000 });
  const asked = nextCommand(client, "getMore");
  const waiting = assertRejects(() => changes.next(), MongoChangeStreamError);
  await asked;
  await client.close();
  await waiting;
  assertEquals(client.core.open.size, 0);
});

liveTest("ChangeStream ends with its collection, and a later one goes on", { versions: VERSIONS }, async (live) => {
  await using f = await fixture((await live.replicaSet()).uri);
  const changes = f.things.watch();
  await changes.open();
  await f.things.drop();
  const types: string[] = [];
  for await (const { operationType } of changes) types.push(operationType);
  assertEquals([types, changes.closed], [["drop", "invalidate"], true]);
  await f.things.insertOne({ _id: 1 });
  await using later = f.things.watch([], { startAfter: changes.resumeToken });
  assertEquals(await take(later, 1), [1]);
});

liveTest("ChangeStream begins where an earlier one was", { versions: VERSIONS }, async (live) => {
  await using f = await fixture((await live.replicaSet()).uri);
  const earlier = f.things.watch();
  assertEquals(await earlier.tryNext(), null);
  assert(earlier.resumeToken !== undefined);
  await f.things.insertMany(numbers(5).map((_id) => ({ _id })));
  assertEquals(await take(earlier, 2), [0, 1]);
  await earlier.close();
  await using resumed = f.things.watch([], { resumeAfter: earlier.resumeToken });
  assertEquals(await take(resumed, 3), [2, 3, 4]);
  await using session = f.client.startSession();
  await f.things.insertOne({ _id: 5 }, { session });
  await using timed = f.things.watch([], { startAtOperationTime: session.operationTime ?? undefined });
  assertEquals(await take(timed, 1), [5]);
});

liveTest("Db.watch and MongoClient.watch tell of all that is in them", { versions: VERSIONS }, async (live) => {
  await using f = await fixture((await live.replicaSet()).uri);
  const ours = [{ $match: { "ns.coll": f.things.collectionName } }];
  await using ofDatabase = f.things.db.watch<Thing>(ours);
  await using ofAll = f.client.watch<Thing>(ours);
  await ofDatabase.open();
  await ofAll.open();
  await f.things.insertOne({ _id: 1 });
  assertEquals([await take(ofDatabase, 1), await take(ofAll, 1)], [[1], [1]]);
  assertEquals(f.stages(), [{}, { allChangesForCluster: true }]);
});

liveTest("ChangeStream is part of the user's session, which stays open", { versions: VERSIONS }, async (live) => {
  await using f = await fixture((await live.replicaSet()).uri);
  await using session = f.client.startSession();
  const changes = f.things.watch([], { session });
  assertEquals(await changes.tryNext(), null);
  await changes.close();
  assertEquals(session.hasEnded, false);
  assertEquals([...f.sent("aggregate"), ...f.sent("getMore")].map(({ lsid }) => lsid), [session.id, session.id]);
});
