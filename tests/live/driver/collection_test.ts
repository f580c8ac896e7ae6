import { assert, assertEquals, assertInstanceOf, assertNotEquals, assertRejects } from "@std/assert";
import { deserialize, Int32, Long, ObjectId } from "bson";
import type { Document } from "../../../codec/bson_types.ts";
import { MongoBulkWriteError } from "../../../driver/bulk/bulk_write_error.ts";
import { Collection } from "../../../driver/collection.ts";
import { MongoCursorExhaustedError, MongoCursorInUseError } from "../../../driver/cursor/cursor_error.ts";
import {
  MongoAPIError,
  MongoError,
  MongoInvalidArgumentError,
  MongoNetworkError,
  MongoServerError,
  MongoWriteConcernError,
} from "../../../driver/error.ts";
import { MongoClient } from "../../../driver/mongo_client.ts";
import type { CommandStartedEvent } from "../../../driver/monitoring/command_event.ts";
import { chosenVersions, liveTest } from "../../support/live_test.ts";

const VERSIONS = chosenVersions(["6.0", "5.0"]);

interface Thing {
  _id: number;
  x: number;
  tags?: string[];
  name?: string;
}

/** A client with an empty collection that notes the commands it sends. */
interface Fixture extends AsyncDisposable {
  readonly client: MongoClient;
  readonly things: Collection<Thing>;
  readonly started: CommandStartedEvent[];
  /** The commands of that name. */
  sent(name: string): Document[];
}

let collections = 0;

async function fixture(uri: string, count = 0): Promise<Fixture> {
  const client = new MongoClient(uri);
  const started: CommandStartedEvent[] = [];
  const things = new Collection<Thing>(client.db("collections"), `things_${++collections}`);
  await things.drop();
  if (count > 0) await things.insertMany(numbered(count));
  client.on("commandStarted", (event) => started.push(event));
  return {
    client,
    things,
    started,
    sent: (name) => started.filter(({ commandName }) => commandName === name).map(({ command }) => command),
    async [Symbol.asyncDispose]() {
      assertEquals(client.core.open.size, 0, "sessions and cursors are left open");
      await things.drop();
      await client.close();
    },
  };
}

function numbered(count: number): Thing[] {
  return Array.from({ length: count }, (_, i) => ({ _id: i, x: i % 10 }));
}

liveTest(
  "Collection.insertOne gives the id, and documents of its own get one",
  { versions: VERSIONS },
  async (live) => {
    await using f = await fixture((await live.replicaSet()).uri);
    assertEquals(await f.things.insertOne({ _id: 1, x: 1 }), { acknowledged: true, insertedId: 1 });
    const loose = new Collection(f.client.db("collections"), f.things.collectionName);
    const document: Document = { x: 2 };
    const { insertedId } = await loose.insertOne(document);
    assertInstanceOf(insertedId, ObjectId);
    assertEquals(document._id, insertedId);
    assertEquals(await loose.findOne({ _id: insertedId }), { _id: insertedId, x: 2 });
  },
);

liveTest(
  "Collection.insertOne rejects with the server's error of a duplicate",
  { versions: VERSIONS },
  async (live) => {
    await using f = await fixture((await live.replicaSet()).uri, 1);
    const error = await assertRejects(() => f.things.insertOne({ _id: 0, x: 1 }), MongoServerError);
    assertEquals(error.code, 11000);
    assertEquals(error.errorResponse.keyValue, { _id: 0 });
  },
);

