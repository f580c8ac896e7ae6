import { ObjectId } from "bson";
import type { Document } from "../../codec/bson_types.ts";
import type { Operation } from "../operation/operation.ts";
import type { InferIdType } from "../types/schema_id.ts";
import { type CollectionScope, isUnacknowledged, writeOperation } from "./collection_scope.ts";
import { withFields } from "./command_body.ts";
import type { CommandOperationOptions } from "./crud_options.ts";
import { checkWriteReply } from "./write_reply.ts";

/** Options of `insertOne`. */
export interface InsertOneOptions extends CommandOperationOptions {
  /** Insert although the collection's validator refuses. @default {false} */
  readonly bypassDocumentValidation?: boolean;
  /** Leave the `_id` to the server. @default {false} */
  readonly forceServerObjectId?: boolean;
}

/** What an insert gives. */
export interface InsertOneResult<TSchema = Document> {
  /** Whether the server was asked to answer. */
  readonly acknowledged: boolean;
  /** The document's `_id`. */
  readonly insertedId: InferIdType<TSchema>;
}

/** Inserts one document. */
export function insertOne<TSchema>(
  scope: CollectionScope,
  document: Document,
  options: InsertOneOptions,
): Operation<InsertOneResult<TSchema>> {
  if (options.forceServerObjectId !== true) addId(document);
  const unacknowledged = isUnacknowledged(scope, options);
  const { bypassDocumentValidation, comment } = options;
  return writeOperation(scope, options, true, {
    commandName: "insert",
    command: () => ({
      body: withFields({ insert: scope.collection, documents: [document], ordered: true }, {
        bypassDocumentValidation,
        comment,
      }),
      unacknowledged,
    }),
    result(reply) {
      checkWriteReply(reply);
      return { acknowledged: !unacknowledged, insertedId: document._id };
    },
  });
}

/** Gives `document` an `_id` unless it has one, and be it `null`. */
export function addId(document: Document): void {
  if (document._id === undefined) document._id = new ObjectId();
}
