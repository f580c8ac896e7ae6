import type { Document, Long } from "bson";
import { DATABASE, WRITES } from "./client.ts";
import { type Endpoint, WireConnection } from "./wire_connection.ts";
import type { LedgerVerdict, WriteLedger } from "./write_ledger.ts";

/** Reads all that clients wrote, from the server itself, and says what became of it. */
export async function auditWrites(server: Endpoint, ledger: WriteLedger): Promise<LedgerVerdict> {
  const connection = await WireConnection.open(server);
  const projection = { _id: 0, client: 1, write: 1 };
  const note = (documents: readonly Document[]) => {
    for (const { client, write } of documents) ledger.find(client, write);
  };
  let { cursor } = await connection.command(DATABASE, { find: WRITES, projection, batchSize: 10_000 });
  note(cursor.firstBatch);
  while (!(cursor.id as Long).isZero()) {
    ({ cursor } = await connection.command(DATABASE, { getMore: cursor.id, collection: WRITES }));
    note(cursor.nextBatch);
  }
  connection.close();
  return ledger.verdict();
}
