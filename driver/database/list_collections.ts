import type { Document } from "../../codec/bson_types.ts";
import type { CollectionScope } from "../crud/collection_scope.ts";
import { withFields } from "../crud/command_body.ts";
import type { CommandOperationOptions } from "../crud/crud_options.ts";
import type { CursorTimeoutMode } from "../crud/find.ts";
import { listingPlan } from "../crud/listing_plan.ts";
import type { CursorPlan } from "../cursor/cursor_source.ts";

/** Options of `listCollections`. */
export interface ListCollectionsOptions extends CommandOperationOptions {
  /** Give names and types alone, which asks less of the server. @default {false} */
  readonly nameOnly?: boolean;
  /** With `nameOnly`: give those only that the user may use. */
  readonly authorizedCollections?: boolean;
  /** How many the server gives at once. */
  readonly batchSize?: number;
  /** What `timeoutMS` limits: the whole cursor, or each batch. @default {"cursorLifetime"} */
  readonly timeoutMode?: CursorTimeoutMode;
}

/** What a server lists of a collection. */
export interface CollectionInfo extends Document {
  /** Its name. */
  readonly name: string;
  /** `collection`, `view` or `timeseries`. */
  readonly type?: string;
  /** What it was created with. */
  readonly options?: Document;
  /** What the server itself says of it, e.g. its `uuid`. */
  readonly info?: Document;
  /** The index that every collection has. */
  readonly idIndex?: Document;
}

/** How a cursor on the database's collections is opened. */
export function listCollections(scope: CollectionScope, filter: Document, options: ListCollectionsOptions): CursorPlan {
  const { nameOnly = false, authorizedCollections, comment } = options;
  return listingPlan(
    scope,
    options,
    "listCollections",
    (cursor) => withFields({ listCollections: 1, filter, cursor, nameOnly }, { authorizedCollections, comment }),
  );
}
