import { MongoOperationTimeoutError } from "../error.ts";
import type { ExecuteOptions } from "../operation/execute_operation.ts";

/**
 * What limits each of several executions that have one time limit together, which begins now. The function throws
 * `MongoOperationTimeoutError` when the time is up.
 */
export function sharedLimits(limits: ExecuteOptions): () => ExecuteOptions {
  const { signal, timeoutMS = 0 } = limits;
  if (timeoutMS === 0) return () => limits;
  const deadline = performance.now() + timeoutMS;
  return () => {
    const left = Math.ceil(deadline - performance.now());
    if (left > 0) return { signal, timeoutMS: left };
    throw new MongoOperationTimeoutError(`The operation was not completed within ${timeoutMS} ms`);
  };
}
