import type { Check } from "../client_report.ts";
import { emptyCollection, errorOf, type NodeContext } from "../node_context.ts";
import type { Document } from "../node_driver.ts";

/** The counts in a bulk write's result; fields named `nInserted` and so on before the driver's version 5. */
function bulkCounts(result: Document | undefined): Document {
  const names = [["insertedCount", "nInserted"], ["matchedCount", "nMatched"], ["modifiedCount", "nModified"], [
    "deletedCount",
    "nRemoved",
  ], ["upsertedCount", "nUpserted"]] as const;
  return Object.fromEntries(names.map(([name, oldName]) => [name, result?.[name] ?? result?.[oldName] ?? null]));
}

interface BulkError {
  result?: Document;
  code?: unknown;
  writeErrors?: { index?: number; code?: number }[] | { index?: number; code?: number };
}

async function bulkOutcome(operation: Promise<Document>): Promise<unknown> {
  try {
    return bulkCounts(await operation);
  } catch (thrown) {
    const { result, writeErrors, code } = thrown as BulkError;
    const errors = [writeErrors ?? []].flat().map((error) => ({ index: error.index, code: error.code }));
    return { code, errors, counts: bulkCounts(result), error: await errorOf(Promise.reject(thrown)) };
  }
}

const MIXED = [
  { insertOne: { document: { _id: 1, kind: "first" } } },
  { insertOne: { document: { _id: 2, kind: "second" } } },
  { insertOne: { document: { _id: 1, kind: "again" } } },
  { updateOne: { filter: { _id: 2 }, update: { $set: { changed: true } } } },
  { updateMany: { filter: {}, update: { $inc: { times: 1 } } } },
  { replaceOne: { filter: { _id: 3 }, replacement: { kind: "upserted" }, upsert: true } },
  { insertOne: { document: { _id: 2, kind: "again" } } },
  { deleteOne: { filter: { kind: "first" } } },
  { deleteMany: { filter: { kind: "no such" } } },
];

/** Bulk writes and what their errors tell. */
export const bulkChecks: Record<string, Check<NodeContext>> = {
  "ordered bulk write with duplicate keys": async (context) => {
    const items = await emptyCollection(context, "bulk_ordered");
    return [
      await bulkOutcome(items.bulkWrite(MIXED, { ordered: true })),
      await items.find({}, { sort: { _id: 1 } }).toArray(),
    ];
  },
  "unordered bulk write with duplicate keys": async (context) => {
    const items = await emptyCollection(context, "bulk_unordered");
    return [
      await bulkOutcome(items.bulkWrite(MIXED, { ordered: false })),
      await items.find({}, { sort: { _id: 1 } }).toArray(),
    ];
  },
  "many inserts with duplicate keys": async (context) => {
    const items = await emptyCollection(context, "insert_many_duplicates");
    const documents = Array.from({ length: 1000 }, (_, n) => ({ _id: n % 900 }));
    return [
      await bulkOutcome(items.insertMany(documents, { ordered: false })),
      await items.countDocuments({}),
      await bulkOutcome(items.insertMany([{ _id: 5000 }, { _id: 0 }, { _id: 5001 }], { ordered: true })),
      await items.countDocuments({}),
    ];
  },
  "bulk write of several messages": async (context) => {
    const items = await emptyCollection(context, "bulk_large");
    const text = "x".repeat(10_000);
    const operations = Array.from({ length: 5000 }, (_, n) => ({ insertOne: { document: { _id: n, text } } }));
    return [
      await bulkOutcome(items.bulkWrite(operations, { ordered: false })),
      await items.countDocuments({}),
      await items.drop(),
    ];
  },
};
