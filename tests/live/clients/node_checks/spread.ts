import type { Check } from "../client_report.ts";
import { emptyCollection, filledCollection, type NodeContext, withClient } from "../node_context.ts";
import type { Client, Collection, Document } from "../node_driver.ts";

/** As many at once as the client has connections, which commands of one cursor or transaction come on in turns. */
const PARALLEL = 64;

/** Runs `PARALLEL` times at once, on as many connections. */
function inParallel<Result>(
  context: NodeContext,
  body: (client: Client, number: number) => Promise<Result>,
): Promise<Result[]> {
  return withClient(
    context,
    { maxPoolSize: PARALLEL },
    (client) => Promise.all(Array.from({ length: PARALLEL }, (_, number) => body(client, number))),
  );
}

/** One transaction; every fourth is aborted. Gives what it saw of its own writes. */
async function runTransaction(client: Client, items: Collection, number: number): Promise<unknown> {
  const session = client.startSession();
  try {
    session.startTransaction({ writeConcern: { w: "majority" } });
    for (let part = 0; part < 4; part++) await items.insertOne({ _id: `${number} ${part}`, number }, { session });
    await items.updateOne({ _id: `${number} 0` }, { $set: { seen: true } }, { session });
    const inside = await items.find({ number }, { session, sort: { _id: 1 }, batchSize: 2 }).toArray();
    if (number % 4 === 3) await session.abortTransaction();
    else await session.commitTransaction();
    return inside.map(({ _id, seen }) => [_id, seen]);
  } finally {
    await session.endSession();
  }
}

/** Cursors, transactions and change streams whose commands come on many connections. */
export const spreadChecks: Record<string, Check<NodeContext>> = {
  "sixty-four cursors of small batches": async (context) => {
    await filledCollection(context, "spread_cursors", 300);
    return await inParallel(context, async (client, number) => {
      const items = client.db(context.database).collection("spread_cursors");
      const found = await items.find({}, { sort: { _id: 1 }, batchSize: 2 + number }).toArray();
      return found.every(({ _id }, index) => _id === index) && found.length;
    });
  },
  "sixty-four cursors given up": async (context) => {
    await filledCollection(context, "spread_closed", 50);
    return await inParallel(context, async (client) => {
      const cursor = client.db(context.database).collection("spread_closed").find({}, {
        sort: { _id: 1 },
        batchSize: 3,
      });
      const seen: unknown[] = [];
      for (let i = 0; i < 10; i++) seen.push((await cursor.next())?._id);
      await cursor.close();
      return seen;
    });
  },
  "sixty-four transactions": async (context) => {
    const all = await emptyCollection(context, "spread_transactions");
    await all.insertOne({ _id: "first" });
    const seen = await inParallel(context, (client, number) => {
      return runTransaction(client, client.db(context.database).collection("spread_transactions"), number);
    });
    return [seen, await all.countDocuments({})];
  },
  "change streams beside sixty-four writers": async (context) => {
    const name = "spread_changes";
    await emptyCollection(context, name);
    const { operationTime: startAtOperationTime } = await context.db.command({
      insert: name,
      documents: [{ _id: "start" }],
    });
    return await withClient(context, { maxPoolSize: PARALLEL }, async (client) => {
      const items = client.db(context.database).collection(name);
      const streams = Array.from({ length: 3 }, () => {
        return items.watch([], { startAtOperationTime, maxAwaitTimeMS: 100, batchSize: 3 });
      });
      const taken = Promise.all(streams.map(async (stream) => {
        const ids: Document[string][] = [];
        while (ids.length < 1 + PARALLEL) ids.push(((await stream.next()).documentKey as Document)._id);
        await stream.close();
        return ids.map(String).toSorted();
      }));
      await Promise.all(Array.from({ length: PARALLEL }, (_, number) => items.insertOne({ _id: number })));
      return await taken;
    });
  },
};
