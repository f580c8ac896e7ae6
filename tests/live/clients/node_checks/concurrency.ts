import type { Check } from "../client_report.ts";
import { emptyCollection, filledCollection, type NodeContext, withClient } from "../node_context.ts";

/** Many operations at once, each of which knows the one right answer. */
export const concurrencyChecks: Record<string, Check<NodeContext>> = {
  "fifty parallel readers": async (context) => {
    const items = await filledCollection(context, "parallel_reads", 1000);
    const reader = async (reader: number) => {
      let right = 0;
      for (let i = 0; i < 20; i++) {
        const id = (reader * 20 + i) % 1000;
        const found = await items.findOne({ _id: id });
        if (found?._id === id && found.text === `document ${id}`) right++;
      }
      return right;
    };
    return await Promise.all(Array.from({ length: 50 }, (_, n) => reader(n)));
  },
  "fifty parallel writers": async (context) => {
    const items = await emptyCollection(context, "parallel_writes");
    const writer = async (writer: number) => {
      for (let i = 0; i < 3; i++) await items.updateOne({ _id: writer }, { $inc: { times: 1 } }, { upsert: true });
      return (await items.findOne({ _id: writer }))?.times;
    };
    return await Promise.all(Array.from({ length: 50 }, (_, n) => writer(n)));
  },
  "many short-lived clients": async (context) => {
    await filledCollection(context, "short_lived", 20);
    const visit = (n: number) =>
      withClient(
        context,
        { maxPoolSize: 1 },
        (client) => client.db(context.database).collection("short_lived").findOne({ _id: n }),
      );
    return await Promise.all(Array.from({ length: 20 }, (_, n) => visit(n)));
  },
};
