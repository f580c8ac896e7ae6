import { concat } from "@std/bytes";
import { type Document, Double, serialize } from "bson";
import { encodeElement, spliceElement } from "../../codec/bson_splice.ts";
import { ElementWalker } from "../../codec/bson_view.ts";
import type { FailedOperation, LastError, Outcome } from "./last_error.ts";
import type { WriteConcern } from "./write_concern.ts";

/** What came of waiting for a write concern. */
export type WaitOutcome =
  | { readonly kind: "satisfied" }
  | { readonly kind: "timeout" }
  /** The server is another primary than the one that was written to, and may not have the write. */
  | { readonly kind: "elected" }
  | { readonly kind: "failed"; readonly error: FailedOperation };

/** A wait for a write concern that is over. */
export interface Wait {
  readonly writeConcern: WriteConcern;
  readonly outcome: WaitOutcome;
  /** How long it took, in whole milliseconds. */
  readonly duration: number;
}

const OK = { ok: new Double(1) };
const NOT_OK = { ok: new Double(0) };
const TIMED_OUT = { errmsg: "timed out waiting for secondaries", code: 64, codeName: "WriteConcernFailed" };
const ELECTED = { code: 64, codeName: "WriteConcernFailed", ...NOT_OK, errmsg: "election occurred after write" };
const UPSERTED = "upserted";
const DUPLICATE_KEY = 11000;
/** Which words of the message on a duplicate key are taken for the collection and the index. */
const NAMESPACE_WORD = 5;
const INDEX_WORD = 7;

/**
 * The reply to a `getLastError` that waits for nothing. All replies are those of a `mongod` 5.0, in their fields, types
 * and order.
 */
export function plainReply(connectionId: number, lastError: LastError): Document {
  const told = tellLatest(connectionId, lastError);
  return lastError.latest.kind === "failed" ? { ...told, ...OK } : { ...told, ...notWaited(), ...OK };
}

/** The reply to a `getLastError` whose write concern cannot be; `command` is without generic fields. */
export function badReply(
  connectionId: number,
  lastError: LastError,
  command: Document,
  { code, codeName, errmsg }: FailedOperation,
): Document {
  // The code of what the operation failed with stays.
  const names = lastError.latest.kind === "failed" ? {} : { code, codeName };
  return { ...tellLatest(connectionId, lastError), badGLE: command, ...NOT_OK, errmsg, ...names };
}

/** The reply to a `getLastError` that has waited. */
export function waitedReply(connectionId: number, lastError: LastError, wait: Wait): Document {
  const latest = tellLatest(connectionId, lastError);
  const told = { ...latest, ...waitsForMembers(wait.writeConcern) ? waitedForMembers(wait) : notWaited() };
  const { outcome } = wait;
  switch (outcome.kind) {
    case "satisfied":
      return { ...told, ...OK };
    case "timeout":
      return { ...told, err: "timeout", ...TIMED_OUT, ...OK };
    case "elected":
      return { ...latest, ...ELECTED };
    case "failed": {
      const { code, codeName, errmsg } = outcome.error;
      return { ...told, ...NOT_OK, errmsg, code, codeName };
    }
  }
}

/** The reply to `getPrevError`, as servers gave it until 4.0. */
export function previousReply({ previous: { outcome, nPrev } }: LastError): Document {
  const error = outcome.kind === "failed" ? tellError(outcome.error) : { err: null };
  return { ...error, ...tellCounts(outcome), nPrev, ...OK };
}

/** Encodes a reply that tells `outcome`: an upserted id keeps its bytes, whatever is in it. */
export function encodeReply(reply: Document, outcome: Outcome): Uint8Array {
  const body = serialize(reply);
  if (outcome.kind !== "updated" || outcome.upserted === null) return body;
  return spliceElement(body, UPSERTED, upsertedElement(outcome.upserted));
}

function upsertedElement(entry: Uint8Array): Uint8Array {
  const walker = new ElementWalker(entry);
  while (walker.next() && !walker.isKey("_id"));
  const element = encodeElement(UPSERTED, null);
  element[0] = walker.type;
  return concat([element, entry.subarray(walker.valueStart, walker.valueEnd)]);
}

/** Whether others than the primary are waited for. */
export function waitsForMembers({ w }: WriteConcern): boolean {
  return typeof w === "string" || w > 1;
}

function tellLatest(connectionId: number, { latest, lastOp }: LastError): Document {
  const place = lastOp === null ? { connectionId } : { lastOp, connectionId };
  if (latest.kind !== "failed") return { ...place, ...tellCounts(latest) };
  const { err, ...names } = tellError(latest.error);
  return { ...place, err, ...duplicateKey(latest.error), ...names, ...tellCounts(latest) };
}

function tellError({ errmsg, code, codeName }: FailedOperation): Document {
  return code === 0 ? { err: errmsg } : { err: errmsg, code, codeName };
}

function tellCounts(outcome: Outcome): Document {
  switch (outcome.kind) {
    case "plain":
    case "failed":
      return { n: 0 };
    case "deleted":
      return { n: outcome.n };
    case "updated": {
      const { n, upserted } = outcome;
      // The id itself is for `encodeReply()`.
      return upserted === null ? { updatedExisting: n > 0, n } : { updatedExisting: false, upserted: null, n };
    }
  }
}

/** The server takes these out of its message by counting words. */
function duplicateKey({ code, errmsg }: FailedOperation): Document {
  if (code !== DUPLICATE_KEY) return {};
  const words = errmsg.split(" ");
  return { ns: words[NAMESPACE_WORD] ?? "", index: words[INDEX_WORD] ?? "" };
}

function notWaited(): Document {
  return { syncMillis: 0, writtenTo: null, writeConcern: { w: 1, wtimeout: 0 }, err: null };
}

/** Which members have the write is known to the server alone. */
function waitedForMembers({ writeConcern, outcome, duration }: Wait): Document {
  const { w, j, fsync, wtimeout } = writeConcern;
  const journal = { ...(j ? { j } : {}), ...(fsync ? { fsync } : {}) };
  const time = outcome.kind === "timeout" ? { waited: duration, wtimeout: true } : { wtime: duration };
  return { syncMillis: 0, ...time, writtenTo: null, writeConcern: { w, ...journal, wtimeout }, err: null };
}
