import { Binary, type Document, Long, serialize } from "bson";
import { encodeOpMsg } from "../../../codec/op_msg.ts";

/** A session id made of a number. */
export function lsid(number: number): Document {
  const bytes = new Uint8Array(16);
  new DataView(bytes.buffer).setUint32(12, number);
  return { id: new Binary(bytes, Binary.SUBTYPE_UUID) };
}

/** The fields of a statement in transaction `txnNumber` of session `session`. */
export function inTransaction(session: number, txnNumber: number, more: Document = {}): Document {
  return { lsid: lsid(session), txnNumber: Long.fromNumber(txnNumber), autocommit: false, ...more };
}

/** The fields of a retryable write. */
export function retryable(session: number, txnNumber: number): Document {
  return { lsid: lsid(session), txnNumber: Long.fromNumber(txnNumber) };
}

/** What a server says of a cursor that stays open; 0 for one at its end. */
export function cursor(id: number | bigint, namespace = "test.things", batch = "firstBatch"): Document {
  return { cursor: { id: Long.fromBigInt(BigInt(id)), ns: namespace, [batch]: [] } };
}

export const find: Document = { find: "things", $db: "test" };

/** Asks for more of a cursor. */
export function getMore(id: number | bigint, more: Document = {}): Document {
  return { getMore: Long.fromBigInt(BigInt(id)), collection: "things", $db: "test", ...more };
}

/** Opens a change stream. */
export const watch: Document = { aggregate: "things", pipeline: [{ $changeStream: {} }], cursor: {}, $db: "test" };

/** What drivers say of themselves in their first `hello`. */
export function metadata(application: string): Document {
  return { application: { name: application }, driver: { name: "nodejs", version: "7.0.0" }, os: { type: "Linux" } };
}

/** The bytes of a command. */
export function opMsg(command: Document, { requestId = 1, flags = 0 } = {}): Uint8Array {
  return encodeOpMsg({ requestId, flags, body: serialize({ ...command, $db: command.$db ?? "admin" }) });
}
