import type { Document, ObjectId } from "../../codec/bson_types.ts";
import { MongoAPIError } from "../error.ts";
import type { WriteConcernOptions } from "../write_concern.ts";
import { FileUpload, type UploadPlan } from "./file_upload.ts";
import type { GridFSFile } from "./gridfs_file.ts";

/** What an upload may be told; the rest is its bucket's. */
export interface GridFSBucketWriteStreamOptions {
  /** The size of the file's chunks in bytes. */
  readonly chunkSizeBytes?: number;
  /** What the application keeps of the file. */
  readonly metadata?: Document;
  /** What acknowledges the writes. */
  readonly writeConcern?: WriteConcernOptions | number | "majority";
  /** Milliseconds for the whole upload, beginning when the stream is opened; 0 means no limit. */
  readonly timeoutMS?: number;
}

/**
 * A file that is being stored. It is complete when {@linkcode WritableStream.close} resolves, or `pipeTo` does. A stream
 * that takes more than it can store lets its writer wait (`writer.ready`).
 *
 * A write that fails ends the stream; what was stored of the file is left, and may be deleted with
 * {@linkcode GridFSBucketWriteStream.abort}. A source whose `pipeTo` fails or is aborted aborts the upload.
 */
export class GridFSBucketWriteStream<TFileId = ObjectId> extends WritableStream<Uint8Array> {
  readonly #upload: FileUpload<TFileId>;
  readonly #controller: () => WritableStreamDefaultController;

  /**
   * `GridFSBucket.openUploadStream` makes streams.
   *
   * @internal
   */
  constructor(plan: UploadPlan<TFileId>) {
    let controller: WritableStreamDefaultController;
    const upload = new FileUpload(plan, (error) => controller.error(error));
    super({
      start(started) {
        controller = started;
      },
      write: (bytes) => upload.write(bytes),
      close: () => upload.finish(),
      abort: () => upload.discard(),
    }, {
      highWaterMark: plan.chunkSizeBytes,
      // What is no bytes is refused when it is written.
      size: (bytes) => bytes?.byteLength ?? 0,
    });
    this.#upload = upload;
    this.#controller = () => controller;
  }

  /** The id of the file. */
  get id(): TFileId {
    return this.#upload.plan.id;
  }

  /** The name of the file. */
  get filename(): string {
    return this.#upload.plan.filename;
  }

  /** The size of the file's chunks in bytes. */
  get chunkSizeBytes(): number {
    return this.#upload.plan.chunkSizeBytes;
  }

  /** How many bytes were written so far. */
  get length(): number {
    return this.#upload.length;
  }

  /** What is stored of the file; `null` until it is complete. */
  get gridFSFile(): GridFSFile<TFileId> | null {
    return this.#upload.file;
  }

  /**
   * Takes nothing more and deletes what was stored, also after a write failed, and while a writer holds the stream.
   * Rejects with `MongoAPIError` if the file is complete or the upload was aborted before, and with what kept the chunks
   * from being deleted.
   */
  override async abort(reason: unknown = new MongoAPIError("Stream has been aborted")): Promise<void> {
    this.#upload.checkAbortable();
    const discarded = this.#upload.discard();
    this.#controller().error(reason);
    await discarded;
  }
}
