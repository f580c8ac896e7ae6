import { assertEquals } from "@std/assert";
import { WireClient } from "../../../support/wire_client.ts";
import type { Address } from "../table/legacy_connection.ts";
import { runLooseWriter } from "./loose_writer.ts";

const DATABASE = "many_old_clients";
const SEED = 20_120_401;

/**
 * Has many clients write without acknowledgement at the same time, and ask what became of it, `answers` times together at
 * least. Returns how many answers were checked; rejects at the first that is wrong, or where other documents are there
 * afterwards than there must be.
 */
export async function runLooseWriters(address: Address, clients: number, answers: number): Promise<number> {
  using admin = await WireClient.connect(address);
  await admin.command(DATABASE, { dropDatabase: 1 });
  const options = { answers: answers / clients, database: DATABASE, seed: SEED };
  const results = await Promise.all(
    Array.from({ length: clients }, (_, number) => runLooseWriter(address, { number, ...options })),
  );
  assertEquals(new Set(results.map(({ connectionId }) => connectionId)).size, clients);
  const { n } = await admin.command(DATABASE, { count: "loose" });
  assertEquals(n, results.reduce((sum, { documents }) => sum + documents, 0));
  return results.reduce((sum, { checked }) => sum + checked, 0);
}
