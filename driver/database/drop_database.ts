import { type CollectionScope, writeOperation } from "../crud/collection_scope.ts";
import { withFields } from "../crud/command_body.ts";
import type { CommandOperationOptions } from "../crud/crud_options.ts";
import type { Operation } from "../operation/operation.ts";

/** Options of `dropDatabase`. */
export type DropDatabaseOptions = CommandOperationOptions;

/** Drops the database; one that is not there is as good as dropped. */
export function dropDatabase(scope: CollectionScope, options: DropDatabaseOptions): Operation<boolean> {
  return writeOperation(scope, options, false, {
    commandName: "dropDatabase",
    command: () => ({ body: withFields({ dropDatabase: 1 }, { comment: options.comment }) }),
    result: () => true,
  });
}
