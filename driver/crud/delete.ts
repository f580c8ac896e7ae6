import type { Document } from "../../codec/bson_types.ts";
import type { Operation } from "../operation/operation.ts";
import { type CollectionScope, isUnacknowledged, writeOperation } from "./collection_scope.ts";
import { withFields } from "./command_body.ts";
import type { CommandOperationOptions, Hint } from "./crud_options.ts";
import { checkWriteReply } from "./write_reply.ts";
import { checkHint, deleteStatement } from "./write_statement.ts";

/** Options of `deleteOne` and `deleteMany`. */
export interface DeleteOptions extends CommandOperationOptions {
  /** The index to use. */
  readonly hint?: Hint;
  /** Variables for expressions, as `$$name`. */
  readonly let?: Document;
}

/** What a deletion gives. */
export interface DeleteResult {
  /** Whether the server was asked to answer; the count is 0 if not. */
  readonly acknowledged: boolean;
  /** Documents that are gone. */
  readonly deletedCount: number;
}

/** Deletes one document that matches (`limit` 1), or all (0). */
export function deleteDocuments(
  scope: CollectionScope,
  filter: Document,
  limit: 0 | 1,
  options: DeleteOptions,
): Operation<DeleteResult> {
  const statement = deleteStatement(filter, limit, options);
  const unacknowledged = isUnacknowledged(scope, options);
  const { comment, let: variables } = options;
  return writeOperation(scope, options, limit === 1, {
    commandName: "delete",
    command(facts) {
      checkHint(options.hint, unacknowledged, facts);
      return {
        body: withFields({ delete: scope.collection, deletes: [statement], ordered: true }, {
          let: variables,
          comment,
        }),
        unacknowledged,
      };
    },
    result(reply) {
      checkWriteReply(reply);
      return { acknowledged: !unacknowledged, deletedCount: reply.n ?? 0 };
    },
  });
}