liveTest("Collection tells what else the server says of a failure", { versions: VERSIONS }, async (live) => {
  await using f = await fixture((await live.replicaSet()).uri);
  const errInfo = { writeConcern: { w: 2, wtimeout: 0, provenance: "clientSupplied" } };
  await f.client.db("admin").command({
    configureFailPoint: "failCommand",
    mode: { times: 1 },
    data: { failCommands: ["insert"], writeConcernError: { code: 100, errmsg: "Not enough", errInfo } },
  });
  const concern = await assertRejects(() => f.things.insertOne({ _id: 1, x: 1 }), MongoWriteConcernError);
  assertEquals([concern.code, concern.errorResponse.errInfo], [100, errInfo]);
  await f.things.drop();
  await f.things.db.command({ create: f.things.collectionName, validator: { x: { $type: "string" } } });
  const invalid = await assertRejects(() => f.things.insertOne({ _id: 1, x: 1 }), MongoServerError);
  assertEquals([invalid.code, (invalid.errorResponse.errInfo as Document).failingDocumentId], [121, 1]);
  const bulk = await assertRejects(() => f.things.insertMany([{ _id: 1, x: 1 }]), MongoBulkWriteError);
  assertEquals(bulk.writeErrors[0]?.errInfo?.failingDocumentId, 1);
});

liveTest("Collection reads, changes and deletes documents", { versions: VERSIONS }, async (live) => {
  await using f = await fixture((await live.replicaSet()).uri, 20);
  const { things } = f;
  assertEquals(await things.findOne({ x: { $gt: 3 } }, { sort: { _id: -1 } }), { _id: 19, x: 9 });
  assertEquals(await things.findOne({ _id: 99 }), null);
  const one = { acknowledged: true, matchedCount: 1, modifiedCount: 1, upsertedCount: 0, upsertedId: null };
  assertEquals(await things.updateOne({ _id: 1 }, { $set: { x: 100 } }), one);
  assertEquals(await things.updateMany({ x: 5 }, { $inc: { x: 1 } }), { ...one, matchedCount: 2, modifiedCount: 2 });
  assertEquals(await things.replaceOne({ _id: 2 }, { x: 200, name: "two" }), one);
  const upserted = await things.updateOne({ _id: 50 }, { $set: { x: 50 } }, { upsert: true });
  assertEquals(upserted, { ...one, matchedCount: 0, modifiedCount: 0, upsertedCount: 1, upsertedId: 50 });
  assertEquals(await things.updateOne({ _id: 3 }, [{ $set: { x: { $add: ["$_id", 1000] } } }]), one);
  assertEquals(await things.findOne({ _id: 3 }), { _id: 3, x: 1003 });
  assertEquals(await things.deleteOne({ x: 7 }), { acknowledged: true, deletedCount: 1 });
  assertEquals(await things.deleteMany({ x: { $lt: 50 } }), { acknowledged: true, deletedCount: 16 });
  assertEquals(await things.countDocuments(), 4);
  assertEquals(await things.countDocuments({ x: { $gte: 100 } }, { limit: 2 }), 2);
  assertEquals(await things.estimatedDocumentCount(), 4);
  assertEquals((await things.distinct("x")).sort(), [100, 1003, 200, 50]);
});

liveTest("Collection.findOneAnd… give the document before or after", { versions: VERSIONS }, async (live) => {
  await using f = await fixture((await live.replicaSet()).uri, 3);
  const { things } = f;
  assertEquals(await things.findOneAndUpdate({ _id: 1 }, { $inc: { x: 5 } }), { _id: 1, x: 1 });
  const after = { returnDocument: "after" } as const;
  assertEquals(await things.findOneAndUpdate({ _id: 1 }, { $inc: { x: 5 } }, after), { _id: 1, x: 11 });
  assertEquals(await things.findOneAndReplace({ _id: 2 }, { x: 9 }, { ...after, projection: { x: 1 } }), {
    _id: 2,
    x: 9,
  });
  const all = await things.findOneAndDelete({ _id: 2 }, { includeResultMetadata: true });
  assertEquals(all, { value: { _id: 2, x: 9 }, lastErrorObject: { n: 1 }, ok: 1 });
  assertEquals(await things.findOneAndDelete({ _id: 2 }), null);
});

