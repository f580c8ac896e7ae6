import {
  isTimeout,
  MongoError,
  MongoOperationTimeoutError,
  MongoServerError,
  MongoServerSelectionError,
} from "../error.ts";

const MAX_TIME_MS_EXPIRED = 50;

/**
 * What a failure of an operation is called that has one limit for everything: whatever ran out of time, it was that
 * (client-side operation timeout specification, "Error Transformations").
 */
export function asOperationTimeout(error: unknown): unknown {
  if (!(error instanceof MongoError) || error instanceof MongoOperationTimeoutError || !ranOut(error)) return error;
  const { message, errorLabels } = error;
  return new MongoOperationTimeoutError(`The operation ran out of time: ${message}`, { cause: error, errorLabels });
}

function ranOut(error: MongoError): boolean {
  if (isTimeout(error) || error instanceof MongoServerSelectionError) return true;
  if (!(error instanceof MongoServerError)) return false;
  const { writeErrors } = error.errorResponse;
  return Array.isArray(writeErrors) && writeErrors.some(({ code }) => code === MAX_TIME_MS_EXPIRED);
}
