import { type Document, serialize } from "bson";
import { encodeOpMsg } from "../../../codec/op_msg.ts";

const DOCUMENT_BYTES = 10_000;

/** An `insert` of about `bytes`, whose documents follow the command in a section of their own. */
export function largeInsert(bytes: number, more: Document = {}, requestId = 1): Uint8Array {
  return encodeOpMsg({
    requestId,
    body: serialize({ insert: "things", $db: "test", ...more }),
    sequences: [{ identifier: "documents", documents: documentsOf(bytes).map((document) => serialize(document)) }],
  });
}

/** The same with the documents in the command itself, which has to be collected. */
export function largeBody(bytes: number, more: Document = {}, requestId = 1): Uint8Array {
  return encodeOpMsg({
    requestId,
    body: serialize({ insert: "things", documents: documentsOf(bytes), $db: "test", ...more }),
  });
}

/** A reply with a batch of about `bytes`. */
export function largeReply(bytes: number, responseTo: number, cursorId = 0, requestId = 1_000_000): Uint8Array {
  const cursor = { firstBatch: documentsOf(bytes), id: cursorId, ns: "test.things" };
  return encodeOpMsg({ requestId, responseTo, body: serialize({ cursor, ok: 1 }) });
}

/** Documents that are all different; `bytes` more make them so many bytes longer. */
function documentsOf(bytes: number): Document[] {
  const count = Math.max(1, Math.round(bytes / DOCUMENT_BYTES));
  const size = Math.max(1, Math.floor(bytes / count) - 40);
  const rest = Math.max(0, bytes - count * (size + 40));
  return Array.from({ length: count }, (_, _id) => {
    return { _id, filler: new Uint8Array(size + (_id === 0 ? rest : 0)).fill(_id % 256) };
  });
}
