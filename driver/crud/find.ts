import type { Document } from "../../codec/bson_types.ts";
import type { Operation } from "../operation/operation.ts";
import type { Projection } from "../types/projection.ts";
import type { Sort } from "../types/sort.ts";
import { type CollectionScope, readOperation } from "./collection_scope.ts";
import { withFields } from "./command_body.ts";
import type { CommandOperationOptions, ExplainCommandOptions, ExplainVerbosityLike, Hint } from "./crud_options.ts";
import { type OpenedCursor, openedCursor } from "./cursor_reply.ts";
import { explained } from "./explain.ts";
import { sortDocument } from "./sort_document.ts";

/** Options of `findOne`. */
export interface FindOneOptions<TSchema = Document> extends CommandOperationOptions {
  /** What comes first. */
  readonly sort?: Sort;
  /** Which fields to give. */
  readonly projection?: Projection<TSchema>;
  /** Documents to leave out at the beginning. @default {0} */
  readonly skip?: number;
  /** The index to use. */
  readonly hint?: Hint;
  /** Give the keys of the index in place of the documents. @default {false} */
  readonly returnKey?: boolean;
  /** Lower bound of the index, included. */
  readonly min?: Document;
  /** Upper bound of the index, excluded. */
  readonly max?: Document;
  /** Let the server sort on disk. */
  readonly allowDiskUse?: boolean;
  /** Give what shards that answer have. @default {false} */
  readonly allowPartialResults?: boolean;
  /** Give each document's record id, too. @default {false} */
  readonly showRecordId?: boolean;
  /** Variables for expressions, as `$$name`. */
  readonly let?: Document;
}

/** Options of `find`. */
export interface FindOptions<TSchema = Document> extends FindOneOptions<TSchema> {
  /** How many documents to give at most; 0 means all, a negative number as many in one batch. @default {0} */
  readonly limit?: number;
  /** How many documents the server gives at once; 0 leaves it to the server. @default {0} */
  readonly batchSize?: number;
  /** Close the cursor after the first batch. @default {false} */
  readonly singleBatch?: boolean;
  /** Stay at the end of a capped collection. @default {false} */
  readonly tailable?: boolean;
  /** At the end, let the server wait for what comes. @default {false} */
  readonly awaitData?: boolean;
  /** Milliseconds that the server waits so. */
  readonly maxAwaitTimeMS?: number;
  /** Keep the cursor however long it is not used. @default {false} */
  readonly noCursorTimeout?: boolean;
  /** Accepted, and ignored by servers. */
  readonly oplogReplay?: boolean;
  /** What `timeoutMS` limits: the whole cursor, or each batch. @default {"cursorLifetime"}, of tailable ones `iteration` */
  readonly timeoutMode?: CursorTimeoutMode;
}

/** What `timeoutMS` of a cursor limits. */
export type CursorTimeoutMode = "cursorLifetime" | "iteration";

/** Opens a cursor. */
export function find(scope: CollectionScope, filter: Document, options: FindOptions): Operation<OpenedCursor> {
  const command = () => ({ body: findBody(scope, filter, options) });
  return readOperation(scope, options, { commandName: "find", command, result: openedCursor });
}

/** Explains what {@linkcode find} would do. */
export function explainFind(
  scope: CollectionScope,
  filter: Document,
  options: FindOptions,
  explain: ExplainVerbosityLike | ExplainCommandOptions,
): Operation<Document> {
  return explained(scope, options, explain, () => findBody(scope, filter, options));
}

/** Finds one document, or `null`. */
export function findOne(scope: CollectionScope, filter: Document, options: FindOneOptions): Operation<Document | null> {
  const findOptions = { ...options, limit: 1, singleBatch: true };
  return readOperation(scope, options, {
    commandName: "find",
    command: () => ({ body: findBody(scope, filter, findOptions) }),
    result: (reply) => reply.cursor.firstBatch[0] ?? null,
  });
}

function findBody(scope: CollectionScope, filter: Document, options: FindOptions): Document {
  const { sort, projection, skip, hint, collation, comment, let: variables, min, max, allowDiskUse } = options;
  return withFields(withFields({ find: scope.collection, filter }, batchFields(options)), {
    sort: sort === undefined ? undefined : sortDocument(sort),
    projection,
    skip,
    hint,
    collation,
    comment,
    let: variables,
    min,
    max,
    allowDiskUse,
    returnKey: options.returnKey,
    showRecordId: options.showRecordId,
    allowPartialResults: options.allowPartialResults,
    noCursorTimeout: options.noCursorTimeout,
    oplogReplay: options.oplogReplay,
    tailable: options.tailable,
    awaitData: options.awaitData,
  });
}

/** A negative limit or batch size asks for a single batch (find, getMore and killCursors specification). */
function batchFields({ limit = 0, batchSize = 0, singleBatch = false }: FindOptions): Document {
  const isSingle = singleBatch || limit < 0 || batchSize < 0;
  const size = isSingle && limit !== 0 && !singleBatch ? Math.abs(limit) : Math.abs(batchSize);
  return {
    ...(limit === 0 ? {} : { limit: Math.abs(limit) }),
    // The server would keep a cursor open whose limit is its batch size.
    ...(size === 0 ? {} : { batchSize: size === Math.abs(limit) && !isSingle ? size + 1 : size }),
    ...(isSingle ? { singleBatch: true } : {}),
  };
}
