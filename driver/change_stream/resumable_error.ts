import { MongoAPIError, MongoError, MongoOperationTimeoutError, MongoServerError } from "../error.ts";

const CURSOR_NOT_FOUND = 43;
/** The first wire version (MongoDB 4.4) whose servers label what a change stream can go on after. */
const LABELS = 9;
/** Change streams specification, "Resumable Error". */
const RESUMABLE_CODES: ReadonlySet<number> = new Set([
  6, // HostUnreachable
  7, // HostNotFound
  63, // StaleShardVersion
  89, // NetworkTimeout
  91, // ShutdownInProgress
  133, // FailedToSatisfyReadPreference
  150, // StaleEpoch
  189, // PrimarySteppedDown
  234, // RetryChangeStream
  262, // ExceededTimeLimit
  9001, // SocketException
  10107, // NotWritablePrimary
  11600, // InterruptedAtShutdown
  11602, // InterruptedDueToReplStateChange
  13388, // StaleConfig
  13435, // NotPrimaryNoSecondaryOk
  13436, // NotPrimaryOrSecondary
]);

/**
 * Says whether a change stream goes on after a `getMore` that failed so; `maxWireVersion` is that of the server that was
 * asked. Never after what the user did, and not at once when the time for the whole operation is up.
 */
export function isResumable(error: unknown, maxWireVersion: number): boolean {
  if (error instanceof MongoServerError) return isResumableReply(error, maxWireVersion);
  return error instanceof MongoError && !(error instanceof MongoAPIError) &&
    !(error instanceof MongoOperationTimeoutError);
}

function isResumableReply(error: MongoServerError, maxWireVersion: number): boolean {
  if (error.code === CURSOR_NOT_FOUND) return true;
  return maxWireVersion >= LABELS ? error.hasErrorLabel("ResumableChangeStreamError") : RESUMABLE_CODES.has(error.code);
}
