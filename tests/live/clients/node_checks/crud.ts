import { Buffer } from "node:buffer";

import type { Check } from "../client_report.ts";
import { emptyCollection, errorOf, filledCollection, type NodeContext } from "../node_context.ts";
import type { Document } from "../node_driver.ts";

/** The counts of a write's result; each driver version has fields of its own around them. */
function counts(result: Document): Document {
  const names = ["insertedCount", "matchedCount", "modifiedCount", "deletedCount", "upsertedCount"];
  return Object.fromEntries(names.filter((name) => name in result).map((name) => [name, result[name]]));
}

/** Single-document and many-document reads and writes. */
export const crudChecks: Record<string, Check<NodeContext>> = {
  "insert and find": async (context) => {
    const items = await emptyCollection(context, "insert_and_find");
    const one = await items.insertOne({ _id: 1, name: "one" });
    const many = await items.insertMany([{ _id: 2, name: "two" }, { _id: 3, name: "three" }]);
    const generated = await items.insertOne({ name: "generated" });
    return {
      inserted: [one.insertedId, many.insertedIds, generated.insertedId],
      one: await items.findOne({ _id: 1 }),
      none: await items.findOne({ _id: 99 }),
      sorted: await items.find({ _id: { $gt: 0 } }, { sort: { _id: -1 }, projection: { _id: 0 } }).toArray(),
      page: await items.find({}, { sort: { name: 1 }, skip: 1, limit: 2 }).toArray(),
    };
  },
  "update and replace": async (context) => {
    const items = await filledCollection(context, "update_and_replace", 20);
    return [
      counts(await items.updateOne({ _id: 1 }, { $set: { seen: true } })),
      counts(await items.updateOne({ _id: 100 }, { $set: { seen: true } })),
      counts(await items.updateMany({ group: { $lt: 5 } }, { $inc: { times: 2 } })),
      counts(await items.updateMany({}, [{ $set: { double: { $multiply: ["$_id", 2] } } }])),
      counts(await items.replaceOne({ _id: 2 }, { replaced: true })),
      counts(await items.updateOne({ _id: 50 }, { $set: { born: 1 } }, { upsert: true })),
      counts(
        await items.updateOne({ _id: 3 }, { $set: { "list.$[item]": 1 } }, { arrayFilters: [{ item: 0 }] })
          .catch((error: Error) => ({ modifiedCount: error.name })),
      ),
      await items.find({}, { sort: { _id: 1 } }).toArray(),
    ];
  },
  "delete": async (context) => {
    const items = await filledCollection(context, "delete", 20);
    return [
      counts(await items.deleteOne({ group: 3 })),
      counts(await items.deleteMany({ group: { $gte: 5 } })),
      counts(await items.deleteMany({ group: 77 })),
      await items.countDocuments({}),
    ];
  },
  "find and modify": async (context) => {
    const items = await filledCollection(context, "find_and_modify", 10);
    // From its version 6 on the driver gives the document alone unless asked for all.
    const options = { returnDocument: "after", includeResultMetadata: true };
    const value = async (result: Promise<Document>) => (await result).value;
    return [
      await value(items.findOneAndUpdate({ _id: 1 }, { $set: { seen: true } }, options)),
      await value(items.findOneAndReplace({ _id: 2 }, { replaced: true }, options)),
      await value(items.findOneAndDelete({ _id: 3 }, { includeResultMetadata: true })),
      await value(items.findOneAndUpdate({ _id: 70 }, { $set: { born: 1 } }, { ...options, upsert: true })),
      await value(items.findOneAndDelete({ _id: 99 }, { includeResultMetadata: true })),
      await items.countDocuments({}),
    ];
  },
  "count and distinct": async (context) => {
    const items = await filledCollection(context, "count_and_distinct", 105);
    return [
      await items.countDocuments({ group: 4 }),
      await items.countDocuments({}, { skip: 5, limit: 50 }),
      await items.estimatedDocumentCount(),
      await items.distinct("group", { _id: { $lt: 5 } }),
      await context.db.command({ count: "count_and_distinct", query: { group: { $lt: 3 } } }).then(({ n }) => n),
    ];
  },
  "collation, hint, comment, let": async (context) => {
    const items = await filledCollection(context, "options", 10);
    await items.insertMany([{ _id: "a", word: "Éclair" }, { _id: "b", word: "eclair" }, { _id: "c", word: "ECLAIR" }]);
    await items.createIndex({ group: 1 }, { name: "by_group" });
    const collation = { locale: "en", strength: 1 };
    const byVariable = { $expr: { $eq: ["$group", "$$wanted"] } };
    return [
      await items.find({ word: "eclair" }, { collation, sort: { _id: 1 } }).toArray(),
      await items.distinct("word", { word: "eclair" }, { collation }).then((words) => words.length),
      await items.find({ group: 4 }, { hint: "by_group", comment: "from a check" }).toArray(),
      await errorOf(items.find({ group: 4 }, { hint: "no_such_index" }).toArray()),
      await context.db.command({ find: "options", filter: byVariable, let: { wanted: 4 } })
        .then(({ cursor }) => (cursor as Document).firstBatch, (error) => errorOf(Promise.reject(error))),
      await context.db.command({ delete: "options", deletes: [{ q: byVariable, limit: 0 }], let: { wanted: 5 } })
        .then(({ n }) => n, (error) => errorOf(Promise.reject(error))),
    ];
  },
  "values of every type": async (context) => {
    const { Long, Decimal128, Timestamp, Binary, ObjectId } = context.driver.module;
    const items = await emptyCollection(context, "types");
    const id = new ObjectId("0123456789abcdef01234567");
    await items.insertOne({
      _id: id,
      double: 1.5,
      text: "Grüße, 世界 🌍",
      nested: { deep: { er: [1, [2, [3]]] } },
      empty: {},
      none: null,
      binary: new Binary(Buffer.from([0, 1, 255])),
      yes: true,
      date: new Date(1_600_000_000_000),
      pattern: /^a.*z$/im,
      long: Long.fromString("9007199254740993"),
      small: Long.fromNumber(5),
      decimal: Decimal128.fromString("1.000E+30"),
      time: new Timestamp(Long.fromNumber(4_294_967_297)),
      negativeZero: -0,
      big: 1e300,
      "dotless key": 1,
    });
    const found = await items.findOne({ _id: id }) ?? {};
    return [
      found,
      (found.date as Date).toISOString(),
      String(found.pattern),
      String(found.long),
      Object.is(found.negativeZero, -0),
      Array.from((found.binary as { buffer: Uint8Array }).buffer.subarray(0, 3)),
      String(found.decimal),
      await items.aggregate([{
        $project: {
          _id: 0,
          types: {
            $map: {
              input: { $objectToArray: "$$ROOT" },
              in: { $type: "$$this.v" },
            },
          },
        },
      }]).toArray(),
    ];
  },
};
