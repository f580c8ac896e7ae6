import type { Document } from "bson";
import type { DriverUnderTest } from "./driver_interface.ts";
import { match, type MatchContext, matchRoots, show } from "./match.ts";
import type { ExpectedError } from "./test_format.ts";

/** What drivers' errors have, as far as they have it. */
interface DriverError extends Error {
  readonly code?: unknown;
  readonly codeName?: unknown;
  /** The server's reply. */
  readonly errorResponse?: Document;
  /** What a bulk write did before it failed. */
  readonly result?: Document;
  readonly writeErrors?: readonly Document[] | Document;
  readonly writeConcernError?: Document;
  readonly writeConcernErrors?: readonly Document[];
  hasErrorLabel?(label: string): boolean;
}

/** Throws `Error` where the error is not as expected, with the error as its cause. */
export function matchError(
  expected: ExpectedError,
  error: unknown,
  driver: DriverUnderTest,
  context: MatchContext,
): void {
  try {
    if (!(error instanceof Error)) throw new Error("It is not an Error");
    for (const check of CHECKS) check(expected, error as DriverError, driver, context);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`Another error than expected: ${message}. It is ${error}`, { cause: error });
  }
}

type Check = (expected: ExpectedError, error: DriverError, driver: DriverUnderTest, context: MatchContext) => void;

const CHECKS: readonly Check[] = [
  ({ isClientError }, error, driver) => {
    expectSame("isClientError", isClientError, !(error instanceof driver.MongoServerError));
  },
  ({ isTimeoutError }, error, driver) => {
    if (isTimeoutError !== undefined) expectSame("isTimeoutError", isTimeoutError, isTimeout(error, driver));
  },
  ({ errorContains }, error) => {
    if (errorContains === undefined) return;
    const messages = [error.message, ...parts(error).map(({ errmsg }) => String(errmsg))];
    const isFound = messages.some((message) => message.toLowerCase().includes(errorContains.toLowerCase()));
    if (!isFound) throw new Error(`errorContains ${show(errorContains)}, got ${show(messages)}`);
  },
  ({ errorCode }, error) => {
    expectSame("errorCode", errorCode, error.code);
  },
  ({ errorCodeName }, error) => {
    if (errorCodeName === undefined) return;
    const names = [error, ...parts(error)].map(({ codeName }) => String(codeName).toLowerCase());
    if (!names.includes(errorCodeName.toLowerCase())) throw new Error(`errorCodeName ${errorCodeName}, got ${names}`);
  },
  ({ errorLabelsContain = [] }, error) => {
    const missing = errorLabelsContain.find((label) => error.hasErrorLabel?.(label) !== true);
    if (missing !== undefined) throw new Error(`The label ${missing} is missing`);
  },
  ({ errorLabelsOmit = [] }, error) => {
    const present = errorLabelsOmit.find((label) => error.hasErrorLabel?.(label) === true);
    if (present !== undefined) throw new Error(`The label ${present} is there`);
  },
  ({ errorResponse }, error, _driver, context) => {
    if (errorResponse !== undefined) match(errorResponse, error.errorResponse, context);
  },
  ({ writeErrors }, error, _driver, context) => {
    if (writeErrors === undefined) return;
    match(Object.keys(writeErrors), Object.keys(Object(error.writeErrors)), context);
    for (const [index, one] of Object.entries(writeErrors)) match(one, Object(error.writeErrors)[index], context);
  },
  ({ writeConcernErrors }, error, _driver, context) => {
    if (writeConcernErrors !== undefined) matchRoots(writeConcernErrors, error.writeConcernErrors, context);
  },
  ({ expectResult }, error, _driver, context) => {
    if (expectResult !== undefined) match(expectResult, error.result, context);
  },
];

function expectSame(what: string, expected: unknown, actual: unknown): void {
  if (expected !== undefined && expected !== actual) throw new Error(`${what} ${show(expected)}, got ${show(actual)}`);
}

/** A bulk write wraps the error that ended it. */
function isTimeout(error: unknown, driver: DriverUnderTest): boolean {
  const { MongoOperationTimeoutError } = driver;
  if (MongoOperationTimeoutError === null) return false;
  return error instanceof MongoOperationTimeoutError ||
    (error instanceof Error && error.cause instanceof MongoOperationTimeoutError);
}

/** All that a server said of what went wrong, the errors of single writes and of the write concern included. */
function parts(error: DriverError): Document[] {
  const lists = [error.writeErrors, error.writeConcernErrors, error.errorResponse?.writeErrors].flat();
  const one = [error.errorResponse, error.writeConcernError, error.errorResponse?.writeConcernError];
  return [...lists, ...one, error.result?.writeConcernError].filter((part): part is Document => part instanceof Object);
}
