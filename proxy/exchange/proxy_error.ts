import type { ErrorReply } from "../../codec/reply_encode.ts";
import { MongoNetworkTimeoutError, MongoServerSelectionError, MongoWaitQueueError } from "../../driver/error.ts";

/** What the proxy answers where it, and not the server, has to say that a command failed. */
export type ProxyError = Required<ErrorReply>;

/** What of a command decides the labels of its failure. */
export interface FailedCommand {
  readonly name: string;
  /** It carries `autocommit: false`. */
  readonly inTransaction: boolean;
  /** It carries a `txnNumber` and is no part of a transaction. */
  readonly isRetryableWrite: boolean;
}

/** The server's codes that the proxy uses; names as in its list of error codes. */
const CODES = {
  HostUnreachable: 6,
  AuthenticationFailed: 18,
  CommandNotSupported: 115,
  NetworkTimeout: 89,
  FailedToSatisfyReadPreference: 133,
  IngressRequestRateLimitExceeded: 462,
  // Has no name of its own.
  Location18526: 18526,
} as const;

type CodeName = keyof typeof CODES;

/** Makes a {@linkcode ProxyError} of a code's name. */
export function proxyError(
  codeName: CodeName,
  errmsg: string,
  errorLabels: readonly string[] = [],
): ProxyError {
  return { code: CODES[codeName], codeName, errmsg, errorLabels };
}

/** Whether there was no server to send to, for as long as one is waited for. */
export function lacksServer({ code }: ProxyError): boolean {
  return code === CODES.FailedToSatisfyReadPreference;
}

/** Too much is asked at once: nothing was run, and a modern driver backs off and tries again. */
export function overloadedError(errmsg: string, command: FailedCommand): ProxyError {
  return proxyError("IngressRequestRateLimitExceeded", errmsg, [
    "SystemOverloadedError",
    "RetryableError",
    ...unsentLabels(command),
  ]);
}

/** What a client would have got from `mongos` for a failure on our way to the server. */
export function toProxyError(error: Error, command: FailedCommand): ProxyError {
  if (error instanceof MongoServerSelectionError) {
    return proxyError("FailedToSatisfyReadPreference", error.message, unsentLabels(command));
  }
  if (error instanceof MongoWaitQueueError) return overloadedError(error.message, command);
  if (error instanceof MongoNetworkTimeoutError) {
    return proxyError("NetworkTimeout", error.message, networkLabels(command));
  }
  // The connection was lost or refused; or the handshake failed, which is the operator's business, told in its words.
  return proxyError("HostUnreachable", error.message, networkLabels(command));
}

/** As `mongos` labels a lost connection (transactions specification, "Error Labels"). */
function networkLabels(command: FailedCommand): string[] {
  if (command.inTransaction && !endsTransaction(command)) return ["TransientTransactionError"];
  return command.isRetryableWrite || command.inTransaction ? ["RetryableWriteError"] : [];
}

/** A command that never left: a transaction can start again, a commit is not known to have failed. */
function unsentLabels(command: FailedCommand): string[] {
  if (!command.inTransaction) return [];
  if (command.name === "commitTransaction") return ["UnknownTransactionCommitResult"];
  return endsTransaction(command) ? [] : ["TransientTransactionError"];
}

function endsTransaction(command: FailedCommand): boolean {
  return command.name === "commitTransaction" || command.name === "abortTransaction";
}
