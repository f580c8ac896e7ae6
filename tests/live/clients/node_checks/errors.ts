import type { Check } from "../client_report.ts";
import { emptyCollection, errorOf, filledCollection, type NodeContext } from "../node_context.ts";
import type { Document } from "../node_driver.ts";

/** Makes the primary fail the named commands of one collection once. */
async function failOnce(context: NodeContext, collection: string, data: Document): Promise<void> {
  const namespace = `${context.database}.${collection}`;
  await context.client.db("admin").command({
    configureFailPoint: "failCommand",
    mode: { times: 1 },
    data: { ...data, namespace },
  });
}

/** Errors with their codes, and the failures that a driver retries without telling. */
export const errorChecks: Record<string, Check<NodeContext>> = {
  "errors of a server": async (context) => {
    const items = await filledCollection(context, "errors", 5);
    await errorOf(context.db.collection("errors_validated").drop());
    const validated = await context.db.createCollection("errors_validated", { validator: { age: { $gte: 0 } } });
    return {
      duplicateKey: await errorOf(items.insertOne({ _id: 1 })),
      noSuchCommand: await errorOf(context.db.command({ noSuchCommand: 1 })),
      badOperator: await errorOf(items.find({ a: { $noSuchOperator: 1 } }).toArray()),
      badUpdate: await errorOf(items.updateOne({ _id: 1 }, { $noSuchOperator: { a: 1 } })),
      badField: await errorOf(context.db.command({ find: "errors", noSuchField: 1 })),
      wrongType: await errorOf(context.db.command({ find: 5 })),
      immutableId: await errorOf(items.updateOne({ _id: 1 }, { $set: { _id: 2 } })),
      validation: await errorOf(validated.insertOne({ age: -1 })),
      namespaceExists: await errorOf(context.db.command({ create: "errors" })),
      namespaceNotFound: await errorOf(context.db.command({ collMod: "no_such_collection" })),
      badWriteConcern: await errorOf(
        context.db.command({ insert: "errors", documents: [{ _id: 77 }], writeConcern: { w: 50 } }),
      ),
      onlyOnAdmin: await errorOf(context.db.command({ replSetGetStatus: 1 })),
    };
  },
  "time limit": async (context) => {
    const items = await filledCollection(context, "time_limit", 20);
    const error = await errorOf(items.find({ $where: "sleep(50) || true" }, { maxTimeMS: 60 }).toArray());
    // The message tells where in the server the time ran out, which differs from run to run.
    return error === "none" ? error : { ...error, message: null };
  },
  "retried write after a lost connection": async (context) => {
    const items = await emptyCollection(context, "retried_write");
    await failOnce(context, "retried_write", { failCommands: ["insert"], closeConnection: true });
    await items.insertOne({ _id: 1 });
    return await items.find({}).toArray();
  },
  "retried write after a change of primary": async (context) => {
    const items = await emptyCollection(context, "retried_step_down");
    await failOnce(context, "retried_step_down", {
      failCommands: ["update"],
      errorCode: 10107,
      errorLabels: ["RetryableWriteError"],
    });
    await items.updateOne({ _id: 1 }, { $inc: { n: 1 } }, { upsert: true });
    return await items.find({}).toArray();
  },
  "retried read after a lost connection": async (context) => {
    const items = await filledCollection(context, "retried_read", 3);
    await failOnce(context, "retried_read", { failCommands: ["find"], closeConnection: true });
    return await items.find({}, { sort: { _id: 1 } }).toArray();
  },
  "error reply that is not retried": async (context) => {
    const items = await filledCollection(context, "not_retried", 3);
    await failOnce(context, "not_retried", { failCommands: ["find"], errorCode: 8000 });
    return [await errorOf(items.find({}).toArray()), await items.countDocuments({})];
  },
};