liveTest(
  "Collection rejects updates without operators and replacements with them",
  { versions: ["6.0"] },
  async (live) => {
    await using f = await fixture((await live.replicaSet()).uri);
    const { things } = f;
    await assertRejects(() => things.updateOne({}, { x: 1 } as Document), MongoInvalidArgumentError);
    await assertRejects(() => things.updateMany({}, {}), MongoInvalidArgumentError);
    await assertRejects(
      () => things.replaceOne({}, { $set: { x: 1 } } as Document as Thing),
      MongoInvalidArgumentError,
    );
    await assertRejects(() => things.findOneAndUpdate({}, { x: 1 } as Document), MongoInvalidArgumentError);
    await assertRejects(() => things.insertMany([]), MongoInvalidArgumentError);
    assertEquals(f.started, []);
  },
);

liveTest("FindCursor gives everything, batch by batch", { versions: VERSIONS }, async (live) => {
  await using f = await fixture((await live.replicaSet()).uri, 25);
  const all = numbered(25);
  assertEquals(await f.things.find().sort({ _id: 1 }).batchSize(10).toArray(), all);
  assertEquals(f.sent("find").length, 1);
  assertEquals(f.sent("getMore").map(({ batchSize }) => batchSize), [10, 10]);
  const lsids = f.started.map(({ command }) => command.lsid.id.toString("hex"));
  assertEquals(new Set(lsids).size, 1);

  const seen: Thing[] = [];
  for await (const thing of f.things.find({}, { sort: "_id", batchSize: 7 })) seen.push(thing);
  assertEquals(seen, all);

  const cursor = f.things.find().sort("_id", "desc").batchSize(10);
  assertEquals(await cursor.hasNext(), true);
  assertEquals(await cursor.next(), all[24]);
  assertEquals(cursor.bufferedCount(), 9);
  assertNotEquals(cursor.id, undefined);
  assertEquals(await cursor.toArray(), all.slice(0, 24).reverse());
  assertEquals([await cursor.next(), await cursor.tryNext(), await cursor.hasNext()], [null, null, false]);
  assertEquals(cursor.closed, true);
});

liveTest(
  "FindCursor.next gives each document once to callers that do not wait",
  { versions: ["6.0"] },
  async (live) => {
    await using f = await fixture((await live.replicaSet()).uri, 10);
    const cursor = f.things.find().sort({ _id: 1 }).batchSize(3);
    const given = await Promise.all(Array.from({ length: 12 }, () => cursor.next()));
    assertEquals(given.filter((thing) => thing === null).length, 2);
    assertEquals(new Set(given.map((thing) => thing?._id)).size, 11);
    assertEquals(f.sent("getMore").length, 3);
  },
);

liveTest("FindCursor kept within a limit leaves nothing open", { versions: VERSIONS }, async (live) => {
  await using f = await fixture((await live.replicaSet()).uri, 25);
  assertEquals(await f.things.find().sort({ _id: 1 }).limit(4).batchSize(3).toArray(), numbered(4));
  assertEquals(f.sent("getMore").map(({ batchSize }) => batchSize), [1]);
  f.started.length = 0;
  assertEquals(await f.things.find().limit(4).batchSize(4).sort({ _id: 1 }).toArray(), numbered(4));
  assertEquals(f.sent("getMore").length, 0);
  assertEquals(await f.things.find().limit(-4).sort({ _id: 1 }).toArray(), numbered(4));
  assertEquals(
    await f.things.find().skip(20).sort({ _id: 1 }).project({ x: 1, _id: 0 }).toArray(),
    [0, 1, 2, 3, 4].map((x) => ({ x })),
  );
  assertEquals(await openCursors(f.client), 0);
});

