import type { Sort } from "../types/sort.ts";
import type { ByteRangeOptions } from "./byte_range.ts";
import { downloadFile, type DownloadPlan } from "./file_download.ts";
import { MongoGridFSStreamError } from "./gridfs_error.ts";

/** What a download may be told. */
export interface GridFSBucketReadStreamOptions extends ByteRangeOptions {
  /** Which of several files comes first. */
  readonly sort?: Sort;
  /** How many of those to leave out. @default {0} */
  readonly skip?: number;
  /** Milliseconds for the whole download, beginning when the stream is opened; 0 means no limit. */
  readonly timeoutMS?: number;
}

/** What a download by name may be told. */
export interface GridFSBucketReadStreamOptionsWithRevision extends GridFSBucketReadStreamOptions {
  /** Which of the files with that name: 0 is the oldest, 1 the second oldest, -1 the newest. @default {-1} */
  readonly revision?: number;
}

type ReadState =
  | { readonly kind: "new"; readonly range: ByteRangeOptions }
  | { readonly kind: "reading"; readonly bytes: AsyncGenerator<Uint8Array<ArrayBuffer>, void, void> };

/**
 * A file that is being read. Nothing is sent before something is read. It is to be read to its end or cancelled, which
 * leaving a loop over it does; otherwise its cursor stays open until the client is closed.
 *
 * Reading rejects with `MongoRuntimeError` (`code` is `ENOENT`) if there is no such file, `MongoInvalidArgumentError` if
 * the asked part is not in it, `MongoGridFSChunkError` if a chunk is not as it should be, and what the server says.
 */
export class GridFSBucketReadStream extends ReadableStream<Uint8Array<ArrayBuffer>> {
  readonly #source: DownloadSource;

  /**
   * `GridFSBucket.openDownloadStream` makes streams.
   *
   * @internal
   */
  constructor(plan: DownloadPlan, range: ByteRangeOptions) {
    const source = new DownloadSource(plan, range);
    // One chunk is asked for at a time, and none before somebody reads.
    super(source, { highWaterMark: 0 });
    this.#source = source;
  }

  /** Sets the first byte to read. Throws `MongoGridFSStreamError` once something was read. */
  start(start = 0): this {
    this.#source.setRange({ start });
    return this;
  }

  /** Sets the byte to stop at, which is not read. Throws `MongoGridFSStreamError` once something was read. */
  end(end = 0): this {
    this.#source.setRange({ end });
    return this;
  }

  /** Ends the stream and closes its cursor. Rejects with `TypeError` while somebody else holds the stream. */
  abort(): Promise<void> {
    return this.cancel();
  }
}

class DownloadSource implements UnderlyingDefaultSource<Uint8Array<ArrayBuffer>> {
  readonly #plan: DownloadPlan;
  #state: ReadState;

  constructor(plan: DownloadPlan, range: ByteRangeOptions) {
    this.#plan = plan;
    this.#state = { kind: "new", range };
  }

  setRange(range: ByteRangeOptions): void {
    if (this.#state.kind !== "new") {
      throw new MongoGridFSStreamError("Options cannot be changed after the stream is initialized");
    }
    this.#state = { kind: "new", range: { ...this.#state.range, ...range } };
  }

  async pull(controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>): Promise<void> {
    const { done, value } = await this.#bytes().next();
    if (done) controller.close();
    else controller.enqueue(value);
  }

  async cancel(): Promise<void> {
    await this.#bytes().return();
  }

  #bytes(): AsyncGenerator<Uint8Array<ArrayBuffer>, void, void> {
    if (this.#state.kind === "new") {
      this.#state = { kind: "reading", bytes: downloadFile(this.#plan, this.#state.range) };
    }
    return this.#state.bytes;
  }
}
