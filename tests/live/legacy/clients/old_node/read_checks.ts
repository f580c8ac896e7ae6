import type { Check } from "../../../clients/client_report.ts";
import { filled, type OldCursor, type OldNodeContext, seen } from "./old_driver.ts";

/** Queries, cursors and commands. */
export const readChecks: Record<string, Check<OldNodeContext>> = {
  async "find"(context) {
    const items = await filled(context, "find", 40);
    await items.ensureIndex({ group: 1 });
    return [
      await items.find({ group: 4 }).sort({ _id: 1 }).toArray(),
      await items.find().sort({ _id: -1 }).limit(3).toArray(),
      await items.find({}, { _id: 1 }).sort({ group: 1, _id: -1 }).skip(5).limit(5).toArray(),
      await items.find({ group: 4 }).hint({ group: 1 }).sort({ _id: 1 }).toArray(),
      await items.findOne({ _id: 3 }),
      await items.findOne({ _id: 99 }),
      "queryPlanner" in await items.find({ _id: 1 }).explain(),
      await errorCode(items.find({ $noSuchOperator: 1 })),
    ];
  },

  async "cursors"(context) {
    const items = await filled(context, "cursors", 300);
    const left = items.find().sort({ _id: 1 }).batchSize(10);
    const first = await left.next();
    await left.close();
    return [
      first,
      (await items.find().batchSize(50).toArray()).length,
      (await items.find().batchSize(50).limit(120).toArray()).length,
      (await items.find().skip(250).batchSize(20).toArray()).length,
      (await Promise.all([7, 8, 9].map((size) => items.find().batchSize(size).toArray()))).map(({ length }) => length),
    ];
  },

  async "tailable"({ db }) {
    const items = await db.createCollection("capped", { capped: true, size: 65_536 });
    await items.insert({ _id: 0 });
    await items.insert({ _id: 1 });
    const cursor = items.find().addCursorFlag("tailable", true).addCursorFlag("awaitData", true);
    const saw = [await cursor.next(), await cursor.next()];
    const next = cursor.next();
    await items.insert({ _id: 2 });
    saw.push(await next);
    await cursor.close();
    return saw;
  },

  async "commands"(context) {
    const items = await filled(context, "commands", 50);
    return [
      await items.count({ group: 4 }),
      await items.count({}, { skip: 5, limit: 10 }),
      (await items.distinct("group")).length,
      await seen(context.db.command({ noSuchCommand: 1 })),
      await seen(context.db.command({ ping: 1 })),
      await items.drop(),
    ];
  },

  /** Are they told? The driver looks into system.namespaces and system.indexes where the server says that it is old. */
  async "names"(context) {
    const items = await filled(context, "names", 1);
    await items.ensureIndex({ group: 1 }, { unique: true });
    const { databases } = await context.db.admin().listDatabases();
    const collections = await context.db.collections();
    const indexes = (await items.indexes()).map(({ name }) => name);
    return [
      databases.some(({ name }) => name === context.db.databaseName),
      collections.some(({ collectionName }) => collectionName === "names"),
      indexes.sort().join() === "_id_,group_1",
    ];
  },
};

async function errorCode(cursor: OldCursor): Promise<unknown> {
  try {
    return await cursor.toArray();
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
}
