import type { Check } from "../client_report.ts";
import { emptyCollection, type NodeContext } from "../node_context.ts";
import type { ChangeStream, Document } from "../node_driver.ts";

/** The server's time of a first write to that collection: a change stream that starts there misses nothing after it. */
async function timeOfFirstWrite(context: NodeContext, name: string): Promise<unknown> {
  const { operationTime } = await context.db.command({ insert: name, documents: [{ _id: "start" }] });
  return operationTime;
}

async function take(stream: ChangeStream, count: number): Promise<Document[]> {
  const changes: Document[] = [];
  while (changes.length < count) changes.push(await stream.next());
  return changes;
}

function summary({ operationType, documentKey, fullDocument, updateDescription, ns }: Document): Document {
  const { updatedFields, removedFields } = (updateDescription as Document | undefined) ?? {};
  return { operationType, documentKey, fullDocument, updatedFields, removedFields, collection: (ns as Document).coll };
}

/** Change streams. */
export const streamChecks: Record<string, Check<NodeContext>> = {
  "change stream sees writes in order": async (context) => {
    const items = await emptyCollection(context, "changes");
    const startAtOperationTime = await timeOfFirstWrite(context, "changes");
    const stream = items.watch([], { startAtOperationTime, maxAwaitTimeMS: 200 });
    const pending = take(stream, 6);
    await items.insertOne({ _id: 1, a: 1 });
    await items.updateOne({ _id: 1 }, { $set: { b: 2 }, $unset: { a: 1 } });
    await items.replaceOne({ _id: 1 }, { c: 3 });
    await items.insertMany([{ _id: 2 }]);
    await items.deleteOne({ _id: 1 });
    const changes = await pending;
    await stream.close();
    return changes.map(summary);
  },
  "change stream resumes after a token": async (context) => {
    const items = await emptyCollection(context, "resumed");
    const startAtOperationTime = await timeOfFirstWrite(context, "resumed");
    await items.insertMany(Array.from({ length: 10 }, (_, n) => ({ _id: n })));
    const first = items.watch([], { startAtOperationTime, maxAwaitTimeMS: 200 });
    const seen = await take(first, 5);
    const resumeToken = seen.at(-1)?._id;
    await first.close();
    const second = items.watch([], { resumeAfter: resumeToken, maxAwaitTimeMS: 200, batchSize: 2 });
    const rest = await take(second, 6);
    await second.close();
    return [seen.map(summary), rest.map(summary)];
  },
  "change stream resumes after its cursor was killed": async (context) => {
    const items = await emptyCollection(context, "restarted");
    const startAtOperationTime = await timeOfFirstWrite(context, "restarted");
    const stream = items.watch([{ $match: { operationType: "insert" } }], {
      startAtOperationTime,
      maxAwaitTimeMS: 200,
    });
    const before = await take(stream, 1);
    const { cursor } = stream as unknown as { cursor: { id?: unknown; cursorState?: { cursorId: unknown } } };
    const id = cursor.cursorState?.cursorId ?? cursor.id;
    const { cursorsKilled } = await context.db.command({ killCursors: "restarted", cursors: [id] });
    await items.insertOne({ _id: "after" });
    const after = await take(stream, 1);
    await stream.close();
    return [before.map(summary), Array.isArray(cursorsKilled), after.map(summary)];
  },
  "change streams of a database and of a cluster": async (context) => {
    const items = await emptyCollection(context, "wide");
    const startAtOperationTime = await timeOfFirstWrite(context, "wide");
    const pipeline = [{ $match: { "ns.coll": { $in: ["wide", "wide_other"] }, "fullDocument.mark": 1 } }];
    const streams = [context.db, context.client].map((parent) =>
      parent.watch(pipeline, { startAtOperationTime, maxAwaitTimeMS: 200 })
    );
    const pending = streams.map((stream) => take(stream, 2));
    await items.insertOne({ _id: 1, mark: 1 });
    await (await emptyCollection(context, "wide_other")).insertOne({ _id: 2, mark: 1 });
    const changes = await Promise.all(pending);
    await Promise.all(streams.map((stream) => stream.close()));
    return changes.map((list) => list.map(summary));
  },
  "ten change streams beside ordinary commands": async (context) => {
    const items = await emptyCollection(context, "many_streams");
    const startAtOperationTime = await timeOfFirstWrite(context, "many_streams");
    const streams = Array.from(
      { length: 10 },
      (_, n) => items.watch([{ $match: { "fullDocument.for": n } }], { startAtOperationTime, maxAwaitTimeMS: 200 }),
    );
    const pending = streams.map((stream) => take(stream, 1));
    const counts = await Promise.all(Array.from({ length: 30 }, () => items.countDocuments({})));
    await items.insertMany(streams.map((_, n) => ({ _id: n, for: n })));
    const changes = await Promise.all(pending);
    await Promise.all(streams.map((stream) => stream.close()));
    return [counts, changes.map((list) => list.map(summary))];
  },
};
