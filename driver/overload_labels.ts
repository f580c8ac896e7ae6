import { MongoNetworkError, MongoNetworkTimeoutError } from "./error.ts";
import { isTlsFault } from "./transport/network_error.ts";

const LABELS = ["SystemOverloadedError", "RetryableError"];

/**
 * Labels a failure of opening a connection or of its `hello` as a sign of an overloaded server, unless its
 * cause shows that load had no part in it ("Backpressure-enabled" of the pooling specification).
 */
export function withOverloadLabels(error: MongoNetworkError): MongoNetworkError {
  if (isNameLookupFailure(error.cause) || isTlsFault(error.cause)) return error;
  const Labelled = error instanceof MongoNetworkTimeoutError ? MongoNetworkTimeoutError : MongoNetworkError;
  return new Labelled(error.message, {
    cause: error.cause,
    errorLabels: [...error.errorLabels, ...LABELS],
  });
}

/** Deno gives no class to a failed lookup, only the system's text. */
function isNameLookupFailure(cause: unknown): boolean {
  return cause instanceof Error &&
    /failed to lookup address|No such host is known/.test(cause.message);
}
