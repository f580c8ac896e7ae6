import { sharedLimits } from "../crud/shared_limits.ts";

/** Gives the options that limit the next of several operations. Throws `MongoOperationTimeoutError` when time is up. */
export type TimeLeft = () => { readonly timeoutMS?: number };

/** The limits of operations that have `timeoutMS` milliseconds together, which begin now. */
export function timeLeft(timeoutMS: number | undefined): TimeLeft {
  if (timeoutMS === undefined) return () => ({});
  const next = sharedLimits({ timeoutMS });
  return () => ({ timeoutMS: next().timeoutMS ?? timeoutMS });
}
