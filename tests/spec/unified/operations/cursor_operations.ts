import type { Document } from "bson";
import type { CursorEntity } from "../cursor_entity.ts";

/** What cases do with a cursor or a change stream. */
export const CURSOR_OPERATIONS: Readonly<Record<string, (cursor: CursorEntity, args: Document) => Promise<unknown>>> = {
  close: (cursor, args) => cursor.close(args),
  iterateOnce: (cursor) => cursor.tryNext(),
  iterateUntilDocumentOrError: (cursor) => cursor.next(),
};
