import { formatHostAddress, type HostAddress } from "../address.ts";
import { MongoNetworkError, MongoNetworkTimeoutError } from "../error.ts";
import type { DialOptions, Stream } from "./transport.ts";

/**
 * Opens a stream within the time that `options` give, and until their signal is aborted. Then `open`'s own signal is
 * aborted, and a stream that arrives all the same is closed. Throws what `open` throws, `MongoNetworkTimeoutError`, or
 * `MongoNetworkError` with the reason of the abort.
 */
export function withDeadline(
  address: HostAddress,
  options: DialOptions,
  open: (attempt: AbortSignal) => Promise<Stream>,
): Promise<Stream> {
  const { connectTimeoutMS = 0, signal } = options;
  if (signal?.aborted) return Promise.reject(abortError(address, signal));
  return new Promise((resolve, reject) => {
    const attempt = new AbortController();
    const opening = open(attempt.signal);
    const settle = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
    };
    const giveUp = (error: MongoNetworkError) => {
      settle();
      opening.then((stream) => stream.close(), () => {});
      reject(error);
      attempt.abort(error);
    };
    const onAbort = () => giveUp(abortError(address, signal));
    const onDeadline = () => giveUp(timeoutError(address, connectTimeoutMS));
    const timer = connectTimeoutMS > 0 ? setTimeout(onDeadline, connectTimeoutMS) : undefined;
    signal?.addEventListener("abort", onAbort);
    opening.then(resolve, reject).finally(settle);
  });
}

function abortError(address: HostAddress, signal: AbortSignal | undefined): MongoNetworkError {
  return new MongoNetworkError(`Connecting to ${formatHostAddress(address)} was given up`, { cause: signal?.reason });
}

function timeoutError(address: HostAddress, ms: number): MongoNetworkTimeoutError {
  return new MongoNetworkTimeoutError(`No connection to ${formatHostAddress(address)} within ${ms} ms`);
}
