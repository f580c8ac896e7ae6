import { MongoServerError } from "../error.ts";
import type { BulkWriteResult } from "./bulk_write_result.ts";
import type { WriteConcernError, WriteError } from "./write_error.ts";

/** What a {@linkcode MongoBulkWriteError} is made of. */
export interface BulkFailure {
  /** What stopped the bulk, if it was not the writes themselves. */
  readonly cause?: unknown;
  /** Labels of the replies and of the cause. */
  readonly errorLabels: readonly string[];
}

/**
 * Writes of a bulk failed, or it was stopped after some of them: `result` says what has been done. The code and the
 * message are those of the first failure.
 */
export class MongoBulkWriteError extends MongoServerError {
  /** Tells the class where `instanceof` cannot, e.g. in a log. */
  override readonly name = "MongoBulkWriteError";
  /** What has been done. */
  readonly result: BulkWriteResult;
  /** The writes that failed. */
  readonly writeErrors: readonly WriteError[];
  /** What kept the server from seeing to the write concern, if anything did. */
  readonly err: WriteConcernError | undefined;

  /** Takes the failures from `result`. */
  constructor(result: BulkWriteResult, failure: BulkFailure) {
    super(response(result, failure));
    if (failure.cause !== undefined) this.cause = failure.cause;
    this.result = result;
    this.writeErrors = result.getWriteErrors();
    this.err = result.getWriteConcernError();
  }

  /** As {@linkcode BulkWriteResult.insertedCount}. */
  get insertedCount(): number {
    return this.result.insertedCount;
  }

  /** As {@linkcode BulkWriteResult.matchedCount}. */
  get matchedCount(): number {
    return this.result.matchedCount;
  }

  /** As {@linkcode BulkWriteResult.modifiedCount}. */
  get modifiedCount(): number {
    return this.result.modifiedCount;
  }

  /** As {@linkcode BulkWriteResult.deletedCount}. */
  get deletedCount(): number {
    return this.result.deletedCount;
  }

  /** As {@linkcode BulkWriteResult.upsertedCount}. */
  get upsertedCount(): number {
    return this.result.upsertedCount;
  }

  /** As {@linkcode BulkWriteResult.insertedIds}. */
  get insertedIds(): Readonly<Record<number, unknown>> {
    return this.result.insertedIds;
  }

  /** As {@linkcode BulkWriteResult.upsertedIds}. */
  get upsertedIds(): Readonly<Record<number, unknown>> {
    return this.result.upsertedIds;
  }
}

function response(result: BulkWriteResult, { cause, errorLabels }: BulkFailure): Record<string, unknown> {
  if (cause instanceof MongoServerError) return { ...cause.errorResponse, errorLabels };
  const first = cause ?? result.getWriteErrorAt(0) ?? result.getWriteConcernError();
  if (first instanceof Error) return { errmsg: first.message, errorLabels };
  const { code, errmsg, errInfo } = first as WriteError | WriteConcernError;
  return { code, errmsg, ...(errInfo === undefined ? {} : { errInfo }), errorLabels };
}
