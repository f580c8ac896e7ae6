import { Long, ObjectId } from "bson";
import type { Document } from "../../codec/bson_types.ts";
import { MongoAPIError, MongoInvalidArgumentError } from "../error.ts";
import type { WriteConcernOptions } from "../write_concern.ts";
import { Chunker } from "./chunker.ts";
import { equalTo } from "./equal_to.ts";
import type { BucketCollections, GridFSFile } from "./gridfs_file.ts";
import type { TimeLeft } from "./time_left.ts";

/** What an upload is made with. */
export interface UploadPlan<TFileId> {
  readonly collections: BucketCollections;
  readonly id: TFileId;
  readonly filename: string;
  readonly chunkSizeBytes: number;
  readonly metadata: Document | undefined;
  readonly writeConcern: WriteConcernOptions | number | "majority" | undefined;
  readonly left: TimeLeft;
  /** To be called before the first write. */
  prepare(left: TimeLeft): Promise<void>;
}

type UploadState<TFileId> =
  | { readonly kind: "open" }
  | { readonly kind: "finishing" }
  | { readonly kind: "done"; readonly file: GridFSFile<TFileId> }
  | { readonly kind: "failed"; readonly error: unknown }
  | { readonly kind: "aborted"; readonly discarded: Promise<void> };

/** Chunks that are on their way to the server at once; each is held in memory until it is there. */
const MAX_INSERTS = 4;

/** Stores a file, chunk by chunk, and then what is to be known of it. */
export class FileUpload<TFileId> {
  readonly plan: UploadPlan<TFileId>;
  readonly #chunker: Chunker;
  readonly #inserts = new Set<Promise<void>>();
  readonly #onFailure: (error: unknown) => void;
  #state: UploadState<TFileId> = { kind: "open" };
  #isPrepared = false;
  #length = 0;
  #chunks = 0;

  /** Calls `onFailure` when a chunk could not be stored, which may be long after it was written. */
  constructor(plan: UploadPlan<TFileId>, onFailure: (error: unknown) => void) {
    this.plan = plan;
    this.#chunker = new Chunker(plan.chunkSizeBytes);
    this.#onFailure = onFailure;
  }

  /** Bytes that were written. */
  get length(): number {
    return this.#length;
  }

  /** What is stored of the file; `null` until it is complete. */
  get file(): GridFSFile<TFileId> | null {
    return this.#state.kind === "done" ? this.#state.file : null;
  }

  /** Takes bytes, and resolves as soon as more can be taken. */
  async write(bytes: Uint8Array): Promise<void> {
    if (!(bytes instanceof Uint8Array)) {
      throw this.#fail(new MongoInvalidArgumentError(`A GridFS file is made of Uint8Arrays, not of ${typeof bytes}`));
    }
    for (const chunk of this.#chunker.push(bytes)) await this.#store(chunk);
    this.#length += bytes.length;
  }

  /** Stores what is left, and the file's description once all its chunks are there. */
  async finish(): Promise<void> {
    this.#check();
    this.#state = { kind: "finishing" };
    const rest = this.#chunker.rest();
    if (rest !== null) await this.#store(rest);
    await this.#prepare();
    await Promise.all(this.#inserts);
    this.#check();
    try {
      this.#state = { kind: "done", file: await this.#describe() };
    } catch (error) {
      throw this.#fail(error);
    }
  }

  /** Throws `MongoAPIError` if it is too late to abort. */
  checkAbortable(): void {
    const { kind } = this.#state;
    if (kind === "aborted") throw new MongoAPIError("Cannot call abort() on a stream twice");
    if (kind !== "finishing" && kind !== "done") return;
    throw new MongoAPIError("Cannot abort a stream that has already completed");
  }

  /** Takes no more, and deletes the chunks that are stored. */
  discard(): Promise<void> {
    if (this.#state.kind === "aborted") return this.#state.discarded;
    const discarded = this.#discard();
    this.#state = { kind: "aborted", discarded };
    return discarded;
  }

  async #discard(): Promise<void> {
    // What is on its way would be stored after the others are deleted.
    await Promise.all(this.#inserts);
    const { collections, id, left } = this.plan;
    await collections.chunks.deleteMany({ files_id: equalTo(id) }, left());
  }

  async #store(data: Uint8Array): Promise<void> {
    await this.#prepare();
    while (this.#inserts.size >= MAX_INSERTS) await Promise.race(this.#inserts);
    this.#check();
    const insert: Promise<void> = this.#insert(data, this.#chunks++).finally(() => this.#inserts.delete(insert));
    this.#inserts.add(insert);
  }

  /** Does not reject. */
  async #insert(data: Uint8Array, n: number): Promise<void> {
    try {
      const { collections, id, left } = this.plan;
      const chunk = { _id: new ObjectId(), files_id: id, n, data };
      await collections.chunks.insertOne(chunk, { ...this.#concern(), ...left() });
    } catch (error) {
      this.#onFailure(this.#fail(error));
    }
  }

  async #describe(): Promise<GridFSFile<TFileId>> {
    const { collections, id, filename, chunkSizeBytes, metadata, left } = this.plan;
    const file: GridFSFile<TFileId> = {
      _id: id,
      length: this.#length,
      chunkSize: chunkSizeBytes,
      uploadDate: new Date(),
      filename,
      ...metadata === undefined ? {} : { metadata },
    };
    await collections.files.insertOne({ ...file, length: Long.fromNumber(this.#length) } as Document, {
      ...this.#concern(),
      ...left(),
    });
    return file;
  }

  async #prepare(): Promise<void> {
    if (this.#isPrepared) return;
    try {
      await this.plan.prepare(this.plan.left);
      this.#isPrepared = true;
    } catch (error) {
      throw this.#fail(error);
    }
  }

  #concern() {
    const { writeConcern } = this.plan;
    return writeConcern === undefined ? {} : { writeConcern };
  }

  /** The first failure is the one that is told. */
  #fail(error: unknown): unknown {
    if (this.#state.kind === "open" || this.#state.kind === "finishing") this.#state = { kind: "failed", error };
    return error;
  }

  #check(): void {
    if (this.#state.kind === "failed") throw this.#state.error;
    if (this.#state.kind === "aborted") throw new MongoAPIError("Stream has been aborted");
  }
}
