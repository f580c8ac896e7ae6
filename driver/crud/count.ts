import type { Document } from "../../codec/bson_types.ts";
import type { Operation } from "../operation/operation.ts";
import { type CollectionScope, readOperation } from "./collection_scope.ts";
import { withFields } from "./command_body.ts";
import type { CommandOperationOptions, Hint } from "./crud_options.ts";

/** Options of `estimatedDocumentCount`. */
export type EstimatedDocumentCountOptions = Omit<CommandOperationOptions, "collation">;

/** Options of `count` and `countDocuments`. */
export interface CountOptions extends CommandOperationOptions {
  /** Documents to leave out at the beginning. */
  readonly skip?: number;
  /** How far to count at most. */
  readonly limit?: number;
  /** The index to use. */
  readonly hint?: Hint;
}

/** Options of `countDocuments`. */
export type CountDocumentsOptions = CountOptions;

/** Counts with the `count` command: with a filter, or from the collection's metadata without one. */
export function count(scope: CollectionScope, filter: Document | null, options: CountOptions): Operation<number> {
  const { collation, comment, hint, skip, limit } = options;
  return readOperation(scope, options, {
    commandName: "count",
    command: () => ({
      body: withFields({ count: scope.collection }, {
        query: filter ?? undefined,
        skip,
        limit,
        hint,
        collation,
        comment,
      }),
    }),
    result: (reply) => Number(reply.n ?? 0),
  });
}

/** Counts what matches, with an aggregation. */
export function countDocuments(
  scope: CollectionScope,
  filter: Document,
  options: CountDocumentsOptions,
): Operation<number> {
  const { collation, comment, hint } = options;
  const pipeline = countPipeline(filter, options);
  return readOperation(scope, options, {
    commandName: "aggregate",
    command: () => ({
      body: withFields({ aggregate: scope.collection, pipeline, cursor: {} }, { hint, collation, comment }),
    }),
    result: (reply) => Number(reply.cursor.firstBatch[0]?.n ?? 0),
  });
}

function countPipeline(filter: Document, { skip, limit }: CountDocumentsOptions): Document[] {
  return [
    { $match: filter },
    ...(skip === undefined ? [] : [{ $skip: skip }]),
    ...(limit === undefined ? [] : [{ $limit: limit }]),
    { $group: { _id: 1, n: { $sum: 1 } } },
  ];
}
