import type { CursorPlan } from "../cursor/cursor_source.ts";
import type { CollectionScope } from "./collection_scope.ts";
import { withFields } from "./command_body.ts";
import type { CommandOperationOptions } from "./crud_options.ts";
import type { CursorTimeoutMode } from "./find.ts";
import { listingPlan } from "./listing_plan.ts";

/** Options of `listIndexes`. */
export interface ListIndexesOptions extends CommandOperationOptions {
  /** How many the server gives at once. */
  readonly batchSize?: number;
  /** What `timeoutMS` limits: the whole cursor, or each batch. @default {"cursorLifetime"} */
  readonly timeoutMode?: CursorTimeoutMode;
}

/** How a cursor on the descriptions of the collection's indexes is opened. */
export function listIndexes(scope: CollectionScope, options: ListIndexesOptions): CursorPlan {
  const { comment } = options;
  return listingPlan(
    scope,
    options,
    "listIndexes",
    (cursor) => withFields({ listIndexes: scope.collection, cursor }, { comment }),
  );
}
