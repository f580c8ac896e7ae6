import type { Check } from "../client_report.ts";
import { errorOf, filledCollection, type NodeContext } from "../node_context.ts";
import type { Document } from "../node_driver.ts";

function pick(document: Document, ...names: string[]): Document {
  return Object.fromEntries(names.map((name) => [name, document[name] ?? null]));
}

const LIMITS = [
  "ok",
  "minWireVersion",
  "maxWireVersion",
  "maxBsonObjectSize",
  "maxMessageSizeBytes",
  "maxWriteBatchSize",
  "logicalSessionTimeoutMinutes",
  "readOnly",
];

/** What an application and its tools ask beside data. */
export const adminChecks: Record<string, Check<NodeContext>> = {
  "hello, buildInfo, ping": async ({ client, db }) => [
    pick(await db.command({ hello: 1 }), "isWritablePrimary", ...LIMITS),
    pick(await client.db("admin").command({ isMaster: 1 }), "ismaster", ...LIMITS),
    pick(await db.command({ buildInfo: 1 }), "ok", "version", "gitVersion", "maxBsonObjectSize", "modules"),
    pick(await db.command({ ping: 1 }), "ok"),
    pick(await db.command({ connectionStatus: 1 }), "ok", "authInfo"),
    pick(
      await client.db("admin").command({ getParameter: 1, featureCompatibilityVersion: 1 }),
      "ok",
      "featureCompatibilityVersion",
    ),
  ],
  "indexes": async (context) => {
    const items = await filledCollection(context, "indexes", 20);
    const names = [
      await items.createIndex({ group: 1, text: -1 }),
      await items.createIndex({ text: "text" }, { name: "words" }),
      await items.createIndex({ at: 1 }, { expireAfterSeconds: 3600, sparse: true }),
    ];
    const listed = await items.listIndexes().toArray();
    await items.dropIndex("words");
    return [
      names,
      listed.map(({ name, key, sparse, expireAfterSeconds }) => ({ name, key, sparse, expireAfterSeconds })),
      await items.listIndexes().toArray().then((indexes) => indexes.map(({ name }) => name)),
      await errorOf(items.createIndex({ group: 1 }, { unique: true })),
      await errorOf(items.dropIndex("no_such_index")),
    ];
  },
  "collections and databases": async (context) => {
    const { client, db, database } = context;
    await Promise.all(["listed", "listed_new", "listed_view"].map((name) => errorOf(db.collection(name).drop())));
    await filledCollection(context, "listed", 3);
    await db.command({ create: "listed_view", viewOn: "listed", pipeline: [{ $match: { _id: 1 } }] });
    const list = async () =>
      (await db.listCollections({ name: /^listed/ }).toArray()).map(({ name, type }) => `${name} ${type}`).sort();
    const before = await list();
    const view = await db.collection("listed_view").find({}).toArray();
    await db.collection("listed").rename("listed_new");
    const { databases } = await client.db("admin").admin().listDatabases({ nameOnly: true });
    return [
      before,
      view,
      await list(),
      databases.some(({ name }) => name === database),
      databases.some(({ name }) => name === "admin"),
    ];
  },
  "replies pass unchanged": async (context) => {
    await filledCollection(context, "replies", 3);
    const names = async (command: Document) => Object.keys(await context.db.command(command)).sort();
    const { ok, count } = await context.db.command({ collStats: "replies" });
    return [
      await names({ find: "replies" }),
      await names({ insert: "replies", documents: [{}] }),
      await names({ dbStats: 1 }),
      ok,
      count,
      await context.db.command({ validate: "replies" }).then(({ valid, nrecords }) => [valid, nrecords]),
    ];
  },
};
