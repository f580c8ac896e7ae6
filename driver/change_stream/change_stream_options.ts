import type { Timestamp } from "../../codec/bson_types.ts";
import type { Document } from "../../codec/bson_types.ts";
import type { AggregateOptions } from "../crud/aggregate.ts";
import { MongoInvalidArgumentError } from "../error.ts";

/** Where a change stream was; opaque, to be given back to the server as it is. */
export type ResumeToken = Document;

/**
 * Options of `watch`. `startAfter`, `resumeAfter` and `startAtOperationTime` exclude one another, which the server checks.
 * Servers take no read concern but `majority`.
 */
export interface ChangeStreamOptions extends Omit<AggregateOptions, "writeConcern" | "out" | "timeoutMode" | "raw"> {
  /**
   * What comes with an update: `default` (what changed), `updateLookup` (and the document as it is a little later),
   * `whenAvailable` and `required` (the document right after the change, where the collection keeps such).
   */
  readonly fullDocument?: string;
  /** Whether a document comes as it was before its change: `off`, `whenAvailable` or `required`. */
  readonly fullDocumentBeforeChange?: string;
  /** Begin after this change; the collection must not have been dropped since. */
  readonly resumeAfter?: ResumeToken | undefined;
  /** Begin after this change, also if it is the `invalidate` of a collection that was dropped or renamed. */
  readonly startAfter?: ResumeToken | undefined;
  /** Begin with the changes of this time. */
  readonly startAtOperationTime?: Timestamp | undefined;
  /** Tell of indexes, created and modified collections, and shard keys, too (MongoDB 6.0). @default {false} */
  readonly showExpandedEvents?: boolean;
}

/** Throws `MongoInvalidArgumentError` if the server may wait for longer than the driver does. */
export function checkWaits(maxAwaitTimeMS: number | undefined, timeoutMS: number | undefined): void {
  if (maxAwaitTimeMS === undefined || !timeoutMS || maxAwaitTimeMS < timeoutMS) return;
  throw new MongoInvalidArgumentError(
    `Option "maxAwaitTimeMS" must be less than timeoutMS (${timeoutMS}), not ${maxAwaitTimeMS}`,
  );
}
