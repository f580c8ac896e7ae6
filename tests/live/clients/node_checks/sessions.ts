import type { Check } from "../client_report.ts";
import {
  emptyCollection,
  errorOf,
  filledCollection,
  type NodeContext,
  withClient,
  withSession,
} from "../node_context.ts";
import type { Db, Document } from "../node_driver.ts";

const ALL_MEMBERS = { writeConcern: { w: 3, wtimeout: 10_000 }, w: 3, wtimeout: 10_000 };

/** Address of each member with its state and tags, as the primary tells. */
async function memberDescriptions({ client }: NodeContext): Promise<Map<unknown, Document>> {
  const admin = client.db("admin");
  const [{ members }, { config }] = await Promise.all([
    admin.command({ replSetGetStatus: 1 }),
    admin.command({ replSetGetConfig: 1 }),
  ]) as [{ members: Document[] }, { config: { members: Document[] } }];
  const tags = new Map(config.members.map((member) => [member.host, member.tags]));
  return new Map(members.map(({ name, stateStr }) => [name, { state: stateStr, tags: tags.get(name) }]));
}

/** The members that answered ten reads with that read preference. */
async function answeringMembers(context: NodeContext, db: Db, options: Document): Promise<Set<Document | undefined>> {
  const members = await memberDescriptions(context);
  const seen = new Set<Document | undefined>();
  for (let i = 0; i < 10; i++) {
    const [stats] = await db.collection("preferences").aggregate([{ $collStats: { count: {} } }], options).toArray();
    // The host is the machine's own name in collStats; the port tells the members of a test's set apart.
    const port = String(stats?.host).split(":").at(-1);
    const address = [...members.keys()].find((name) => String(name).endsWith(`:${port}`));
    seen.add(members.get(address));
  }
  return seen;
}

async function answeringStates(context: NodeContext, options: Document): Promise<unknown[]> {
  const seen = await answeringMembers(context, context.db, options);
  return [...new Set([...seen].map((member) => member?.state))].sort();
}

/** Read preferences, causal consistency, unacknowledged writes, and sessions themselves. */
export const sessionChecks: Record<string, Check<NodeContext>> = {
  "read preferences": async (context) => {
    const items = await emptyCollection(context, "preferences");
    await items.insertOne({ _id: 1 }, ALL_MEMBERS);
    const uriOptions = { readPreference: "secondary", readPreferenceTags: [{ region: "west" }] };
    return [
      await answeringStates(context, { readPreference: "primary" }),
      await answeringStates(context, { readPreference: "secondary" }),
      await answeringStates(context, { readPreference: "secondaryPreferred" }),
      await answeringStates(context, { readPreference: "primaryPreferred" }),
      (await items.find({}, { readPreference: "nearest" }).toArray()).length,
      await withClient(context, uriOptions, async (client) => [
        ...await answeringMembers(context, client.db(context.database), {}),
      ]),
    ];
  },
  "causal reads from a secondary": async (context) => {
    const items = await emptyCollection(context, "causal");
    return await withSession(context, { causalConsistency: true }, async (session) => {
      const seen: unknown[] = [];
      for (let n = 0; n < 15; n++) {
        await items.insertOne({ _id: n }, { session, writeConcern: { w: "majority" }, w: "majority" });
        const options = { session, readPreference: "secondary" };
        seen.push(await items.findOne({ _id: n }, options));
      }
      return seen;
    });
  },
  "unacknowledged writes": async (context) =>
    await withClient(context, { maxPoolSize: 1 }, async (client) => {
      await emptyCollection(context, "unacknowledged");
      const items = client.db(context.database).collection("unacknowledged");
      const unacknowledged = { writeConcern: { w: 0 }, w: 0 };
      const seen: unknown[] = [];
      for (let n = 0; n < 20; n++) {
        await items.insertOne({ _id: n }, unacknowledged);
        await items.updateOne({ _id: n }, { $set: { changed: n } }, unacknowledged);
        // One connection: what it sent before is done before.
        seen.push(await items.findOne({ _id: n }));
      }
      await items.insertOne({ _id: 0 }, unacknowledged);
      await items.deleteMany({ _id: { $lt: 5 } }, unacknowledged);
      return [seen, await items.countDocuments({})];
    }),
  "retryable writes carry a transaction number": async (context) =>
    await withClient(context, { monitorCommands: true, retryWrites: true }, async (client) => {
      const sent: unknown[] = [];
      client.on("commandStarted", ({ commandName, command }) => {
        if (["insert", "update", "delete", "find"].includes(commandName)) {
          sent.push([commandName, "lsid" in command, "txnNumber" in command]);
        }
      });
      const items = client.db(context.database).collection("retryable");
      await items.deleteMany({});
      await items.insertOne({ _id: 1 });
      await items.updateOne({ _id: 1 }, { $set: { a: 1 } });
      return [sent.slice(-2), await items.findOne({ _id: 1 })];
    }),
  "a statement sent again is not done again": async (context) =>
    // A client of its own: the number would be in the way of the shared client's pooled sessions.
    await withClient(context, {}, async (client) => {
      await emptyCollection(context, "statement");
      const session = client.startSession();
      const db = client.db(context.database);
      const insert = (txnNumber: number) => {
        const number = context.driver.module.Long.fromNumber(txnNumber);
        return db.command({ insert: "statement", documents: [{ _id: 1 }], txnNumber: number }, { session });
      };
      const first = await insert(10);
      const again = await insert(10);
      const old = await errorOf(insert(5));
      await session.endSession();
      return [first.n, again.n, old];
    }),
  "sessions end": async (context) => {
    const items = await filledCollection(context, "session_end", 3);
    const ids = await withSession(context, {}, async (session) => {
      await items.findOne({}, { session });
      return [session.id];
    });
    const { ok } = await context.client.db("admin").command({ endSessions: ids });
    return [ok, await items.countDocuments({})];
  },
};
