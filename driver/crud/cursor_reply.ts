import { Long } from "bson";
import type { Document } from "../../codec/bson_types.ts";
import type { Execution, PinnedConnection } from "../operation/operation.ts";

/** What a command that opens a cursor gives. */
export interface OpenedCursor {
  /** Zero if everything is in the first batch. */
  readonly id: Long;
  /** Where further batches are asked for. */
  readonly database: string;
  readonly collection: string;
  readonly documents: Document[];
  /** The server that has the cursor. */
  readonly address: string;
  /** The connection that leads to it behind a load balancer; `null` where it takes none. */
  readonly pinned: PinnedConnection | null;
}

/** What `getMore` gives. */
export interface NextBatch {
  /** Zero if nothing follows. */
  readonly id: Long;
  readonly documents: Document[];
}

/** Reads the reply of a command that opens a cursor; a cursor that stays open keeps its connection if it has to. */
export function openedCursor({ cursor }: Document, execution: Execution): OpenedCursor {
  const id = cursorId(cursor.id);
  const namespace = String(cursor.ns);
  const dot = namespace.indexOf(".");
  return {
    id,
    database: namespace.slice(0, dot),
    collection: namespace.slice(dot + 1),
    documents: cursor.firstBatch,
    address: execution.facts.address,
    pinned: id.isZero() ? null : execution.pin(),
  };
}

/** Reads the reply of `getMore`. */
export function nextBatch({ cursor }: Document): NextBatch {
  return { id: cursorId(cursor.id), documents: cursor.nextBatch };
}

/** 64-bit integers come as numbers, `Long` or `bigint`, as the options of the decoder say and the value allows. */
function cursorId(id: number | bigint | Long): Long {
  if (typeof id === "number") return Long.fromNumber(id);
  return typeof id === "bigint" ? Long.fromBigInt(id) : id;
}
