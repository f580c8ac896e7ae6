import type { Document } from "../../codec/bson_types.ts";
import { MongoRuntimeError } from "../error.ts";
import type { Sort } from "../types/sort.ts";
import { byteRange, type ByteRangeOptions } from "./byte_range.ts";
import { equalTo } from "./equal_to.ts";
import { ExpectedChunks, type FileLayout } from "./expected_chunks.ts";
import { MongoGridFSStreamError } from "./gridfs_error.ts";
import type { BucketCollections } from "./gridfs_file.ts";
import type { TimeLeft } from "./time_left.ts";

/** Which file to read, and what of it. */
export interface DownloadPlan {
  readonly collections: BucketCollections;
  /** What the file's description must have. */
  readonly filter: Document;
  /** Which of several files comes first. */
  readonly sort: Sort | undefined;
  /** How many of those to leave out. */
  readonly skip: number;
  /** What to call the file where it is not found. */
  readonly called: string;
  readonly left: TimeLeft;
}

/** Gives a file's bytes, chunk by chunk. What is left half-way closes its cursor. */
export async function* downloadFile(
  plan: DownloadPlan,
  range: ByteRangeOptions,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, void> {
  const file = await findFile(plan);
  const layout = fileLayout(file);
  const chunks = new ExpectedChunks(layout, byteRange(layout.length, range));
  if (chunks.count === 0) return;
  const { first, count } = chunks;
  const filter = { files_id: equalTo(file._id), ...first === 0 ? {} : { n: { $gte: first } } };
  const cursor = plan.collections.chunks.find(filter, {
    sort: { n: 1 },
    promoteBuffers: true,
    // With all of them, one too many is seen.
    ...range.end === undefined ? {} : { limit: count },
    ...plan.left(),
  });
  for await (const chunk of cursor) yield chunks.take(chunk);
  chunks.finish();
}

async function findFile({ collections, filter, sort, skip, called, left }: DownloadPlan): Promise<Document> {
  const found = await collections.files.findOne(filter, {
    ...sort === undefined ? {} : { sort },
    ...skip === 0 ? {} : { skip },
    ...left(),
  });
  if (found !== null) return found;
  if (skip > 0 && await collections.files.findOne(filter, { projection: { _id: 1 }, ...left() }) !== null) {
    throw new MongoRuntimeError(`RevisionNotFound: file ${called} has no such revision`, { code: "ENOENT" });
  }
  throw new MongoRuntimeError(`FileNotFound: file ${called} was not found`, { code: "ENOENT" });
}

/** Numbers may be stored as any type of number. Throws `MongoGridFSStreamError` for those that no file can have. */
function fileLayout(file: Document): FileLayout {
  const length = Number(file.length);
  const chunkSize = Number(file.chunkSize);
  if (length === 0) return { length, chunkSize: 1 };
  if (Number.isSafeInteger(length) && length > 0 && Number.isSafeInteger(chunkSize) && chunkSize > 0) {
    return { length, chunkSize };
  }
  throw new MongoGridFSStreamError(
    `The file has length ${length} and chunkSize ${chunkSize}, expected numbers of bytes`,
  );
}
