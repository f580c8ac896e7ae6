import type { Document } from "../../codec/bson_types.ts";
import type { Operation } from "../operation/operation.ts";
import { type CollectionScope, readOperation } from "./collection_scope.ts";
import { withFields } from "./command_body.ts";
import type { CommandOperationOptions, Hint } from "./crud_options.ts";

/** Options of `distinct`. */
export interface DistinctOptions extends CommandOperationOptions {
  /** The index to use; servers from 7.1 on. */
  readonly hint?: Hint;
}

/** Gives the different values of a field. */
export function distinct(
  scope: CollectionScope,
  key: string,
  filter: Document,
  options: DistinctOptions,
): Operation<unknown[]> {
  const { collation, comment, hint } = options;
  return readOperation(scope, options, {
    commandName: "distinct",
    command: () => ({
      body: withFields({ distinct: scope.collection, key, query: filter }, { collation, comment, hint }),
    }),
    result: (reply) => reply.values,
  });
}
