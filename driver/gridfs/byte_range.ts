import { MongoInvalidArgumentError } from "../error.ts";

/** A part of a file: the bytes from `start`, up to `end`, which is not included. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** What a user may say of a part of a file. */
export interface ByteRangeOptions {
  /** The first byte to read, from 0. @default {0} */
  readonly start?: number;
  /** Where to stop: the first byte that is not read. By default the file's length. */
  readonly end?: number;
}

/** Makes a range in a file of `length` bytes. Throws `MongoInvalidArgumentError` for one that is not in the file. */
export function byteRange(length: number, { start = 0, end = length }: ByteRangeOptions): ByteRange {
  checkOffset("start", start, length);
  checkOffset("end", end, length);
  if (start <= end) return { start, end };
  throw new MongoInvalidArgumentError(`Stream start (${start}) must not be greater than stream end (${end})`);
}

function checkOffset(name: string, offset: number, length: number): void {
  if (!Number.isSafeInteger(offset)) {
    throw new MongoInvalidArgumentError(`Stream ${name} (${offset}) must be an integer`);
  }
  if (offset < 0) throw new MongoInvalidArgumentError(`Stream ${name} (${offset}) must not be negative`);
  if (offset <= length) return;
  throw new MongoInvalidArgumentError(
    `Stream ${name} (${offset}) must not be more than the length of the file (${length})`,
  );
}