liveTest("FindCursor that is left is closed at the server", { versions: VERSIONS }, async (live) => {
  await using f = await fixture((await live.replicaSet()).uri, 25);
  for await (const _ of f.things.find().batchSize(2)) break;
  assertEquals(f.sent("killCursors").length, 1);
  const cursor = f.things.find().batchSize(2);
  await cursor.next();
  await cursor.close();
  await cursor.close();
  assertEquals(f.sent("killCursors").length, 2);
  await assertRejects(() => cursor.next(), MongoCursorExhaustedError);
  {
    await using disposed = f.things.find().batchSize(2);
    await disposed.next();
  }
  const early = f.things.find().batchSize(2);
  const first = early.next();
  await early.close();
  await assertRejects(() => first, MongoCursorExhaustedError);
  await f.things.find().batchSize(2).forEach(() => false);
  assertEquals(await openCursors(f.client), 0);
});

liveTest("FindCursor that fails is closed, and says what the server said", { versions: VERSIONS }, async (live) => {
  await using f = await fixture((await live.replicaSet()).uri, 25);
  const failing = f.things.find({ $expr: { $lt: [{ $divide: [1, { $subtract: ["$_id", 20] }] }, 2] } }).batchSize(2);
  const error = await assertRejects(() => failing.toArray(), MongoServerError);
  assertNotEquals(error.code, 0);
  assertEquals(failing.closed, true);
  const unknown = { $wrong: 1 } as Document;
  await assertRejects(() => f.things.find(unknown).next(), MongoServerError);
  await assertRejects(async () => {
    for await (const _ of f.things.find(unknown));
  }, MongoServerError);
  assertEquals(await openCursors(f.client), 0);
});

liveTest("FindCursor can be rewound, cloned, mapped, counted and explained", { versions: VERSIONS }, async (live) => {
  await using f = await fixture((await live.replicaSet()).uri, 5);
  const cursor = f.things.find({ x: { $gt: 1 } }).sort({ _id: 1 }).batchSize(2).map(({ _id }) => _id).map((id) =>
    id * 10
  );
  assertEquals(await cursor.next(), 20);
  assert(cursor.bufferedCount() === 1);
  const clone = cursor.clone();
  let failed: unknown = null;
  try {
    cursor.limit(1);
  } catch (error) {
    failed = error;
  }
  assertInstanceOf(failed, MongoCursorInUseError);
  cursor.rewind();
  assertEquals(await cursor.toArray(), [20, 30, 40]);
  assertEquals(await clone.limit(2).toArray(), [20, 30]);
  assertEquals(await f.things.find({ x: { $gt: 1 } }).skip(1).count(), 2);
  assertEquals((await f.things.find({ _id: 1 }).explain("queryPlanner")).ok, 1);
  assertEquals(
    await Array.fromAsync(f.things.find().sort({ _id: -1 }).limit(2).stream()),
    numbered(5).slice(3).reverse(),
  );
});

liveTest("FindCursor on the tail of a capped collection waits for what comes", { versions: VERSIONS }, async (live) => {
  await using f = await fixture((await live.replicaSet()).uri);
  await f.things.db.command({ create: f.things.collectionName, capped: true, size: 100_000 });
  assertEquals(await f.things.isCapped(), true);
  await f.things.insertOne({ _id: 1, x: 1 });
  const cursor = f.things.find({}, { tailable: true, awaitData: true, maxAwaitTimeMS: 60_000, batchSize: 2 });
  assertEquals(await cursor.next(), { _id: 1, x: 1 });
  const coming = cursor.next();
  await f.things.insertOne({ _id: 2, x: 2 });
  assertEquals(await coming, { _id: 2, x: 2 });
  assertEquals(f.sent("getMore")[0]?.maxTimeMS, 60_000);
  await cursor.close();
  const patient = f.things.find({}, { tailable: true, awaitData: true, maxAwaitTimeMS: 1 });
  assertEquals([(await patient.tryNext())?._id, (await patient.tryNext())?._id], [1, 2]);
  assertEquals(await patient.tryNext(), null);
  await patient.close();
  assertEquals(await openCursors(f.client), 0);
});

