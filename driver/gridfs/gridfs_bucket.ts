import { ObjectId as NewObjectId } from "bson";
import type { Document, ObjectId } from "../../codec/bson_types.ts";
import type { FindOptions } from "../crud/find.ts";
import type { FindCursor } from "../cursor/find_cursor.ts";
import type { Db } from "../db.ts";
import { MongoInvalidArgumentError, MongoRuntimeError } from "../error.ts";
import type { InheritedOptions } from "../operation/operation_settings.ts";
import type { Filter } from "../types/filter.ts";
import { ensureIndexes } from "./ensure_indexes.ts";
import { equalTo } from "./equal_to.ts";
import { type BucketCollections, DEFAULT_CHUNK_SIZE, type GridFSFile } from "./gridfs_file.ts";
import {
  GridFSBucketReadStream,
  type GridFSBucketReadStreamOptions,
  type GridFSBucketReadStreamOptionsWithRevision,
} from "./gridfs_read_stream.ts";
import { GridFSBucketWriteStream, type GridFSBucketWriteStreamOptions } from "./gridfs_write_stream.ts";
import { type TimeLeft, timeLeft } from "./time_left.ts";

/** What a bucket may be told; the rest is its database's. */
export interface GridFSBucketOptions
  extends Pick<InheritedOptions, "readConcern" | "readPreference" | "timeoutMS" | "writeConcern"> {
  /** What the names of its two collections begin with. @default {"fs"} */
  readonly bucketName?: string;
  /** The size of chunks in bytes, of files that do not say otherwise. @default {261120} */
  readonly chunkSizeBytes?: number;
}

/** What an operation on a bucket may be told. */
export interface GridFSOperationOptions {
  /** Milliseconds for the whole operation; 0 means no limit. */
  readonly timeoutMS?: number;
}

/** A chunk's document has to fit into 16 MiB, with room for a file's id. */
const MAX_CHUNK_SIZE = 16 * 1024 * 1024 - 16 * 1024;

/** However the database decodes values: what a bucket itself reads are plain numbers. */
const PLAIN_VALUES = { promoteLongs: true, promoteValues: true, useBigInt64: false, raw: false };

/**
 * Files of any size in a database (GridFS specification): their descriptions are in the collection `fs.files`, their
 * bytes in `fs.chunks`, cut into pieces. A file's id may be of any type. The indexes of both collections are made
 * before the first upload, if there is no file yet.
 *
 * Every method that sends something rejects with `MongoServerError` where the server refuses, `MongoNetworkError` and
 * `MongoServerSelectionError` where it cannot be reached, and `MongoOperationTimeoutError` when `timeoutMS` is up.
 *
 * @example
 * ```ts ignore
 * const bucket = new GridFSBucket(client.db("app"), { bucketName: "photos" });
 * const file = await Deno.open("cat.jpg");
 * const upload = bucket.openUploadStream("cat.jpg", { metadata: { of: "cat" } });
 * await file.readable.pipeTo(upload);
 * const response = new Response(bucket.openDownloadStream(upload.id));
 * for await (const { filename } of bucket.find({ "metadata.of": "cat" })) console.log(filename);
 * ```
 */
export class GridFSBucket {
  readonly #db: Db;
  readonly #collections: BucketCollections;
  readonly #chunkSizeBytes: number;
  readonly #timeoutMS: number | undefined;
  #hasIndexes = false;

