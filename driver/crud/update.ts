import type { Document } from "../../codec/bson_types.ts";
import type { Operation } from "../operation/operation.ts";
import type { InferIdType } from "../types/schema_id.ts";
import type { Sort } from "../types/sort.ts";
import { checkReplacement, checkUpdate } from "./check_update.ts";
import { type CollectionScope, isUnacknowledged, writeOperation } from "./collection_scope.ts";
import { withFields } from "./command_body.ts";
import type { CommandOperationOptions, Hint } from "./crud_options.ts";
import { checkWriteReply } from "./write_reply.ts";
import { checkHint, updateStatement } from "./write_statement.ts";

/** Options of `updateMany`. */
export interface UpdateOptions extends CommandOperationOptions {
  /** Which items of arrays `$[name]` means. */
  readonly arrayFilters?: readonly Document[];
  /** Write although the collection's validator refuses. @default {false} */
  readonly bypassDocumentValidation?: boolean;
  /** The index to use. */
  readonly hint?: Hint;
  /** Insert a document where none matches. @default {false} */
  readonly upsert?: boolean;
  /** Variables for expressions, as `$$name`. */
  readonly let?: Document;
}

/** Options of `updateOne`. */
export interface UpdateOneOptions extends UpdateOptions {
  /** Which of several to change; servers from 8.0 on. */
  readonly sort?: Sort;
}

/** Options of `replaceOne`. */
export type ReplaceOptions = Omit<UpdateOneOptions, "arrayFilters">;

/** What an update or a replacement gives. */
export interface UpdateResult<TSchema = Document> {
  /** Whether the server was asked to answer; the counts are 0 if not. */
  readonly acknowledged: boolean;
  /** Documents that satisfied the filter. */
  readonly matchedCount: number;
  /** Documents that are different now. */
  readonly modifiedCount: number;
  /** Documents that were inserted: 0 or 1. */
  readonly upsertedCount: number;
  /** The `_id` of the one that was inserted; `null` if none was. */
  readonly upsertedId: InferIdType<TSchema> | null;
}

/** Changes one document, or all that match. Throws `MongoInvalidArgumentError` for something that is no update. */
export function update<TSchema>(
  scope: CollectionScope,
  filter: Document,
  change: Document | readonly Document[],
  multi: boolean,
  options: UpdateOneOptions,
): Operation<UpdateResult<TSchema>> {
  checkUpdate(change);
  return updateOperation(scope, updateStatement(filter, change, multi, options), !multi, options);
}

/** Replaces one document. Throws `MongoInvalidArgumentError` for an update. */
export function replaceOne<TSchema>(
  scope: CollectionScope,
  filter: Document,
  replacement: Document,
  options: ReplaceOptions,
): Operation<UpdateResult<TSchema>> {
  checkReplacement(replacement);
  return updateOperation(scope, updateStatement(filter, replacement, false, options), true, options);
}

function updateOperation<TSchema>(
  scope: CollectionScope,
  statement: Document,
  retryable: boolean,
  options: UpdateOneOptions,
): Operation<UpdateResult<TSchema>> {
  const unacknowledged = isUnacknowledged(scope, options);
  const { bypassDocumentValidation, comment, let: variables } = options;
  return writeOperation(scope, options, retryable, {
    commandName: "update",
    command(facts) {
      checkHint(options.hint, unacknowledged, facts);
      return {
        body: withFields({ update: scope.collection, updates: [statement], ordered: true }, {
          bypassDocumentValidation,
          let: variables,
          comment,
        }),
        unacknowledged,
      };
    },
    result(reply) {
      checkWriteReply(reply);
      return updateResult(reply, !unacknowledged);
    },
  });
}

function updateResult<TSchema>(reply: Document, acknowledged: boolean): UpdateResult<TSchema> {
  const upserted: readonly Document[] = reply.upserted ?? [];
  return {
    acknowledged,
    matchedCount: (reply.n ?? 0) - upserted.length,
    modifiedCount: reply.nModified ?? 0,
    upsertedCount: upserted.length,
    upsertedId: upserted[0]?._id ?? null,
  };
}
