import type { CursorPlan } from "../cursor/cursor_source.ts";
import { timeoutModeOf } from "../cursor/timeout_mode.ts";
import { type CollectionScope, operationSettings, readOperation } from "./collection_scope.ts";
import { withFields } from "./command_body.ts";
import type { CommandOperationOptions } from "./crud_options.ts";
import { openedCursor } from "./cursor_reply.ts";
import type { CursorTimeoutMode } from "./find.ts";

/** Options of `listIndexes`. */
export interface ListIndexesOptions extends CommandOperationOptions {
  /** How many the server gives at once. */
  readonly batchSize?: number;
  /** What `timeoutMS` limits: the whole cursor, or each batch. @default {"cursorLifetime"} */
  readonly timeoutMode?: CursorTimeoutMode;
}

/** How a cursor on the descriptions of the collection's indexes is opened. */
export function listIndexes(scope: CollectionScope, options: ListIndexesOptions): CursorPlan {
  const { batchSize, comment, signal } = options;
  const { bson, timeoutMS } = operationSettings(scope, options);
  return {
    client: scope.client,
    session: options.session ?? null,
    bson,
    limits: { signal, timeoutMS },
    timeoutMode: timeoutModeOf({ timeoutMode: options.timeoutMode, timeoutMS }),
    open: (session) => {
      const { readConcern: _none, ...operation } = readOperation(scope, { ...options, session }, {
        commandName: "listIndexes",
        command: () => ({
          body: withFields({ listIndexes: scope.collection, cursor: batchSize === undefined ? {} : { batchSize } }, {
            comment,
          }),
        }),
        result: openedCursor,
      });
      return operation;
    },
    batchSize: () => batchSize ?? 0,
    maxAwaitTimeMS: undefined,
    comment,
  };
}
