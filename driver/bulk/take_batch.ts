import { MongoInvalidArgumentError } from "../error.ts";

/** What one command can carry. */
export interface BatchLimits {
  /** Statements. */
  readonly count: number;
  /** Bytes of all statements together. */
  readonly bytes: number;
}

/**
 * Encodes as many of the statements from number `from` on as fit into one command, at least one. Throws
 * `MongoInvalidArgumentError` if the first alone does not fit.
 */
export function takeBatch(
  total: number,
  from: number,
  limits: BatchLimits,
  encode: (index: number) => Uint8Array,
): Uint8Array[] {
  const batch: Uint8Array[] = [];
  let bytes = 0;
  for (let index = from; index < total && batch.length < limits.count; index++) {
    const document = encode(index);
    bytes += document.length;
    if (bytes > limits.bytes) {
      if (batch.length > 0) break;
      throw new MongoInvalidArgumentError(
        `Write ${index} has ${document.length} bytes, and a command takes ${limits.bytes} at most`,
      );
    }
    batch.push(document);
  }
  return batch;
}
