import type { Document } from "../../codec/bson_types.ts";
import { MongoInvalidArgumentError } from "../error.ts";

/** What one command can carry. */
export interface BatchLimits {
  /** Statements. */
  readonly count: number;
  /** Bytes of all statements together. */
  readonly bytes: number;
}

/** A statement with its place in the bulk. */
export interface PlacedStatement {
  readonly index: number;
  readonly document: Document;
}

/**
 * Encodes as many of the statements from number `from` on as fit into one command, at least one. Throws
 * `MongoInvalidArgumentError` if the first alone does not fit.
 */
export function takeBatch(
  statements: readonly PlacedStatement[],
  from: number,
  limits: BatchLimits,
  encode: (document: Document) => Uint8Array,
): Uint8Array[] {
  const batch: Uint8Array[] = [];
  const end = Math.min(statements.length, from + limits.count);
  let bytes = 0;
  for (let i = from; i < end; i++) {
    const { index, document } = statements[i]!;
    const encoded = encode(document);
    bytes += encoded.length;
    if (bytes > limits.bytes) {
      if (batch.length > 0) break;
      throw new MongoInvalidArgumentError(
        `Write ${index} has ${encoded.length} bytes, but a command takes ${limits.bytes} at most`,
      );
    }
    batch.push(encoded);
  }
  return batch;
}
