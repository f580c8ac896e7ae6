import { assertEquals } from "@std/assert";
import { WireClient } from "../../../support/wire_client.ts";
import type { Address } from "../table/legacy_connection.ts";
import { runLooseWriter } from "./loose_writer.ts";

/** Where they write to, a collection `loose`. */
export const LOOSE_DATABASE = "many_old_clients";
const SEED = 20_120_401;

/** How many clients there are, and what they do. */
export interface LooseWritersOptions {
  readonly clients: number;
  /** How many questions they have answered together, at least. */
  readonly answers: number;
  /** See {@linkcode LooseWriterOptions}. */
  readonly losesWrites?: boolean;
}

/** What they saw; every answer was as it had to be. */
export interface LooseWritersResult {
  readonly checked: number;
  readonly lost: number;
}

/**
 * Has many clients write without acknowledgement at the same time, and ask what became of it. Rejects at the first answer
 * that is wrong, or where other documents are there afterwards than there must be.
 */
export async function runLooseWriters(address: Address, options: LooseWritersOptions): Promise<LooseWritersResult> {
  const { clients, answers, losesWrites = false } = options;
  using admin = await WireClient.connect(address);
  await admin.command(LOOSE_DATABASE, { dropDatabase: 1 });
  const common = { answers: answers / clients, database: LOOSE_DATABASE, seed: SEED, losesWrites };
  const results = await Promise.all(
    Array.from({ length: clients }, (_, number) => runLooseWriter(address, { number, ...common })),
  );
  assertEquals(new Set(results.map(({ connectionId }) => connectionId)).size, clients);
  const lost = sum(results.map((result) => result.lost));
  if (lost === 0) await assertDocuments(admin, sum(results.map(({ documents }) => documents)));
  return { checked: sum(results.map(({ checked }) => checked)), lost };
}

async function assertDocuments(admin: WireClient, expected: number): Promise<void> {
  const { n } = await admin.command(LOOSE_DATABASE, { count: "loose" });
  assertEquals(n, expected);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
