import type { Check } from "../client_report.ts";
import { emptyCollection, errorOf, filledCollection, type NodeContext, withSession } from "../node_context.ts";
import type { ClientSession, Cursor, Document } from "../node_driver.ts";

/** Opens a cursor by command, so that its id is known. */
async function openCursor(
  context: NodeContext,
  collection: string,
  session: ClientSession,
): Promise<{ id: unknown; batch: number }> {
  const command = { find: collection, filter: {}, batchSize: 10 };
  const { cursor } = await context.db.command(command, { session, promoteLongs: false });
  const { id, firstBatch } = cursor as { id: unknown; firstBatch: Document[] };
  return { id, batch: firstBatch.length };
}

/** Takes one document from each cursor in turn until all are exhausted; the ids that each gave. */
async function interleave(cursors: Cursor[]): Promise<unknown[][]> {
  const ids: unknown[][] = cursors.map(() => []);
  let open = cursors.map((cursor, index) => ({ cursor, index }));
  while (open.length > 0) {
    const documents = await Promise.all(open.map(({ cursor }) => cursor.next()));
    open = open.filter(({ index }, position) => {
      const document = documents[position];
      if (document) ids[index]?.push(document._id);
      return document;
    });
  }
  return ids;
}

/** Cursors over many batches, many at once, killed early. */
export const cursorChecks: Record<string, Check<NodeContext>> = {
  "cursor over 10,000 documents": async (context) => {
    const items = await filledCollection(context, "cursor_10000", 10_000);
    const documents = await items.find({}, { sort: { _id: 1 }, batchSize: 100 }).toArray();
    const inOrder = documents.every((document, n) => document._id === n && document.text === `document ${n}`);
    return [documents.length, inOrder];
  },
  "two cursors at once": async (context) => {
    const items = await filledCollection(context, "cursors_2", 300);
    const options = { batchSize: 7, sort: { _id: 1 } };
    return await interleave([items.find({ group: { $lt: 5 } }, options), items.find({ group: { $gte: 5 } }, options)]);
  },
  "twenty cursors at once": async (context) => {
    const items = await filledCollection(context, "cursors_20", 1000);
    const ranges = Array.from({ length: 20 }, (_, n) => ({ _id: { $gte: n * 50, $lt: n * 50 + 50 } }));
    return await interleave(ranges.map((range) => items.find(range, { batchSize: 5, sort: { _id: 1 } })));
  },
  "cursor closed early": async (context) => {
    const items = await filledCollection(context, "cursor_closed", 100);
    const cursor = items.find({}, { batchSize: 5, sort: { _id: 1 } });
    const first = [await cursor.next(), await cursor.next()];
    await cursor.close();
    return [first, await items.countDocuments({})];
  },
  "killed cursor is not found": async (context) => {
    await filledCollection(context, "cursor_killed", 100);
    return await withSession(context, {}, async (session) => {
      const { id, batch } = await openCursor(context, "cursor_killed", session);
      const getMore = { getMore: id, collection: "cursor_killed", batchSize: 20 };
      const { cursor } = await context.db.command(getMore, { session });
      const { cursorsKilled, cursorsNotFound } = await context.db.command({
        killCursors: "cursor_killed",
        cursors: [id],
      }, { session });
      return [
        batch,
        (cursor as { nextBatch: Document[] }).nextBatch.length,
        cursorsKilled,
        cursorsNotFound,
        await errorOf(context.db.command(getMore, { session })),
        await context.db.command({ killCursors: "cursor_killed", cursors: [id] }, { session }),
      ];
    });
  },
  "cursor of another session": async (context) => {
    await filledCollection(context, "cursor_foreign", 100);
    return await withSession(context, {}, (session) =>
      withSession(context, {}, async (other) => {
        const { id } = await openCursor(context, "cursor_foreign", session);
        const getMore = { getMore: id, collection: "cursor_foreign" };
        return [
          await errorOf(context.db.command(getMore, { session: other })),
          await errorOf(context.db.command({ ...getMore, collection: "no_such" }, { session })),
          await context.db.command(getMore, { session }).then(({ cursor }) =>
            (cursor as { nextBatch: Document[] }).nextBatch.length
          ),
        ];
      }));
  },
  "tailable cursor": async (context) => {
    await errorOf(context.db.collection("tailable").drop());
    const items = await context.db.createCollection("tailable", { capped: true, size: 100_000 });
    await items.insertMany([{ _id: 1 }, { _id: 2 }, { _id: 3 }]);
    const cursor = items.find({}, { tailable: true, awaitData: true, batchSize: 2, maxAwaitTimeMS: 200 });
    const seen = [await cursor.next(), await cursor.next(), await cursor.next()];
    const later = cursor.next();
    await items.insertOne({ _id: 4 });
    seen.push(await later);
    await cursor.close();
    return seen;
  },
  "cursor of a large batch": async (context) => {
    const items = await emptyCollection(context, "cursor_large");
    const text = "y".repeat(1_000_000);
    await items.insertMany(Array.from({ length: 20 }, (_, n) => ({ _id: n, text })));
    const documents = await items.find({}, { sort: { _id: 1 } }).toArray();
    return [documents.map(({ _id, text }) => [_id, (text as string).length]), await items.drop()];
  },
};