liveTest(
  "MongoClient.close closes cursors, which do not seem to be at their end then",
  { versions: ["6.0"] },
  async (live) => {
    const { uri } = await live.replicaSet();
    await using f = await fixture(uri, 25);
    const other = new MongoClient(uri);
    const cursor = new Collection<Thing>(other.db("collections"), f.things.collectionName).find().batchSize(2);
    await cursor.next();
    await other.close();
    await cursor.next();
    await assertRejects(() => cursor.next(), MongoCursorExhaustedError);
    assertEquals(await openCursors(f.client), 0);
  },
);

liveTest(
  "FindCursor that is closed while it waits for what comes ends the wait",
  { versions: VERSIONS },
  async (live) => {
    await using f = await fixture((await live.replicaSet()).uri);
    await f.things.db.command({ create: f.things.collectionName, capped: true, size: 100_000 });
    await f.things.insertOne({ _id: 1, x: 1 });
    const cursor = f.things.find({}, { tailable: true, awaitData: true, maxAwaitTimeMS: 600_000 });
    await cursor.next();
    const waiting = assertRejects(() => cursor.next());
    await cursor.close();
    await waiting;
    assertEquals(f.client.core.open.size, 0);
    assertEquals(await openCursors(f.client), 0);
  },
);

liveTest(
  "FindCursor is given up when its signal aborts, also between batches",
  { versions: VERSIONS },
  async (live) => {
    await using f = await fixture((await live.replicaSet()).uri, 25);
    const abort = new AbortController();
    const { signal } = abort;
    const idle = f.things.find({}, { signal, batchSize: 5 });
    await idle.next();
    const slow = f.things.find({ $where: "sleep(60000) || true" }, { signal });
    const failing = assertRejects(() => slow.toArray(), DOMException, "enough");
    abort.abort(new DOMException("enough"));
    await failing;
    await assertRejects(() => idle.next(), DOMException, "enough");
    await assertRejects(() => f.things.find({}, { signal }).toArray(), DOMException, "enough");
    await f.client.db("admin").command({ ping: 1 });
    await idle.close();
  },
);

liveTest(
  "FindCursor fails with what the last batch failed with, and is not at its end then",
  { versions: VERSIONS },
  async (live) => {
    await using f = await fixture((await live.replicaSet()).uri, 25);
    for (const data of [{ errorCode: 96 }, { closeConnection: true }]) {
      await f.client.db("admin").command({
        configureFailPoint: "failCommand",
        mode: { times: 1 },
        data: { failCommands: ["getMore"], ...data },
      });
      f.started.length = 0;
      const cursor = f.things.find().batchSize(10);
      const seen: number[] = [];
      await assertRejects(async () => {
        for await (const { _id } of cursor) seen.push(_id);
      }, MongoError);
      assertEquals(seen.length, 10);
      assertEquals(f.sent("getMore").length, 1);
      assertEquals(f.sent("killCursors").length, "errorCode" in data ? 1 : 0);
      await assertRejects(() => cursor.next(), MongoCursorExhaustedError);
    }
  },
);

liveTest("Collection.initializeOrderedBulkOp puts a bulk together", { versions: ["6.0"] }, async (live) => {
  await using f = await fixture((await live.replicaSet()).uri, 5);
  const bulk = f.things.initializeOrderedBulkOp();
  bulk.insert({ _id: 10, x: 1 }).find({ _id: 1 }).updateOne({ $set: { x: 7 } });
  bulk.find({ _id: 77 }).upsert().replaceOne({ x: 77 }).find({ x: 0 }).delete();
  assertEquals(bulk.length, 4);
  const { insertedCount, modifiedCount, upsertedIds, deletedCount } = await bulk.execute();
  assertEquals([insertedCount, modifiedCount, upsertedIds, deletedCount], [1, 1, { 2: 77 }, 1]);
  await assertRejects(() => bulk.execute(), MongoAPIError);
  const unordered = f.things.initializeUnorderedBulkOp();
  unordered.find({}).hint("_id_").update({ $inc: { x: 1 } }).find({ _id: 1 }).deleteOne();
  const { matchedCount, deletedCount: deleted } = await unordered.execute();
  assertEquals([matchedCount, deleted], [6, 1]);
});

