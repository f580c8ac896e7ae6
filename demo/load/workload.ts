import type { Collection, MongoClient, ReadPreferenceMode } from "./driver.ts";
import { ACCOUNTS, ACCOUNTS_PER_WORKER, DATABASE, ENTRIES, LEDGER, LEDGER_SIZE } from "../data.ts";

/** What an operation tells about itself. */
export interface Outcome {
  readonly inserted: number;
  /** Interrupted cursors that were read again. */
  readonly restarted: number;
}

/** One kind of operation. */
export interface Kind {
  readonly name: string;
  /** How many of a hundred operations are of this kind. */
  readonly share: number;
  /** Runs it for the worker with this number. */
  readonly run: (worker: number) => Promise<Outcome>;
}

interface Account {
  readonly _id: number;
  readonly balance: number;
}

interface Numbered {
  readonly _id: number;
}

const NOTHING: Outcome = { inserted: 0, restarted: 0 };
const CURSOR_DOCUMENTS = 60;
const CURSOR_BATCH = 20;
const CURSOR_ATTEMPTS = 3;
const SECONDARY: { readonly readPreference: ReadPreferenceMode } = { readPreference: "secondaryPreferred" };

/** What applications do, through this client. */
export function workload(client: MongoClient): readonly Kind[] {
  const db = client.db(DATABASE);
  const accounts = db.collection<Account>(ACCOUNTS);
  const ledger = db.collection<Numbered>(LEDGER);
  const entries = db.collection(ENTRIES);
  return [
    { name: "read", share: 35, run: (worker) => readAccount(accounts, worker, {}) },
    { name: "secondary read", share: 20, run: (worker) => readAccount(accounts, worker, SECONDARY) },
    { name: "update", share: 15, run: (worker) => visit(accounts, worker) },
    { name: "insert", share: 10, run: (worker) => insert(entries, worker) },
    { name: "cursor", share: 12, run: () => readLedger(ledger) },
    { name: "transaction", share: 8, run: (worker) => transfer(client, accounts, worker) },
  ];
}

async function readAccount(accounts: Collection<Account>, worker: number, options: typeof SECONDARY | object) {
  const _id = worker * ACCOUNTS_PER_WORKER;
  const account = await accounts.findOne({ _id }, options);
  if (account?._id !== _id) throw new Error(`Asked for account ${_id}, got ${account?._id ?? "none"}`);
  return NOTHING;
}

async function visit(accounts: Collection<Account>, worker: number): Promise<Outcome> {
  const { matchedCount } = await accounts.updateOne({ _id: worker * ACCOUNTS_PER_WORKER }, { $inc: { visits: 1 } });
  if (matchedCount !== 1) throw new Error(`Updated ${matchedCount} accounts, expected 1`);
  return NOTHING;
}

async function insert(entries: Collection, worker: number): Promise<Outcome> {
  await entries.insertOne({ worker, time: new Date() });
  return { inserted: 1, restarted: 0 };
}

/**
 * Drivers retry a cursor's first batch and none of the later ones. An application that is interrupted there begins again;
 * so does this one.
 */
async function readLedger(ledger: Collection<Numbered>): Promise<Outcome> {
  const first = Math.floor(Math.random() * (LEDGER_SIZE - CURSOR_DOCUMENTS));
  for (let attempt = 1;; attempt++) {
    const found: number[] = [];
    try {
      const range = { _id: { $gte: first, $lt: first + CURSOR_DOCUMENTS } };
      const cursor = ledger.find(range, { sort: { _id: 1 }, batchSize: CURSOR_BATCH, ...SECONDARY });
      for await (const { _id } of cursor) found.push(_id);
    } catch (error) {
      if (found.length === 0 || attempt === CURSOR_ATTEMPTS) throw error;
      continue;
    }
    const isRight = found.length === CURSOR_DOCUMENTS && found.every((_id, index) => _id === first + index);
    if (!isRight) throw new Error(`A cursor gave ${found.length} documents that were not asked for`);
    return { inserted: 0, restarted: attempt - 1 };
  }
}

/** Moves money between the worker's two accounts. */
async function transfer(client: MongoClient, accounts: Collection<Account>, worker: number): Promise<Outcome> {
  const from = worker * ACCOUNTS_PER_WORKER;
  await client.withSession((session) =>
    session.withTransaction(async () => {
      await accounts.updateOne({ _id: from }, { $inc: { balance: -1 } }, { session });
      await accounts.updateOne({ _id: from + 1 }, { $inc: { balance: 1 } }, { session });
    })
  );
  return NOTHING;
}
