import type { Document } from "../../codec/bson_types.ts";
import type { InferIdType } from "../types/schema_id.ts";
import type { BulkWriteResult } from "../bulk/bulk_write_result.ts";

/** What the insert of several documents gives. */
export interface InsertManyResult<TSchema = Document> {
  /** Whether the server was asked to answer. */
  readonly acknowledged: boolean;
  /** How many documents are there now. */
  readonly insertedCount: number;
  /** The `_id` of each, by its place in the list. */
  readonly insertedIds: Readonly<Record<number, InferIdType<TSchema>>>;
}

/** Makes it of what a bulk of inserts gave. */
export function insertManyResult<TSchema>(result: BulkWriteResult): InsertManyResult<TSchema> {
  const { acknowledged, insertedCount, insertedIds } = result;
  return { acknowledged, insertedCount, insertedIds: insertedIds as InsertManyResult<TSchema>["insertedIds"] };
}
