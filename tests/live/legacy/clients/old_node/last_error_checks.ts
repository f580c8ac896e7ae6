import type { Check } from "../../../clients/client_report.ts";
import { connectOldDriver, type Document, type OldDb, type OldNodeContext, seen } from "./old_driver.ts";

const ASK = { getlasterror: 1 };
const LOOSE = { w: 0 };

/** Runs with a client whose operations all travel on one connection. */
async function onOneConnection<Result>(
  { db, host }: OldNodeContext,
  body: (db: OldDb) => Promise<Result>,
): Promise<Result> {
  const own = await connectOldDriver(`mongodb://${host}/${db.databaseName}`, 1);
  try {
    return await body(own);
  } finally {
    await own.close();
  }
}

function ask(db: OldDb, options: Document = {}): Promise<unknown> {
  return seen(db.command({ ...ASK, ...options }));
}

/** Writes that are not acknowledged, and what the connection tells of them afterwards. */
export const lastErrorChecks: Record<string, Check<OldNodeContext>> = {
  "unacknowledged writes and their errors": (context) =>
    onOneConnection(context, async (db) => {
      const items = db.collection("unacknowledged");
      const writes = [
        () => items.insert({ _id: 1 }, LOOSE),
        () => items.insert({ _id: 1 }, LOOSE),
        () => items.insert([{ _id: 2 }, { _id: 1 }, { _id: 3 }], LOOSE),
        () => items.update({ _id: 1 }, { $set: { a: 1 } }, LOOSE),
        () => items.update({}, { $inc: { b: 1 } }, { multi: true, ...LOOSE }),
        () => items.update({ _id: 1 }, { $noSuchOperator: 1 }, LOOSE),
        () => items.update({ _id: "new" }, { $set: { a: 1 } }, { upsert: true, ...LOOSE }),
        () => items.remove({ _id: 1 }, LOOSE),
        () => items.remove({}, LOOSE),
      ];
      const saw: unknown[] = [];
      for (const write of writes) {
        await write();
        saw.push(await ask(db), await ask(db));
      }
      return saw;
    }),

  "errors asked for with write concerns": (context) =>
    onOneConnection(context, async (db) => {
      const items = db.collection("concern");
      const saw: unknown[] = [];
      for (const concern of [{ w: "majority", wtimeout: 10_000 }, { j: true }, { w: 9, wtimeout: 100 }]) {
        for (let turn = 0; turn < 2; turn++) {
          await items.insert({ _id: JSON.stringify(concern) }, LOOSE);
          saw.push(await ask(db, concern));
        }
      }
      return saw;
    }),

  "unacknowledged writes of many clients": (context) => {
    const own = (number: number) =>
      onOneConnection(context, async (db) => {
        const saw: unknown[] = [];
        for (let turn = 0; turn < 10; turn++) {
          await db.collection("many").insert({ _id: `client ${number}, ${turn >> 1}` }, LOOSE);
          saw.push(await ask(db));
        }
        return saw;
      });
    return Promise.all(Array.from({ length: 8 }, (_, number) => own(number)));
  },
};
