import {
  MongoError,
  MongoNetworkError,
  MongoOperationTimeoutError,
  MongoServerError,
  MongoServerSelectionError,
  MongoWaitQueueError,
  MongoWriteConcernError,
} from "../error.ts";
import { labelsWrite, type WriteFailure } from "./retry_decision.ts";

const MAX_TIME_MS_EXPIRED = 50;
/** Write concerns that no server will ever meet: 79 is an unknown mode, 100 asks for more members than there are. */
const IMPOSSIBLE_WRITE_CONCERNS: ReadonlySet<number> = new Set([79, 100]);

/** What a failure was part of. */
export interface FailureContext extends WriteFailure {
  /** Whether it was a write that may be sent again. */
  readonly isRetryableWrite: boolean;
  /** Whether it was a command of a transaction, and if so, whether it was to end it. */
  readonly transaction: "statement" | "commit" | "abort" | null;
}

/** Adds the labels that the specifications leave to drivers. */
export function labelFailure(context: FailureContext): void {
  const { error, transaction } = context;
  if (!(error instanceof MongoError)) return;
  if (context.isRetryableWrite && labelsWrite(context)) error.addErrorLabel("RetryableWriteError");
  if (transaction === "statement" && hasNoReply(error)) error.addErrorLabel("TransientTransactionError");
  if (transaction === "commit" && leavesCommitOpen(error)) {
    error.addErrorLabel("UnknownTransactionCommitResult");
  }
}

function hasNoReply(error: MongoError): boolean {
  return error instanceof MongoNetworkError || error instanceof MongoServerSelectionError;
}

/** Transactions specification, "UnknownTransactionCommitResult". */
function leavesCommitOpen(error: MongoError): boolean {
  if (hasNoReply(error) || error.hasErrorLabel("RetryableWriteError")) return true;
  if (error instanceof MongoOperationTimeoutError || error instanceof MongoWaitQueueError) return true;
  if (error instanceof MongoWriteConcernError) return !IMPOSSIBLE_WRITE_CONCERNS.has(error.code);
  return error instanceof MongoServerError && error.code === MAX_TIME_MS_EXPIRED;
}
