import type { CursorTimeoutMode } from "../crud/find.ts";
import { MongoInvalidArgumentError } from "../error.ts";

/** What decides what `timeoutMS` of a cursor limits. */
export interface TimeoutModeInput {
  /** What the user asks for. */
  readonly timeoutMode: CursorTimeoutMode | undefined;
  /** The limit; `undefined` if there is none of this kind. */
  readonly timeoutMS: number | undefined;
  /** Whether the cursor waits at the end of a collection; each batch has the whole time then. @default {false} */
  readonly isTailable?: boolean;
  /** How long the server may wait for more. */
  readonly maxAwaitTimeMS?: number | undefined;
}

/**
 * Decides what `timeoutMS` limits (client-side operation timeout specification, "Cursors"). Throws
 * `MongoInvalidArgumentError` for options that do not go together.
 */
export function timeoutModeOf(input: TimeoutModeInput): CursorTimeoutMode {
  const { timeoutMode, timeoutMS, isTailable = false, maxAwaitTimeMS } = input;
  if (timeoutMode !== undefined && timeoutMS === undefined) {
    throw new MongoInvalidArgumentError('Option "timeoutMode" needs "timeoutMS", which is not set');
  }
  if (isTailable && timeoutMode === "cursorLifetime") {
    throw new MongoInvalidArgumentError('Option "timeoutMode" of a tailable cursor must be iteration');
  }
  if (timeoutMS !== undefined && timeoutMS > 0 && maxAwaitTimeMS !== undefined && maxAwaitTimeMS >= timeoutMS) {
    throw new MongoInvalidArgumentError(
      `Option "maxAwaitTimeMS" must be less than "timeoutMS", but ${maxAwaitTimeMS} is not less than ${timeoutMS}`,
    );
  }
  return timeoutMode ?? (isTailable ? "iteration" : "cursorLifetime");
}
