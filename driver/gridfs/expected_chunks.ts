import { Binary } from "bson";
import type { Document } from "../../codec/bson_types.ts";
import type { ByteRange } from "./byte_range.ts";
import { MongoGridFSChunkError } from "./gridfs_error.ts";

/** How a file is cut into chunks. */
export interface FileLayout {
  /** Bytes of the file. */
  readonly length: number;
  /** Bytes of each chunk but the last. */
  readonly chunkSize: number;
}

/** Checks the chunks of a file as they come, and takes the wanted part out of them. */
export class ExpectedChunks {
  /** The number of the first chunk that is needed. */
  readonly first: number;
  /** How many are needed. */
  readonly count: number;
  readonly #file: FileLayout;
  readonly #range: ByteRange;
  #next: number;

  /** Expects the chunks that have the bytes of `range`. */
  constructor(file: FileLayout, range: ByteRange) {
    this.#file = file;
    this.#range = range;
    this.first = Math.floor(range.start / file.chunkSize);
    this.count = range.start === range.end ? 0 : Math.ceil(range.end / file.chunkSize) - this.first;
    this.#next = this.first;
  }

  /**
   * Takes the next chunk and gives what is wanted of its bytes. Throws `MongoGridFSChunkError` if it is another one than
   * expected, or has another size.
   */
  take({ n, data }: Document): Uint8Array<ArrayBuffer> {
    const expected = this.#next++;
    const isPastEnd = expected >= this.first + this.count;
    if (isPastEnd || n < expected) {
      throw new MongoGridFSChunkError(
        `ExtraChunk: Got unexpected n: ${n}, expected: ${isPastEnd ? "none" : expected}`,
      );
    }
    if (n !== expected) throw missingChunk(String(n), expected);
    const bytes: Uint8Array<ArrayBuffer> | undefined = data instanceof Binary ? data.value() : data;
    return this.#part(this.#checkSize(bytes, expected), expected * this.#file.chunkSize);
  }

  /** To be called when no more chunks come. Throws `MongoGridFSChunkError` if more are expected. */
  finish(): void {
    if (this.#next < this.first + this.count) throw missingChunk("none", this.#next);
  }

  /** The part is a plain array with a buffer of its own, which whoever reads it may transfer. */
  #part(bytes: Uint8Array<ArrayBuffer>, offset: number): Uint8Array<ArrayBuffer> {
    const { start, end } = this.#range;
    const part = bytes.subarray(Math.max(start - offset, 0), end - offset);
    return part.length === part.buffer.byteLength ? new Uint8Array(part.buffer) : new Uint8Array(part);
  }

  #checkSize(bytes: Uint8Array<ArrayBuffer> | undefined, n: number): Uint8Array<ArrayBuffer> {
    const { length, chunkSize } = this.#file;
    const expected = Math.min(chunkSize, length - n * chunkSize);
    if (bytes?.length === expected) return bytes;
    throw new MongoGridFSChunkError(
      `ChunkIsWrongSize: Got unexpected length: ${bytes?.length} of n: ${n}, expected: ${expected}`,
    );
  }
}

function missingChunk(got: string, expected: number): MongoGridFSChunkError {
  return new MongoGridFSChunkError(`ChunkIsMissing: Got unexpected n: ${got}, expected: ${expected}`);
}
