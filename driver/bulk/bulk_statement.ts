import type { Document } from "../../codec/bson_types.ts";
import { checkReplacement, checkUpdate } from "../crud/check_update.ts";
import type { Hint } from "../crud/crud_options.ts";
import { addId } from "../crud/insert_one.ts";
import { deleteStatement, updateStatement, type UpdateStatementOptions } from "../crud/write_statement.ts";
import { MongoInvalidArgumentError } from "../error.ts";
import type { AnyBulkWriteOperation } from "./write_model.ts";

/** The command that a statement is part of. */
export type BulkKind = "insert" | "update" | "delete";

/** One write of a bulk as its command takes it. */
export interface BulkStatement {
  /** Its place among the writes that the user gave. */
  readonly index: number;
  readonly kind: BulkKind;
  /** The document to insert, or the statement of an `update` or `delete`. */
  readonly document: Document;
  /** Whether it changes one document at most; only such can be sent again. */
  readonly isSingle: boolean;
  readonly hint: Hint | undefined;
}

/** An update or a replacement as it is given; which of both is known from elsewhere. */
interface ChangeModel extends UpdateStatementOptions {
  readonly filter: Document;
}

/** Makes the statement of the write number `index`. Throws `MongoInvalidArgumentError` if it is none. */
export function bulkStatement(write: AnyBulkWriteOperation, index: number, createsId: boolean): BulkStatement {
  if ("insertOne" in write) return insertStatement(write.insertOne.document ?? write.insertOne, index, createsId);
  if ("updateOne" in write) return change(write.updateOne, checkedUpdate(write.updateOne.update), false, index);
  if ("updateMany" in write) return change(write.updateMany, checkedUpdate(write.updateMany.update), true, index);
  if ("replaceOne" in write) {
    checkReplacement(write.replaceOne.replacement);
    return change(write.replaceOne, write.replaceOne.replacement, false, index);
  }
  if ("deleteOne" in write) return deletion(write.deleteOne, 1, index);
  if ("deleteMany" in write) return deletion(write.deleteMany, 0, index);
  throw new MongoInvalidArgumentError(
    `Write ${index} of a bulk must be insertOne, updateOne, updateMany, replaceOne, deleteOne or deleteMany, not ${
      Object.keys(write)[0]
    }`,
  );
}

/** The statement that inserts `document`, which gets an `_id` here unless the server is to make it. */
export function insertStatement(document: Document, index: number, createsId: boolean): BulkStatement {
  if (createsId) addId(document);
  return { index, kind: "insert", document, isSingle: true, hint: undefined };
}

function checkedUpdate(update: Document | readonly Document[]): Document | readonly Document[] {
  checkUpdate(update);
  return update;
}

function change(
  model: ChangeModel,
  update: Document | readonly Document[],
  multi: boolean,
  index: number,
): BulkStatement {
  const document = updateStatement(model.filter, update, multi, model);
  return { index, kind: "update", document, isSingle: !multi, hint: model.hint };
}

function deletion(
  model: Pick<ChangeModel, "filter" | "collation" | "hint">,
  limit: 0 | 1,
  index: number,
): BulkStatement {
  return {
    index,
    kind: "delete",
    document: deleteStatement(model.filter, limit, model),
    isSingle: limit === 1,
    hint: model.hint,
  };
}
