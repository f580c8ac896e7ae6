import type { Document } from "../../codec/bson_types.ts";
import { MongoInvalidArgumentError } from "../error.ts";
import type { Operation } from "../operation/operation.ts";
import type { WithId } from "../types/schema_id.ts";
import type { Projection } from "../types/projection.ts";
import type { Sort } from "../types/sort.ts";
import { type CollectionScope, isUnacknowledged, operationSettings, writeOperation } from "./collection_scope.ts";
import { withFields } from "./command_body.ts";
import type { CommandOperationOptions, Hint } from "./crud_options.ts";
import { sortDocument } from "./sort_document.ts";
import { checkHint } from "./write_statement.ts";

/** Options of `findOneAndDelete`. */
export interface FindOneAndDeleteOptions<TSchema = Document> extends CommandOperationOptions {
  /** The index to use. */
  readonly hint?: Hint;
  /** Which fields of the document to give. */
  readonly projection?: Projection<TSchema>;
  /** Which of several to take. */
  readonly sort?: Sort;
  /** Variables for expressions, as `$$name`. */
  readonly let?: Document;
  /** Give a {@linkcode ModifyResult} in place of the document. @default {false} */
  readonly includeResultMetadata?: boolean;
}

/** Options of `findOneAndReplace`. */
export interface FindOneAndReplaceOptions<TSchema = Document> extends FindOneAndDeleteOptions<TSchema> {
  /** Write although the collection's validator refuses. @default {false} */
  readonly bypassDocumentValidation?: boolean;
  /** Whether to give the document as it was or as it is now. @default {"before"} */
  readonly returnDocument?: ReturnDocument;
  /** Insert a document where none matches. @default {false} */
  readonly upsert?: boolean;
}

/** Options of `findOneAndUpdate`. */
export interface FindOneAndUpdateOptions<TSchema = Document> extends FindOneAndReplaceOptions<TSchema> {
  /** Which items of arrays `$[name]` means. */
  readonly arrayFilters?: readonly Document[];
}

/** Which state of a document is given. */
export type ReturnDocument = "before" | "after";

/** The document and what the server says of the change. */
export interface ModifyResult<TSchema = Document> {
  /** The document; `null` if none matched, or none was there before. */
  readonly value: WithId<TSchema> | null;
  /** Whether a document was there, and the `_id` of one that was inserted. */
  readonly lastErrorObject?: Document;
  /** Always 1. */
  readonly ok: 0 | 1;
}

/** Deletes a document and gives it as it was, or all that the server says of it if that is asked for. */
export function findAndDelete(
  scope: CollectionScope,
  filter: Document,
  options: FindOneAndDeleteOptions,
): Operation<ModifyResult | Document | null> {
  return findAndModify(scope, filter, { remove: true }, options);
}

/** Changes or replaces a document and gives it, or all that the server says of it if that is asked for. */
export function findAndChange(
  scope: CollectionScope,
  filter: Document,
  change: Document | readonly Document[],
  options: FindOneAndUpdateOptions,
): Operation<ModifyResult | Document | null> {
  const { returnDocument = "before", upsert, bypassDocumentValidation, arrayFilters } = options;
  if (returnDocument !== "before" && returnDocument !== "after") {
    throw new MongoInvalidArgumentError(`Option returnDocument must be before or after, not ${returnDocument}`);
  }
  const fields = {
    new: returnDocument === "after",
    upsert: upsert === true,
    update: change,
    arrayFilters,
    bypassDocumentValidation,
  };
  return findAndModify(scope, filter, fields, options);
}

function findAndModify(
  scope: CollectionScope,
  filter: Document,
  fields: Document,
  options: FindOneAndDeleteOptions,
): Operation<ModifyResult | Document | null> {
  const unacknowledged = isUnacknowledged(scope, options);
  const { sort, projection, hint, collation, let: variables, comment } = options;
  const operation = writeOperation<ModifyResult | Document | null>(scope, options, true, {
    commandName: "findAndModify",
    command(facts) {
      checkHint(hint, unacknowledged, facts);
      const body = withFields({ findAndModify: scope.collection, query: filter }, fields);
      return {
        body: withFields(body, {
          sort: sort === undefined ? undefined : sortDocument(sort),
          fields: projection,
          hint,
          collation,
          let: variables,
          comment,
        }),
        unacknowledged,
      };
    },
    result(reply) {
      const { value = null, lastErrorObject, ok } = reply;
      if (options.includeResultMetadata !== true) return value;
      return lastErrorObject === undefined ? { value, ok } : { value, lastErrorObject, ok };
    },
  });
  return { ...operation, bson: operationSettings(scope, options).bson };
}
