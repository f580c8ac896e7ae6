import { MongoError, MongoOperationTimeoutError, MongoServerError } from "../error.ts";
import type { ClientSession, TransactionOptions } from "./client_session.ts";

/** How long a transaction is tried again (convenient transactions specification). */
const RETRY_TIMEOUT_MS = 120_000;
const INITIAL_BACKOFF_MS = 5;
const MAX_BACKOFF_MS = 500;
const MAX_TIME_MS_EXPIRED = 50;

/** Runs `run` in a transaction until it is committed; see {@linkcode ClientSession.withTransaction}. */
export async function withTransaction<Result>(
  session: ClientSession,
  run: () => Promise<Result>,
  options: TransactionOptions,
): Promise<Result> {
  const timeoutMS = options.timeoutMS ?? session.defaultTransactionOptions.timeoutMS ?? session.defaultTimeoutMS ?? 0;
  const deadline = performance.now() + (timeoutMS === 0 ? RETRY_TIMEOUT_MS : timeoutMS);
  if (timeoutMS > 0) session.setDeadline(deadline);
  try {
    return await runUntil(session, run, options, deadline);
  } finally {
    session.setDeadline(null);
  }
}

async function runUntil<Result>(
  session: ClientSession,
  run: () => Promise<Result>,
  options: TransactionOptions,
  deadline: number,
): Promise<Result> {
  for (let attempt = 1;; attempt++) {
    session.startTransaction(options);
    try {
      return await runOnce(session, run, deadline);
    } catch (error) {
      if (!hasLabel(error, "TransientTransactionError")) throw error;
      await waitToRetry(error, attempt, deadline);
    }
  }
}

async function runOnce<Result>(session: ClientSession, run: () => Promise<Result>, deadline: number): Promise<Result> {
  let result: Result;
  try {
    result = await run();
  } catch (error) {
    if (session.inTransaction()) await session.abortTransaction();
    throw error;
  }
  // Otherwise `run` ended it on purpose.
  if (session.inTransaction()) await commit(session, deadline);
  return result;
}

async function commit(session: ClientSession, deadline: number): Promise<void> {
  for (;;) {
    try {
      return await session.commitTransaction();
    } catch (error) {
      if (!hasLabel(error, "UnknownTransactionCommitResult") || isMaxTimeExpired(error)) throw error;
      if (performance.now() >= deadline) throw timeoutError(error);
    }
  }
}

/** Waits before the next attempt. Throws what the user gets if there is no time for one. */
async function waitToRetry(error: MongoError, attempt: number, deadline: number): Promise<void> {
  const backoff = Math.random() * Math.min(INITIAL_BACKOFF_MS * 1.5 ** attempt, MAX_BACKOFF_MS);
  if (performance.now() + backoff >= deadline) throw timeoutError(error);
  await new Promise((resolve) => setTimeout(resolve, backoff));
}

function timeoutError(error: MongoError): MongoError {
  if (error instanceof MongoOperationTimeoutError) return error;
  return new MongoOperationTimeoutError("The transaction could not be completed in time", {
    cause: error,
    errorLabels: error.errorLabels,
  });
}

function hasLabel(error: unknown, label: string): error is MongoError {
  return error instanceof MongoError && error.hasErrorLabel(label);
}

function isMaxTimeExpired(error: MongoError): boolean {
  return error instanceof MongoServerError && error.code === MAX_TIME_MS_EXPIRED;
}
