import type { Document } from "../../codec/bson_types.ts";
import type { Collection } from "../collection.ts";
import { MongoServerError } from "../error.ts";
import type { BucketCollections } from "./gridfs_file.ts";
import type { TimeLeft } from "./time_left.ts";

const FILES_KEYS = { filename: 1, uploadDate: 1 } as const;
const CHUNKS_KEYS = { files_id: 1, n: 1 } as const;
const NAMESPACE_NOT_FOUND = 26;

/** Makes the indexes that a bucket needs, unless it has files, or has the indexes already (GridFS specification). */
export async function ensureIndexes({ files, chunks }: BucketCollections, left: TimeLeft): Promise<void> {
  const file = await files.findOne({}, { projection: { _id: 1 }, readPreference: "primary", ...left() });
  if (file !== null) return;
  if (!hasIndex(await indexesOf(files, left), FILES_KEYS)) await files.createIndex(FILES_KEYS, left());
  if (!hasIndex(await indexesOf(chunks, left), CHUNKS_KEYS)) {
    await chunks.createIndex(CHUNKS_KEYS, { unique: true, ...left() });
  }
}

/** Whether one of `indexes` has these keys, in this order, whatever type its numbers have. */
export function hasIndex(indexes: readonly Document[], keys: Readonly<Record<string, number>>): boolean {
  const wanted = Object.entries(keys);
  return indexes.some(({ key }) => {
    const found = Object.entries(key);
    return found.length === wanted.length &&
      wanted.every(([name, direction], i) => found[i]![0] === name && Number(found[i]![1]) === direction);
  });
}

async function indexesOf(collection: Collection, left: TimeLeft): Promise<Document[]> {
  try {
    return await collection.indexes(left());
  } catch (error) {
    if (error instanceof MongoServerError && error.code === NAMESPACE_NOT_FOUND) return [];
    throw error;
  }
}
