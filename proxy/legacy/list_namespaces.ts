import { type Document, Long } from "bson";
import type { Connection } from "../../driver/connection.ts";
import { MongoServerError } from "../../driver/error.ts";

const NAMESPACE_NOT_FOUND = 26;
/** A secondary that was connected to directly answers as well. */
const READ = { $readPreference: { mode: "primaryPreferred" } };

/** What `system.namespaces` of a database had: a document for each collection. Throws what a command throws. */
export async function listNamespaces(connection: Connection, database: string): Promise<Document[]> {
  const collections = await listAll(connection, database, { listCollections: 1 });
  return collections.map(({ name, options }) => {
    const hasOptions = Object.keys(options ?? {}).length > 0;
    return { name: `${database}.${name}`, ...hasOptions ? { options } : {} };
  });
}

/**
 * What `system.indexes` of a database had: a document for each index, of one collection if only that is asked for.
 * Throws what a command throws.
 */
export async function listIndexes(
  connection: Connection,
  database: string,
  collection: string | null,
): Promise<Document[]> {
  const names = collection === null ? await collectionNames(connection, database) : [collection];
  const indexes: Document[] = [];
  for (const name of names) {
    for (const { v, key, name: index, ...options } of await indexesOf(connection, database, name)) {
      indexes.push({ v, key, name: index, ns: `${database}.${name}`, ...options });
    }
  }
  return indexes;
}

async function collectionNames(connection: Connection, database: string): Promise<string[]> {
  const command = { listCollections: 1, filter: { type: "collection" }, nameOnly: true };
  return (await listAll(connection, database, command)).map(({ name }) => name);
}

/** A collection that is not there has none. */
async function indexesOf(connection: Connection, database: string, listed: string): Promise<Document[]> {
  try {
    return await listAll(connection, database, { listIndexes: listed });
  } catch (error) {
    if (error instanceof MongoServerError && error.code === NAMESPACE_NOT_FOUND) return [];
    throw error;
  }
}

/** All batches of a command's cursor. */
async function listAll(connection: Connection, database: string, command: Document): Promise<Document[]> {
  const { cursor } = await connection.command(database, { ...command, cursor: {}, ...READ });
  const documents: Document[] = cursor.firstBatch;
  const collection = cursor.ns.slice(database.length + 1);
  for (let id = Long.fromValue(cursor.id); !id.isZero();) {
    const more = await connection.command(database, { getMore: id, collection });
    documents.push(...more.cursor.nextBatch);
    id = Long.fromValue(more.cursor.id);
  }
  return documents;
}
