import type { TestServer } from "../tests/support/mongod.ts";
import { WireClient } from "../tests/support/wire_client.ts";
import { ACCOUNTS, ACCOUNTS_PER_WORKER, DATABASE, ENTRIES, FIRST_BALANCE, LEDGER, LEDGER_SIZE } from "./data.ts";

/** What the servers hold after the load. */
export interface Audit {
  /** The money in all accounts, and how much there was in the beginning. */
  readonly money: number;
  readonly firstMoney: number;
  readonly entries: number;
}

/** Writes what the workers start from. */
export async function writeData(primary: TestServer, workers: number): Promise<void> {
  using client = await WireClient.connect(primary);
  const accounts = numbers(workers * ACCOUNTS_PER_WORKER).map((_id) => ({ _id, balance: FIRST_BALANCE, visits: 0 }));
  const ledger = numbers(LEDGER_SIZE).map((_id) => ({ _id, text: `Entry ${_id} of the ledger` }));
  const writeConcern = { w: 3 };
  await client.command(DATABASE, { insert: ACCOUNTS, documents: accounts, writeConcern });
  await client.command(DATABASE, { insert: LEDGER, documents: ledger, writeConcern });
  await client.command(DATABASE, { create: ENTRIES, writeConcern });
}

/** Counts what the workers left. */
export async function auditData(primary: TestServer, workers: number): Promise<Audit> {
  using client = await WireClient.connect(primary);
  const sum = await aggregate(client, ACCOUNTS, { $group: { _id: null, result: { $sum: "$balance" } } });
  const entries = await aggregate(client, ENTRIES, { $group: { _id: null, result: { $sum: 1 } } });
  return { money: sum, firstMoney: workers * ACCOUNTS_PER_WORKER * FIRST_BALANCE, entries };
}

async function aggregate(client: WireClient, collection: string, stage: object): Promise<number> {
  const { cursor } = await client.command(DATABASE, { aggregate: collection, pipeline: [stage], cursor: {} });
  return Number(cursor.firstBatch[0]?.result ?? 0);
}

function numbers(length: number): number[] {
  return Array.from({ length }, (_, index) => index);
}
