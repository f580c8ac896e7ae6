import type { Document } from "../../codec/bson_types.ts";
import { MongoTransactionError } from "../error.ts";
import type { ReadConcern } from "../read_concern.ts";
import type { ReadPreference } from "../selection/read_preference.ts";
import type { WriteConcern } from "../write_concern.ts";

/** What holds for a whole transaction, with all inheritance done. */
export interface TransactionSettings {
  /** What its first command asks for. */
  readonly readConcern: ReadConcern;
  /** What its commit asks for; one without acknowledgement is not allowed. */
  readonly writeConcern: WriteConcern;
  /** Where its reads go; only the primary is allowed so far. */
  readonly readPreference: ReadPreference;
  /** The limit of the commit at the server, in milliseconds. */
  readonly maxCommitTimeMS?: number;
  /** The limit of everything in it that has none of its own, in milliseconds. */
  readonly timeoutMS?: number;
}

/**
 * How far a session's transaction is (transactions specification, "ClientSession changes"). `starting` has sent nothing
 * yet; a `committed` or `aborted` one whose `wasSent` is false had nothing to tell a server.
 */
export type TransactionState =
  | { readonly kind: "none" }
  | { readonly kind: "starting"; readonly settings: TransactionSettings }
  | {
    readonly kind: "inProgress";
    readonly settings: TransactionSettings;
    /** What a `mongos` needs to find the transaction again; `null` elsewhere. */
    readonly recoveryToken: Document | null;
  }
  | {
    readonly kind: "committed";
    readonly settings: TransactionSettings;
    readonly recoveryToken: Document | null;
    readonly wasSent: boolean;
  }
  | { readonly kind: "aborted" };

/** No transaction. */
export const NO_TRANSACTION: TransactionState = { kind: "none" };

/** How the end of a transaction is told to the server: not at all, for the first time, or again. */
export type EndStep = "nothing" | "send" | "sendAgain";

/** Whether commands belong to the transaction. */
export function isActive(state: TransactionState): boolean {
  return state.kind === "starting" || state.kind === "inProgress";
}

/** The state after `startTransaction`. Throws `MongoTransactionError` if one is under way. */
export function started(state: TransactionState, settings: TransactionSettings): TransactionState {
  if (isActive(state)) throw new MongoTransactionError("Transaction already in progress");
  return { kind: "starting", settings };
}

/** The state after a command of the transaction was made. */
export function statementSent(state: TransactionState): TransactionState {
  return state.kind === "starting" ? { kind: "inProgress", settings: state.settings, recoveryToken: null } : state;
}

/** The state after a reply that carried a recovery token. */
export function tokenReceived(state: TransactionState, recoveryToken: Document): TransactionState {
  return state.kind === "inProgress" || state.kind === "committed" ? { ...state, recoveryToken } : state;
}

/** The state after `commitTransaction`, and what to send. Throws `MongoTransactionError` where it is not allowed. */
export function committed(state: TransactionState): { next: TransactionState; step: EndStep } {
  switch (state.kind) {
    case "none":
      throw new MongoTransactionError("No transaction started");
    case "aborted":
      throw new MongoTransactionError("Cannot call commitTransaction after calling abortTransaction");
    case "starting":
      return { next: { ...state, kind: "committed", recoveryToken: null, wasSent: false }, step: "nothing" };
    case "inProgress":
      return { next: { ...state, kind: "committed", wasSent: true }, step: "send" };
    case "committed":
      return { next: state, step: state.wasSent ? "sendAgain" : "nothing" };
  }
}

/** The state after `abortTransaction`, and what to send. Throws `MongoTransactionError` where it is not allowed. */
export function aborted(state: TransactionState): { next: TransactionState; step: EndStep } {
  switch (state.kind) {
    case "none":
      throw new MongoTransactionError("No transaction started");
    case "aborted":
      throw new MongoTransactionError("Cannot call abortTransaction twice");
    case "committed":
      throw new MongoTransactionError("Cannot call abortTransaction after calling commitTransaction");
    case "starting":
      return { next: { kind: "aborted" }, step: "nothing" };
    case "inProgress":
      return { next: { kind: "aborted" }, step: "send" };
  }
}