  /** Nothing is sent. Throws `MongoInvalidArgumentError` for a name or a chunk size that cannot be. */
  constructor(db: Db, options: GridFSBucketOptions = {}) {
    const { bucketName = "fs", chunkSizeBytes = DEFAULT_CHUNK_SIZE, ...inherited } = options;
    this.#db = db;
    this.#chunkSizeBytes = checkChunkSize(chunkSizeBytes);
    this.#timeoutMS = inherited.timeoutMS ?? db.timeoutMS;
    const settings = { ...inherited, ...PLAIN_VALUES };
    this.#collections = {
      files: db.collection(`${bucketName}.files`, settings),
      chunks: db.collection(`${bucketName}.chunks`, settings),
    };
  }

  /** Stores a file under an id that is made for it: the stream's `id`. */
  openUploadStream(filename: string, options: GridFSBucketWriteStreamOptions = {}): GridFSBucketWriteStream {
    return this.openUploadStreamWithId(new NewObjectId(), filename, options);
  }

  /** Stores a file under `id`. Throws `MongoInvalidArgumentError` for a chunk size that cannot be. */
  openUploadStreamWithId<TFileId>(
    id: TFileId,
    filename: string,
    options: GridFSBucketWriteStreamOptions = {},
  ): GridFSBucketWriteStream<TFileId> {
    const { chunkSizeBytes = this.#chunkSizeBytes, metadata, writeConcern } = options;
    return new GridFSBucketWriteStream({
      collections: this.#collections,
      id,
      filename,
      chunkSizeBytes: checkChunkSize(chunkSizeBytes),
      metadata,
      writeConcern,
      left: this.#timeLeft(options),
      prepare: (left) => this.#ensureIndexes(left),
    });
  }

  /** Reads the file with that id. */
  openDownloadStream(id: unknown, options: GridFSBucketReadStreamOptions = {}): GridFSBucketReadStream {
    return this.#open({ _id: equalTo(id) }, String(id), options);
  }

  /** Reads a file by its name: the newest one unless `revision` says otherwise. */
  openDownloadStreamByName(
    filename: string,
    options: GridFSBucketReadStreamOptionsWithRevision = {},
  ): GridFSBucketReadStream {
    const { revision = -1 } = options;
    if (!Number.isSafeInteger(revision)) {
      throw new MongoInvalidArgumentError(`Option "revision" must be an integer, not ${revision}`);
    }
    return this.#open({ filename: equalTo(filename) }, String(filename), {
      ...options,
      sort: { uploadDate: revision < 0 ? -1 : 1 },
      skip: revision < 0 ? -revision - 1 : revision,
    });
  }

  /** Deletes a file. Rejects with `MongoRuntimeError` if there is none with that id; chunks without one are deleted. */
  async delete(id: unknown, options: GridFSOperationOptions = {}): Promise<void> {
    const { files, chunks } = this.#collections;
    const left = this.#timeLeft(options);
    const { acknowledged, deletedCount } = await files.deleteOne({ _id: equalTo(id) }, left());
    await chunks.deleteMany({ files_id: equalTo(id) }, left());
    if (acknowledged && deletedCount === 0) throw new MongoRuntimeError(`File not found for id ${id}`);
  }

  /** Deletes all files of that name. Rejects with `MongoRuntimeError` if there is none. */
  async deleteByName(filename: string, options: GridFSOperationOptions = {}): Promise<void> {
    const { files, chunks } = this.#collections;
    const left = this.#timeLeft(options);
    const found = await files.find({ filename: equalTo(filename) }, { projection: { _id: 1 }, ...left() }).toArray();
    if (found.length === 0) throw new MongoRuntimeError(`File with name ${filename} not found`);
    const ids = found.map(({ _id }) => _id);
    await files.deleteMany({ _id: { $in: ids } }, left());
    await chunks.deleteMany({ files_id: { $in: ids } }, left());
  }

  /** Finds descriptions of files, e.g. by `filename` or `"metadata.field"`; nothing is sent before the cursor is used. */
  find<TFileId = ObjectId>(
    filter: Filter<GridFSFile<TFileId>> = {} as Filter<GridFSFile<TFileId>>,
    options: FindOptions = {},
  ): FindCursor<GridFSFile<TFileId>> {
    return this.#collections.files.find<GridFSFile<TFileId>>(filter as Document, {
      ...this.#db.settings.bson,
      ...options,
    });
  }

  /** Gives a file another name. Rejects with `MongoRuntimeError` if there is none with that id. */
  async rename(id: unknown, filename: string, options: GridFSOperationOptions = {}): Promise<void> {
    const change = { $set: { filename } };
    const left = this.#timeLeft(options);
    const result = await this.#collections.files.updateOne({ _id: equalTo(id) }, change, left());
    if (result.acknowledged && result.matchedCount === 0) throw new MongoRuntimeError(`File with id ${id} not found`);
  }

  /** Gives all files of that name another. Rejects with `MongoRuntimeError` if there is none. */
  async renameByName(filename: string, newFilename: string, options: GridFSOperationOptions = {}): Promise<void> {
    const change = { $set: { filename: newFilename } };
    const left = this.#timeLeft(options);
    const result = await this.#collections.files.updateMany({ filename: equalTo(filename) }, change, left());
    if (!result.acknowledged || result.matchedCount > 0) return;
    throw new MongoRuntimeError(`File with name ${filename} not found`);
  }

  /** Drops both collections, that of the descriptions first. */
  async drop(options: GridFSOperationOptions = {}): Promise<void> {
    const left = this.#timeLeft(options);
    await this.#collections.files.drop(left());
    await this.#collections.chunks.drop(left());
  }

  #open(filter: Document, called: string, options: GridFSBucketReadStreamOptions): GridFSBucketReadStream {
    const { sort, skip = 0, ...range } = options;
    const plan = { collections: this.#collections, filter, sort, skip, called, left: this.#timeLeft(options) };
    return new GridFSBucketReadStream(plan, range);
  }

  async #ensureIndexes(left: TimeLeft): Promise<void> {
    if (this.#hasIndexes) return;
    await ensureIndexes(this.#collections, left);
    this.#hasIndexes = true;
  }

  #timeLeft({ timeoutMS = this.#timeoutMS }: GridFSOperationOptions): TimeLeft {
    return timeLeft(timeoutMS);
  }
}

function checkChunkSize(size: number): number {
  if (Number.isSafeInteger(size) && size > 0 && size <= MAX_CHUNK_SIZE) return size;
  throw new MongoInvalidArgumentError(
    `Option "chunkSizeBytes" must be an integer from 1 to ${MAX_CHUNK_SIZE}, not ${size}`,
  );
}
