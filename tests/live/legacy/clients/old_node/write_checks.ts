import type { Check } from "../../../clients/client_report.ts";
import { byId, type Document, filled, type OldBulk, type OldNodeContext, seen } from "./old_driver.ts";

const INC = { $inc: { times: 1 } };
const CONCERNS: readonly Document[] = [
  {},
  { w: 1 },
  { w: "majority", wtimeout: 10_000 },
  { j: true },
  { fsync: true },
  { w: 9, wtimeout: 100 },
  { w: "no such mode" },
];

/** Writes that are acknowledged. */
export const writeChecks: Record<string, Check<OldNodeContext>> = {
  async "insert"({ db }) {
    const items = db.collection("insert");
    return [
      await seen(items.insert({ _id: 1 })),
      await seen(items.insert({ _id: 1 })),
      await seen(items.insert([{ _id: 2 }, { _id: 1 }, { _id: 3 }])),
      await seen(items.insert([{ _id: 4 }, { _id: 1 }, { _id: 5 }], { keepGoing: true })),
      await byId(items),
    ];
  },

  async "update"(context) {
    const items = await filled(context, "update", 30);
    return [
      await seen(items.update({ _id: 1 }, { $set: { seen: true } })),
      await seen(items.update({ group: 3 }, INC, { multi: true })),
      await seen(items.update({ group: 77 }, INC, { multi: true })),
      await seen(items.update({ _id: 2 }, { replaced: true })),
      await seen(items.update({ _id: 70 }, INC, { upsert: true })),
      await seen(items.update({ _id: 1 }, { $noSuchOperator: 1 })),
      await byId(items),
    ];
  },

  async "remove"(context) {
    const items = await filled(context, "remove", 30);
    return [
      await seen(items.remove({ _id: { $gte: 3, $lt: 4 } }, { single: true })),
      await seen(items.remove({ group: 4 })),
      await seen(items.remove({ group: 77 })),
      await byId(items),
    ];
  },

  async "write concerns"({ db }) {
    const items = db.collection("concerns");
    const saw: unknown[] = [];
    for (const [n, concern] of CONCERNS.entries()) {
      saw.push(await seen(items.insert({ _id: n }, concern)), await seen(items.insert({ _id: n }, concern)));
      saw.push(await seen(items.update({}, INC, { multi: true, ...concern })));
    }
    return [saw, await byId(items)];
  },

  async "bulk"(context) {
    const saw: unknown[] = [];
    for (const kind of ["initializeOrderedBulkOp", "initializeUnorderedBulkOp"] as const) {
      const items = await filled(context, `bulk ${kind}`, 10);
      saw.push(await bulkOutcome(items[kind]()), await byId(items));
    }
    return saw;
  },

  async "find and modify"(context) {
    const items = await filled(context, "find_and_modify", 10);
    return [
      await seen(items.findAndModify({ _id: 1 }, [], INC)),
      await seen(items.findAndModify({ _id: 1 }, [], INC, { new: true })),
      await seen(items.findAndModify({ _id: 50 }, [], INC, { new: true, upsert: true })),
      await seen(items.findAndModify({ group: { $gt: 2 } }, [["_id", -1]], {}, { remove: true })),
      await seen(items.findAndModify({ _id: 1 }, [], { $noSuchOperator: 1 })),
    ];
  },
};

async function bulkOutcome(bulk: OldBulk): Promise<unknown> {
  bulk.insert({ _id: 20 });
  bulk.find({ _id: 1 }).updateOne({ $set: { a: 1 } });
  bulk.find({ group: { $gt: 6 } }).update({ $set: { b: 1 } });
  bulk.find({ _id: 30 }).upsert().replaceOne({ c: 1 });
  bulk.insert({ _id: 20 });
  bulk.find({ _id: 2 }).remove();
  try {
    const { lastOp: _, ...result } = (await bulk.execute()).toJSON();
    return result;
  } catch (error) {
    const { name, message, code } = error as Error & { code: unknown };
    return { name, message, code };
  }
}
