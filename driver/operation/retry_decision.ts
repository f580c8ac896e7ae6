import { MongoError, MongoNetworkError, MongoServerError } from "../error.ts";

/** Codes of failures that pass: another server takes over, or the same one soon. */
const RETRYABLE_CODES: ReadonlySet<number> = new Set([
  6,
  7,
  89,
  91,
  189,
  262,
  9001,
  10107,
  11600,
  11602,
  13435,
  13436,
]);
const RETRYABLE_LABELS = ["RetryableWriteError", "RetryableError", "TransientTransactionError"];
const READ_CONCERN_MAJORITY_NOT_AVAILABLE_YET = 134;
/** The first wire version (MongoDB 4.4) whose servers label errors themselves. */
const LABELLING_WIRE_VERSION = 9;
const BASE_BACKOFF_MS = 100;
const MAX_BACKOFF_MS = 10_000;

/** What a failed attempt is judged by. */
export interface FailedAttempt {
  readonly error: unknown;
  /** Which retries are possible, apart from those for overload: of a read, of a write, or none. */
  readonly retries: "read" | "write" | null;
  /** Whether the options allow a retry when the server is overloaded. */
  readonly retriesOverload: boolean;
  /** Attempts made, the failed one included. */
  readonly attempts: number;
  /** Whether this or an earlier attempt met an overloaded server. */
  readonly wasOverloaded: boolean;
  /** How often to try again once a server was overloaded. */
  readonly maxAdaptiveRetries: number;
  /** Whether `timeoutMS` is in use and limits retries, but for those of an overloaded server, instead of their number. */
  readonly isUnlimited: boolean;
}

/** Whether to try again, and how many milliseconds to wait before at most; see {@linkcode FailedAttempt}. */
export type RetryVerdict = { readonly kind: "fail" } | { readonly kind: "retry"; readonly maxBackoffMS: number };

const FAIL: RetryVerdict = { kind: "fail" };

/** Decides about a further attempt (retryable reads, retryable writes, and client backpressure specifications). */
export function decideRetry(attempt: FailedAttempt): RetryVerdict {
  const { error, attempts } = attempt;
  const isOverload = isOverloadError(error);
  const isEligible = isOverload && error.hasErrorLabel("RetryableError")
    ? attempt.retriesOverload
    : allows(error, attempt.retries);
  if (!isEligible || attempts > allowedRetries(attempt)) return FAIL;
  return { kind: "retry", maxBackoffMS: isOverload ? backoffMS(error, attempts) : 0 };
}

/** Whether a read that failed so may be sent again. */
export function isRetryableRead(error: unknown): boolean {
  if (error instanceof MongoNetworkError) return true;
  const code = codeOf(error);
  return code !== null && (RETRYABLE_CODES.has(code) || code === READ_CONCERN_MAJORITY_NOT_AVAILABLE_YET);
}

/**
 * Whether the same may succeed if it is tried again: a read, a write that was not done or that can be repeated, or, with
 * the label `TransientTransactionError`, the whole transaction. The driver itself has tried again where it is safe.
 */
export function isRetryable(error: unknown): boolean {
  return isRetryableRead(error) ||
    (error instanceof MongoError && RETRYABLE_LABELS.some((label) => error.hasErrorLabel(label)));
}

/** Whether the failure tells of a server that has too much to do. */
export function isOverloadError(error: unknown): error is MongoError {
  return error instanceof MongoError && error.hasErrorLabel("SystemOverloadedError");
}

/** What {@linkcode labelsWrite} judges by. */
export interface WriteFailure {
  readonly error: unknown;
  /** Of the server that answered; `null` if none was reached. */
  readonly maxWireVersion: number | null;
  readonly isMongos: boolean;
}

/** Whether a failure of a retryable write is to be labelled `RetryableWriteError` here, since the server does not. */
export function labelsWrite({ error, maxWireVersion, isMongos }: WriteFailure): boolean {
  if (error instanceof MongoNetworkError) return true;
  if (!(error instanceof MongoServerError)) return false;
  const labelsItself = maxWireVersion !== null && maxWireVersion >= LABELLING_WIRE_VERSION;
  if (labelsItself) return false;
  const isConcern = error.name === "MongoWriteConcernError";
  return RETRYABLE_CODES.has(error.code) && !(isConcern && isMongos);
}

function allows(error: unknown, retries: "read" | "write" | null): boolean {
  if (retries === null) return false;
  if (retries === "read") return isRetryableRead(error);
  return error instanceof MongoError && error.hasErrorLabel("RetryableWriteError");
}

function allowedRetries({ wasOverloaded, maxAdaptiveRetries, isUnlimited }: FailedAttempt): number {
  if (wasOverloaded) return maxAdaptiveRetries;
  return isUnlimited ? Infinity : 1;
}

function backoffMS(error: MongoError, attempts: number): number {
  const told = error instanceof MongoServerError ? Number(error.errorResponse.baseBackoffMS) : 0;
  return Math.min(MAX_BACKOFF_MS, (told > 0 ? told : BASE_BACKOFF_MS) * 2 ** attempts);
}

function codeOf(error: unknown): number | null {
  return error instanceof MongoError && "code" in error && typeof error.code === "number" ? error.code : null;
}
