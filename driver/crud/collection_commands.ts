import type { Document } from "../../codec/bson_types.ts";
import type { Operation } from "../operation/operation.ts";
import { type CollectionScope, readOperation, writeOperation } from "./collection_scope.ts";
import { withFields } from "./command_body.ts";
import type { CommandOperationOptions } from "./crud_options.ts";

/** Options of `drop`. */
export type DropCollectionOptions = CommandOperationOptions;

/** Options of `rename`. */
export interface RenameOptions extends CommandOperationOptions {
  /** Drop a collection that has the new name already. @default {false} */
  readonly dropTarget?: boolean;
}

/** Drops the collection. */
export function dropCollection(scope: CollectionScope, options: DropCollectionOptions): Operation<boolean> {
  return writeOperation(scope, options, false, {
    commandName: "drop",
    command: () => ({ body: withFields({ drop: scope.collection }, { comment: options.comment }) }),
    result: () => true,
  });
}

/** Renames the collection within its database. */
export function renameCollection(scope: CollectionScope, newName: string, options: RenameOptions): Operation<void> {
  const { dropTarget, comment } = options;
  return writeOperation({ ...scope, database: "admin" }, options, false, {
    commandName: "renameCollection",
    command: () => ({
      body: withFields({
        renameCollection: `${scope.database}.${scope.collection}`,
        to: `${scope.database}.${newName}`,
      }, { dropTarget, comment }),
    }),
    result: () => {},
  });
}

/** Gives what the server lists of the collection; `null` if it is not there. */
export function describeCollection(
  scope: CollectionScope,
  options: CommandOperationOptions,
): Operation<Document | null> {
  const { readConcern: _none, ...operation } = readOperation<Document | null>(scope, options, {
    commandName: "listCollections",
    command: () => ({ body: { listCollections: 1, filter: { name: scope.collection }, cursor: {}, nameOnly: false } }),
    result: (reply) => reply.cursor.firstBatch[0] ?? null,
  });
  return operation;
}