liveTest("AggregationCursor gives what the pipeline makes, and writes", { versions: VERSIONS }, async (live) => {
  await using f = await fixture((await live.replicaSet()).uri, 30);
  const groups = await f.things.aggregate<{ _id: number; n: number }>()
    .match({ x: { $lt: 3 } }).group({ _id: "$x", n: { $sum: 1 } }).sort({ _id: 1 }).batchSize(2).toArray();
  assertEquals(groups, [0, 1, 2].map((_id) => ({ _id, n: 3 })));
  const target = `${f.things.collectionName}_out`;
  assertEquals(await f.things.aggregate([{ $match: { x: 1 } }, { $out: target }]).toArray(), []);
  const written = new Collection<Thing>(f.things.db, target);
  assertEquals(await written.countDocuments(), 3);
  assertEquals(await written.drop(), true);
  assertEquals((await f.things.aggregate([{ $match: { x: 1 } }]).explain("queryPlanner")).ok, 1);
});

liveTest("Collection.bulkWrite does different writes in their order", { versions: VERSIONS }, async (live) => {
  await using f = await fixture((await live.replicaSet()).uri, 5);
  const result = await f.things.bulkWrite([
    { insertOne: { document: { _id: 10, x: 10 } } },
    { insertOne: { document: { _id: 11, x: 11 } } },
    { updateOne: { filter: { _id: 10 }, update: { $inc: { x: 1 } } } },
    { updateMany: { filter: { _id: { $lt: 3 } }, update: { $set: { name: "small" } } } },
    { replaceOne: { filter: { _id: 12 }, replacement: { x: 12 }, upsert: true } },
    { deleteOne: { filter: { _id: 0 } } },
    { deleteMany: { filter: { _id: { $in: [1, 2] } } } },
  ]);
  const { insertedCount, matchedCount, modifiedCount, deletedCount, upsertedCount } = result;
  assertEquals(
    { insertedCount, matchedCount, modifiedCount, deletedCount, upsertedCount },
    { insertedCount: 2, matchedCount: 4, modifiedCount: 4, deletedCount: 3, upsertedCount: 1 },
  );
  assertEquals([result.insertedIds, result.upsertedIds], [{ 0: 10, 1: 11 }, { 4: 12 }]);
  assertEquals(f.started.map(({ commandName }) => commandName), ["insert", "update", "delete"]);
});

liveTest(
  "Collection.bulkWrite stops at a failure if ordered, and goes on if not",
  { versions: VERSIONS },
  async (live) => {
    await using f = await fixture((await live.replicaSet()).uri, 3);
    const writes = [
      { insertOne: { document: { _id: 20, x: 0 } } },
      { insertOne: { document: { _id: 1, x: 0 } } },
      { insertOne: { document: { _id: 21, x: 0 } } },
      { deleteOne: { filter: { _id: 2 } } },
    ];
    const ordered = await assertRejects(() => f.things.bulkWrite(writes), MongoBulkWriteError);
    assertEquals([ordered.code, ordered.insertedCount, ordered.deletedCount], [11000, 1, 0]);
    assertEquals(ordered.insertedIds, { 0: 20 });
    assertEquals(ordered.writeErrors.map(({ index, code }) => [index, code]), [[1, 11000]]);
    assertEquals(ordered.writeErrors[0]?.getOperation(), { _id: 1, x: 0 });
    const unordered = await assertRejects(() => f.things.bulkWrite(writes, { ordered: false }), MongoBulkWriteError);
    assertEquals([unordered.insertedCount, unordered.deletedCount], [1, 1]);
    assertEquals(unordered.insertedIds, { 2: 21 });
    assertEquals(unordered.writeErrors.map(({ index }) => index), [0, 1]);
  },
);

