import type { Document, Long } from "bson";
import { PAGE_COUNT, PAGES, type SoakClient, WRITES } from "./client.ts";
import type { Weighted } from "./weighted.ts";
import { type WireConnection, WrongReplyError } from "./wire_connection.ts";

/** What a client does between two pauses. */
export type Activity = (client: SoakClient) => Promise<void>;

/** What clients do, and how often. */
export const ACTIVITIES: readonly Weighted<Activity>[] = [
  { weight: 40, value: writeAndRead },
  { weight: 25, value: (client) => readAll(client, client.connection) },
  { weight: 10, value: async (client) => void await client.run({ ping: 1 }) },
  { weight: 10, value: async (client) => void await client.run({ count: PAGES }) },
  { weight: 8, value: runTransaction },
  { weight: 4, value: readOnTwoConnections },
  { weight: 0.5, value: (client) => echo(client, 100_000 + Math.floor(2_000_000 * Math.random())) },
];

/** Inserts a document and finds it. */
async function writeAndRead(client: SoakClient): Promise<void> {
  const write = client.nextWrite();
  if (write === null) return;
  // In case that the connection ends before the answer comes.
  client.ledger.doubt(client.number, write);
  const { n } = await client.run({ insert: WRITES, documents: [client.document(write)] });
  if (n !== 1) throw new WrongReplyError(`insert says n: ${n}`);
  client.ledger.acknowledge(client.number, write);
  const { cursor } = await client.run({ find: WRITES, filter: { client: client.number, write } });
  client.expectOwn("find", cursor.firstBatch, 1);
}

/** Reads all pages in batches, the first on the client's connection, the others on `next`. */
async function readAll(client: SoakClient, next: WireConnection): Promise<void> {
  const found = await openPages(client, 1 + Math.floor(PAGE_COUNT * Math.random()));
  const documents: Document[] = [...found.firstBatch];
  for (let id: Long = found.id; !id.isZero();) {
    const { cursor } = await client.run({ getMore: id, collection: PAGES, batchSize: 5 }, next);
    documents.push(...cursor.nextBatch);
    id = cursor.id;
  }
  client.expectOwn("getMore", documents, PAGE_COUNT);
}

/** Opens a cursor on documents with the client's marker. */
export async function openPages(client: SoakClient, batchSize: number): Promise<Document> {
  const projection = { _id: 1, marker: { $literal: client.marker } };
  const { cursor } = await client.run({ find: PAGES, projection, batchSize });
  client.expectOwn("find", cursor.firstBatch, Math.min(batchSize, PAGE_COUNT));
  return cursor;
}

/** Drivers go on with a cursor on any connection of their pool. */
async function readOnTwoConnections(client: SoakClient): Promise<void> {
  const second = await client.connect();
  await client.greet(second);
  await readAll(client, second);
}

/** Inserts and finds in a transaction, which is committed or aborted. */
async function runTransaction(client: SoakClient): Promise<void> {
  const write = client.nextWrite();
  if (write === null) return;
  const fields = client.beginTransaction();
  const documents = [client.document(write)];
  await client.run({ insert: WRITES, documents, ...fields, startTransaction: true });
  const { cursor } = await client.run({ find: WRITES, filter: { client: client.number, write }, ...fields });
  client.expectOwn("find in a transaction", cursor.firstBatch, 1);
  if (Math.random() < 0.3) return void await client.run({ abortTransaction: 1, ...fields }, client.connection, "admin");
  client.ledger.doubt(client.number, write);
  await client.run({ commitTransaction: 1, ...fields }, client.connection, "admin");
  client.ledger.acknowledge(client.number, write);
}

/** Sends a large document and gets it back. */
async function echo(client: SoakClient, size: number): Promise<void> {
  const { cursor } = await client.run(echoCommand(client, size));
  client.expectOwn("aggregate", cursor.firstBatch, 1);
  const { length } = cursor.firstBatch[0].text;
  if (length !== size) throw new WrongReplyError(`aggregate gives ${length} characters, expected ${size}`);
}

/** A command whose message and reply have `size` bytes and a few. */
export function echoCommand(client: SoakClient, size: number): Document {
  const document = { marker: client.marker, text: "x".repeat(size) };
  return { aggregate: 1, pipeline: [{ $documents: [document] }], cursor: {} };
}
