import type { Document } from "../../codec/bson_types.ts";
import type { CollationOptions, Hint } from "../crud/crud_options.ts";
import type { Filter } from "../types/filter.ts";
import type { OptionalId, WithoutId } from "../types/schema_id.ts";
import type { Sort } from "../types/sort.ts";
import type { UpdateFilter } from "../types/update.ts";

/** One write of a bulk. */
export type AnyBulkWriteOperation<TSchema = Document> =
  | { readonly insertOne: InsertOneModel<TSchema> }
  | { readonly replaceOne: ReplaceOneModel<TSchema> }
  | { readonly updateOne: UpdateOneModel<TSchema> }
  | { readonly updateMany: UpdateManyModel<TSchema> }
  | { readonly deleteOne: DeleteOneModel<TSchema> }
  | { readonly deleteMany: DeleteManyModel<TSchema> };

/** An insert in a bulk. */
export interface InsertOneModel<TSchema = Document> {
  /** The document; it gets an `_id` unless it has one. */
  readonly document: OptionalId<TSchema>;
}

/** A deletion in a bulk. */
export interface DeleteOneModel<TSchema = Document> {
  /** What to delete. */
  readonly filter: Filter<TSchema>;
  /** How texts are compared. */
  readonly collation?: CollationOptions;
  /** The index to use. */
  readonly hint?: Hint;
}

/** A deletion of all that matches in a bulk. */
export type DeleteManyModel<TSchema = Document> = DeleteOneModel<TSchema>;

/** An update of all that matches in a bulk. */
export interface UpdateManyModel<TSchema = Document> {
  /** What to change. */
  readonly filter: Filter<TSchema>;
  /** How to change it. */
  readonly update: UpdateFilter<TSchema> | readonly Document[];
  /** Which items of arrays `$[name]` means. */
  readonly arrayFilters?: readonly Document[];
  /** How texts are compared. */
  readonly collation?: CollationOptions;
  /** The index to use. */
  readonly hint?: Hint;
  /** Insert a document where none matches. @default {false} */
  readonly upsert?: boolean;
}

/** An update in a bulk. */
export interface UpdateOneModel<TSchema = Document> extends UpdateManyModel<TSchema> {
  /** Which of several to change; servers from 8.0 on. */
  readonly sort?: Sort;
}

/** A replacement in a bulk. */
export interface ReplaceOneModel<TSchema = Document> {
  /** What to replace. */
  readonly filter: Filter<TSchema>;
  /** What takes its place. */
  readonly replacement: WithoutId<TSchema>;
  /** How texts are compared. */
  readonly collation?: CollationOptions;
  /** The index to use. */
  readonly hint?: Hint;
  /** Insert the replacement where none matches. @default {false} */
  readonly upsert?: boolean;
  /** Which of several to replace; servers from 8.0 on. */
  readonly sort?: Sort;
}