liveTest("Collection.bulkWrite that cannot go on says what was done", { versions: VERSIONS }, async (live) => {
  const { uri } = await live.replicaSet();
  await using f = await fixture(uri, 3);
  const writes = [{ insertOne: { document: { _id: 9, x: 9 } } }, { deleteOne: { filter: { _id: 1 } } }];
  await using once = new MongoClient(uri, { retryWrites: false });
  const things = once.db("collections").collection<Thing>(f.things.collectionName);
  for (const data of [{ closeConnection: true }, { errorCode: 8000 }]) {
    await f.client.db("admin").command({
      configureFailPoint: "failCommand",
      mode: { times: 1 },
      data: { failCommands: ["delete"], ...data },
    });
    const error = await assertRejects(() => things.bulkWrite(writes), MongoBulkWriteError);
    assertInstanceOf(error.cause, "errorCode" in data ? MongoServerError : MongoNetworkError);
    assertEquals([error.insertedCount, error.insertedIds, error.deletedCount], [1, { 0: 9 }, 0]);
    assertEquals(error.code, data.errorCode ?? 0);
    assertEquals(await f.things.deleteOne({ _id: 9 }), { acknowledged: true, deletedCount: 1 });
  }
  await f.client.db("admin").command({
    configureFailPoint: "failCommand",
    mode: { times: 1 },
    data: { failCommands: ["insert"], closeConnection: true },
  });
  await assertRejects(() => things.bulkWrite(writes), MongoNetworkError);
  assertEquals(await f.things.countDocuments(), 3);
});

liveTest("Collection.insertMany splits what a server does not take at once", { versions: VERSIONS }, async (live) => {
  await using f = await fixture((await live.replicaSet()).uri);
  const many = Array.from({ length: 100_001 }, (_, i) => ({ _id: i, x: i }));
  const { insertedCount, insertedIds } = await f.things.insertMany(many);
  assertEquals([insertedCount, insertedIds[100_000]], [100_001, 100_000]);
  assertEquals(f.sent("insert").map(({ documents }) => documents.length), [100_000, 1]);
  f.started.length = 0;
  const large = "x".repeat(10_000_000);
  await f.things.insertMany([1, 2, 3, 4, 5].map((i) => ({ _id: -i, x: i, name: large })));
  assertEquals(f.sent("insert").map(({ documents }) => documents.length), [4, 1]);
});

liveTest("Collection writes without acknowledgement where that is asked for", { versions: VERSIONS }, async (live) => {
  await using f = await fixture((await live.replicaSet()).uri);
  const writeConcern = { w: 0 };
  assertEquals(await f.things.insertOne({ _id: 1, x: 1 }, { writeConcern }), { acknowledged: false, insertedId: 1 });
  const result = await f.things.bulkWrite([{ insertOne: { document: { _id: 2, x: 2 } } }], { writeConcern });
  assertEquals([result.acknowledged, result.insertedCount], [false, 0]);
  await f.client.withSession(async (session) => {
    await assertRejects(() => f.things.insertOne({ _id: 3, x: 3 }, { writeConcern, session }));
    await session.withTransaction(async () => {
      await f.things.insertOne({ _id: 4, x: 4 }, { session });
      await f.things.bulkWrite([{ insertOne: { document: { _id: 5, x: 5 } } }], { session });
      assertEquals(await f.things.find({ _id: { $gt: 3 } }, { session }).batchSize(1).toArray(), [
        { _id: 4, x: 4 },
        { _id: 5, x: 5 },
      ]);
    });
  });
  assertEquals(await f.things.countDocuments({ _id: { $gt: 3 } }), 2);
});

