import type { Document } from "../../codec/bson_types.ts";
import type { Operation } from "../operation/operation.ts";
import { type CollectionScope, operationSettings, readOperation, writeOperation } from "./collection_scope.ts";
import { withFields } from "./command_body.ts";
import type { CommandOperationOptions, ExplainCommandOptions, ExplainVerbosityLike, Hint } from "./crud_options.ts";
import { type OpenedCursor, openedCursor } from "./cursor_reply.ts";
import { explained } from "./explain.ts";
import type { CursorTimeoutMode } from "./find.ts";

/** Options of `aggregate`. */
export interface AggregateOptions extends CommandOperationOptions {
  /** Let the server use its disk. */
  readonly allowDiskUse?: boolean;
  /** How many documents the server gives at once. */
  readonly batchSize?: number;
  /** Write although the collection's validator refuses; for pipelines that write. @default {false} */
  readonly bypassDocumentValidation?: boolean;
  /** Milliseconds that the server waits for what comes, where the pipeline waits. */
  readonly maxAwaitTimeMS?: number;
  /** The index to use. */
  readonly hint?: Hint;
  /** Variables for expressions, as `$$name`. */
  readonly let?: Document;
  /** A collection to write to, as a last stage `$out`. */
  readonly out?: string;
  /** What `timeoutMS` limits: the whole cursor, or each batch. @default {"cursorLifetime"} */
  readonly timeoutMode?: CursorTimeoutMode;
}

/** Opens a cursor on what a pipeline makes of the collection, or of the database; one that writes gives nothing. */
export function aggregate(
  scope: CollectionScope,
  pipeline: readonly Document[],
  options: AggregateOptions,
): Operation<OpenedCursor> {
  const stages = options.out === undefined ? pipeline : [...pipeline, { $out: options.out }];
  return isWriting(stages) ? writingAggregate(scope, stages, options) : readOperation(scope, options, {
    commandName: "aggregate",
    command: () => ({ body: aggregateBody(scope, stages, options, cursorField(options)) }),
    result: openedCursor,
  });
}

/** Explains what {@linkcode aggregate} would do. */
export function explainAggregate(
  scope: CollectionScope,
  pipeline: readonly Document[],
  options: AggregateOptions,
  explain: ExplainVerbosityLike | ExplainCommandOptions,
): Operation<Document> {
  return explained(scope, options, explain, () => aggregateBody(scope, pipeline, options, {}));
}

/** Whether a pipeline ends by writing. */
export function isWriting(pipeline: readonly Document[]): boolean {
  const last = pipeline.at(-1);
  return last !== undefined && ("$out" in last || "$merge" in last);
}

function writingAggregate(
  scope: CollectionScope,
  pipeline: readonly Document[],
  options: AggregateOptions,
): Operation<OpenedCursor> {
  const { readConcern, readPreference, bson } = operationSettings(scope, options);
  const operation = writeOperation<OpenedCursor>(scope, options, false, {
    commandName: "aggregate",
    command: () => ({ body: aggregateBody(scope, pipeline, options, {}) }),
    result: openedCursor,
  });
  return { ...operation, readConcern, readPreference, bson };
}

function cursorField({ batchSize }: AggregateOptions): Document {
  return batchSize === undefined ? {} : { batchSize };
}

function aggregateBody(
  { collection }: CollectionScope,
  pipeline: readonly Document[],
  options: AggregateOptions,
  cursor: Document,
): Document {
  const { allowDiskUse, bypassDocumentValidation, collation, comment, hint, let: variables } = options;
  return withFields({ aggregate: collection ?? 1, pipeline, cursor }, {
    allowDiskUse,
    bypassDocumentValidation: isWriting(pipeline) ? bypassDocumentValidation : undefined,
    collation,
    comment,
    hint,
    let: variables,
  });
}
