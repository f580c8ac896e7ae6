import type { Document } from "../../codec/bson_types.ts";
import type { CursorPlan } from "../cursor/cursor_source.ts";
import { timeoutModeOf } from "../cursor/timeout_mode.ts";
import { type CollectionScope, operationSettings, readOperation } from "./collection_scope.ts";
import type { CommandOperationOptions } from "./crud_options.ts";
import { openedCursor } from "./cursor_reply.ts";
import type { CursorTimeoutMode } from "./find.ts";

/** What commands that list what there is have in common. */
interface ListingOptions extends CommandOperationOptions {
  readonly batchSize?: number;
  readonly timeoutMode?: CursorTimeoutMode;
}

/** How a cursor on what a command lists is opened. `body` makes the command, with its `cursor` field. */
export function listingPlan(
  scope: CollectionScope,
  options: ListingOptions,
  commandName: string,
  body: (cursor: Document) => Document,
): CursorPlan {
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
        commandName,
        command: () => ({ body: body(batchSize === undefined ? {} : { batchSize }) }),
        result: openedCursor,
      });
      return operation;
    },
    batchSize: () => batchSize ?? 0,
    maxAwaitTimeMS: undefined,
    comment,
  };
}