liveTest("Collection makes, lists and drops indexes", { versions: VERSIONS }, async (live) => {
  await using f = await fixture((await live.replicaSet()).uri, 3);
  const { things } = f;
  assertEquals(await things.createIndex({ x: 1, name: -1 }, { unique: false }), "x_1_name_-1");
  assertEquals(await things.createIndex("tags", { name: "words", sparse: true }), "words");
  assertEquals(await things.createIndexes([{ key: { name: "text" } }]), ["name_text"]);
  assertEquals(await things.createIndex([["x", -1], ["tags", 1]]), "x_-1_tags_1");
  assertEquals((await things.listIndexes().toArray()).map(({ name }) => name).sort(), [
    "_id_",
    "name_text",
    "words",
    "x_-1_tags_1",
    "x_1_name_-1",
  ]);
  assertEquals(await things.indexExists(["words", "_id_"]), true);
  assertEquals(await things.indexExists("other"), false);
  assertEquals((await things.indexInformation())["x_1_name_-1"], [["x", 1], ["name", -1]]);
  assertEquals((await things.dropIndex("words")).ok, 1);
  assertEquals(await things.dropIndexes(), true);
  assertEquals((await things.indexes()).length, 1);
  assertEquals(await things.find({}, { hint: { _id: 1 } }).batchSize(2).toArray(), numbered(3));
});

liveTest("Collection is renamed and dropped, and says what it was made with", { versions: VERSIONS }, async (live) => {
  await using f = await fixture((await live.replicaSet()).uri, 3);
  assertEquals(await f.things.options(), {});
  const renamed = await f.things.rename(`${f.things.collectionName}_renamed`);
  assertEquals(await renamed.countDocuments(), 3);
  await assertRejects(() => f.things.options(), MongoInvalidArgumentError);
  assertEquals(await renamed.drop(), true);
});

liveTest("Collection decodes as it is told", { versions: ["6.0"] }, async (live) => {
  await using f = await fixture((await live.replicaSet()).uri, 5);
  const options = { promoteValues: false, promoteLongs: false } as const;
  await f.things.insertOne({ _id: 100, x: Long.fromString("9007199254740993") as unknown as number });
  const [found] = await f.things.find<Document>({ _id: 100 }, { useBigInt64: true }).toArray();
  assertEquals(found?.x, 9007199254740993n);
  assertEquals((await f.things.find<Document>({}, { ...options, batchSize: 2 }).toArray()).length, 6);
  assertEquals((await f.things.find<Document>({}, { useBigInt64: true, batchSize: 2 }).toArray()).length, 6);
  await f.things.insertOne({ _id: 7, x: 7 }, options);
  assertEquals((await f.things.updateMany({ _id: 7 }, { $inc: { x: 1 } }, options)).modifiedCount, 1);
  assertEquals(await f.things.countDocuments({}, options), 7);
  assertEquals(await f.things.estimatedDocumentCount(options), 7);
  const error = await assertRejects(() => f.things.insertOne({ _id: 7, x: 7 }, options), MongoServerError);
  assertEquals(error.code, 11000);
  const wrong = { $wrong: 1 } as Document;
  assertEquals((await assertRejects(() => f.things.findOne(wrong, options), MongoServerError)).code, 2);
  assertInstanceOf((await f.things.findOneAndDelete({ _id: 7 }, options))?.x, Int32);
  const raw = await f.things.find<Uint8Array>({ _id: 1 }, { raw: true, batchSize: 2 }).toArray();
  await f.things.find().toArray();
  assertEquals(raw.map((bytes) => deserialize(bytes)), [{ _id: 1, x: 1 }]);
});

/** How many cursors clients have open at the primary, apart from those of the servers themselves. */
async function openCursors(client: MongoClient): Promise<number> {
  const cursors = await new Collection(client.db("admin"), "unused").db.command({
    aggregate: 1,
    pipeline: [
      { $currentOp: { idleCursors: true, allUsers: true } },
      { $match: { type: "idleCursor", ns: /^collections\./ } },
    ],
    cursor: {},
  });
  return cursors.cursor.firstBatch.length;
}
