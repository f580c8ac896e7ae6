import type { Long } from "bson";
import type { BSONSerializeOptions } from "../bson_options.ts";
import type { Operation, PinnedConnection } from "../operation/operation.ts";
import type { ClientSession } from "../session/client_session.ts";
import { withFields } from "./command_body.ts";
import { type NextBatch, nextBatch } from "./cursor_reply.ts";

/** A cursor that is open at a server. */
export interface ServerCursor {
  readonly id: Long;
  readonly database: string;
  readonly collection: string;
  readonly address: string;
  readonly pinned: PinnedConnection | null;
  readonly session: ClientSession;
  readonly bson: BSONSerializeOptions;
}

/** What a `getMore` says besides the cursor. */
export interface GetMoreOptions {
  /** How many documents to give; 0 leaves it to the server. */
  readonly batchSize: number;
  /** Milliseconds to wait for what comes, of cursors that await. */
  readonly maxAwaitTimeMS?: number | undefined;
  readonly comment?: unknown;
}

/** The first wire version (MongoDB 4.4) that takes a comment here. */
const COMMENTS = 9;

/** Asks for the next batch. */
export function getMore(cursor: ServerCursor, options: GetMoreOptions): Operation<NextBatch> {
  return {
    commandName: "getMore",
    database: cursor.database,
    kind: "read",
    retryable: false,
    session: cursor.session,
    bson: cursor.bson,
    address: cursor.address,
    pinned: cursor.pinned,
    omitMaxTimeMS: true,
    command: (facts) => ({
      body: withFields({ getMore: cursor.id, collection: cursor.collection }, {
        batchSize: options.batchSize === 0 ? undefined : options.batchSize,
        maxTimeMS: options.maxAwaitTimeMS,
        comment: facts.maxWireVersion < COMMENTS ? undefined : options.comment,
      }),
    }),
    result: nextBatch,
  };
}

/** Closes a cursor at its server; whether it was there is not told. */
export function killCursor(cursor: ServerCursor): Operation<void> {
  return {
    commandName: "killCursors",
    database: cursor.database,
    kind: "command",
    session: cursor.session,
    address: cursor.address,
    pinned: cursor.pinned,
    command: () => ({ body: { killCursors: cursor.collection, cursors: [cursor.id] } }),
    result: () => {},
  };
}
