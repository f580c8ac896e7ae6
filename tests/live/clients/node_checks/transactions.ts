import type { Check } from "../client_report.ts";
import { errorOf, filledCollection, type NodeContext, withSession } from "../node_context.ts";

const OPTIONS = { readConcern: { level: "snapshot" }, writeConcern: { w: "majority" } };

/** Transactions: what is seen, by whom, and how they fail. */
export const transactionChecks: Record<string, Check<NodeContext>> = {
  "transaction commit": async (context) => {
    const items = await filledCollection(context, "commit", 5);
    return await withSession(context, {}, async (session) => {
      session.startTransaction(OPTIONS);
      await items.insertOne({ _id: 100 }, { session });
      await items.updateOne({ _id: 1 }, { $set: { seen: true } }, { session });
      await items.deleteOne({ _id: 2 }, { session });
      const inside = await items.find({}, { session, sort: { _id: 1 }, batchSize: 2 }).toArray();
      const outside = await items.find({}, { sort: { _id: 1 } }).toArray();
      await session.commitTransaction();
      // A driver sends it again when the first answer was lost; the server answers the same.
      await session.commitTransaction();
      return [inside, outside, await items.find({}, { sort: { _id: 1 } }).toArray()];
    });
  },
  "transaction abort": async (context) => {
    const items = await filledCollection(context, "abort", 5);
    return await withSession(context, {}, async (session) => {
      session.startTransaction(OPTIONS);
      await items.insertMany([{ _id: 100 }, { _id: 101 }], { session });
      const inside = await items.countDocuments({}, { session });
      await session.abortTransaction();
      return [inside, await items.countDocuments({}), await items.findOne({ _id: 100 })];
    });
  },
  "transaction ended with its session": async (context) => {
    const items = await filledCollection(context, "ended", 5);
    await withSession(context, {}, async (session) => {
      session.startTransaction(OPTIONS);
      await items.insertOne({ _id: 100 }, { session });
    });
    // Waits for the lock of an open transaction, so it also tells that none was left open.
    const { upsertedCount } = await items.updateOne({ _id: 100 }, { $set: { later: true } }, {
      upsert: true,
      maxTimeMS: 5000,
    });
    return [upsertedCount, await items.findOne({ _id: 100 })];
  },
  "transaction creates a collection": async (context) => {
    await errorOf(context.db.collection("created").drop());
    return await withSession(context, {}, async (session) => {
      session.startTransaction(OPTIONS);
      await context.db.collection("created").insertOne({ _id: 1 }, { session });
      await session.commitTransaction();
      return await context.db.collection("created").find({}).toArray();
    });
  },
  "write conflict": async (context) => {
    const items = await filledCollection(context, "conflict", 5);
    return await withSession(context, {}, (first) =>
      withSession(context, {}, async (second) => {
        first.startTransaction(OPTIONS);
        second.startTransaction(OPTIONS);
        await items.updateOne({ _id: 1 }, { $set: { by: "first" } }, { session: first });
        const conflict = await errorOf(items.updateOne({ _id: 1 }, { $set: { by: "second" } }, { session: second }));
        const after = await errorOf(items.findOne({ _id: 2 }, { session: second }));
        await errorOf(second.abortTransaction());
        await first.commitTransaction();
        return [conflict, after, await items.findOne({ _id: 1 })];
      }));
  },
  "error inside a transaction": async (context) => {
    const items = await filledCollection(context, "failing", 5);
    return await withSession(context, {}, async (session) => {
      session.startTransaction(OPTIONS);
      await items.insertOne({ _id: 100 }, { session });
      const duplicate = await errorOf(items.insertOne({ _id: 1 }, { session }));
      const next = await errorOf(items.insertOne({ _id: 101 }, { session }));
      const commit = await errorOf(session.commitTransaction());
      return [duplicate, next, commit, await items.countDocuments({})];
    });
  },
  "withTransaction": async (context) => {
    const items = await filledCollection(context, "with_transaction", 5);
    await items.insertOne({ _id: "counter", value: 0 });
    const increment = () =>
      withSession(context, {}, (session) =>
        session.withTransaction(async () => {
          const counter = await items.findOne({ _id: "counter" }, { session });
          await items.updateOne({ _id: "counter" }, { $set: { value: Number(counter?.value) + 1 } }, { session });
        }, OPTIONS));
    // They conflict on purpose: the driver retries by the labels until all are through.
    await Promise.all([increment(), increment(), increment(), increment()]);
    return await items.findOne({ _id: "counter" });
  },
  "twelve open transactions at once": async (context) => {
    const items = await filledCollection(context, "many_transactions", 12);
    const sessions = Array.from({ length: 12 }, () => context.client.startSession());
    for (const session of sessions) session.startTransaction(OPTIONS);
    const insert = (base: number) =>
      Promise.all(sessions.map((session, n) => items.insertOne({ _id: base + n }, { session })));
    await insert(1000);
    await insert(2000);
    const inside = await Promise.all(sessions.map((session) => items.countDocuments({}, { session })));
    const outside = await items.countDocuments({});
    await Promise.all(
      sessions.map((session, n) => n % 3 === 0 ? session.abortTransaction() : session.commitTransaction()),
    );
    await Promise.all(sessions.map((session) => session.endSession()));
    return [inside, outside, await items.find({ _id: { $gte: 1000 } }, { sort: { _id: 1 } }).toArray()];
  },
};
