import { assertEquals, assertThrows } from "@std/assert";
import { MongoTransactionError } from "../../../driver/error.ts";
import {
  aborted,
  committed,
  isActive,
  NO_TRANSACTION,
  started,
  statementSent,
  tokenReceived,
  type TransactionState,
} from "../../../driver/session/transaction_state.ts";

const SETTINGS = { readConcern: {}, writeConcern: {}, readPreference: { mode: "primary" } } as const;
const STARTING = started(NO_TRANSACTION, SETTINGS);
const IN_PROGRESS = statementSent(STARTING);
const COMMITTED = committed(IN_PROGRESS).next;
const ABORTED = aborted(IN_PROGRESS).next;

Deno.test("started begins a transaction after none, a committed and an aborted one", () => {
  for (const state of [NO_TRANSACTION, COMMITTED, ABORTED]) assertEquals(started(state, SETTINGS).kind, "starting");
});

Deno.test("started refuses a second transaction at a time", () => {
  for (const state of [STARTING, IN_PROGRESS]) {
    assertThrows(() => started(state, SETTINGS), MongoTransactionError, "Transaction already in progress");
  }
});

Deno.test("isActive tells what commands belong to", () => {
  const states: TransactionState[] = [NO_TRANSACTION, STARTING, IN_PROGRESS, COMMITTED, ABORTED];
  assertEquals(states.map(isActive), [false, true, true, false, false]);
});

Deno.test("committed sends nothing for a transaction without statements, however often it is asked", () => {
  const { next, step } = committed(STARTING);
  assertEquals([next.kind, step], ["committed", "nothing"]);
  assertEquals(committed(next).step, "nothing");
});

Deno.test("committed sends, and sends again", () => {
  const { next, step } = committed(IN_PROGRESS);
  assertEquals([next.kind, step], ["committed", "send"]);
  assertEquals(committed(next), { next, step: "sendAgain" });
});

Deno.test("committed refuses where there is nothing to commit", () => {
  assertThrows(() => committed(NO_TRANSACTION), MongoTransactionError, "No transaction started");
  assertThrows(
    () => committed(ABORTED),
    MongoTransactionError,
    "Cannot call commitTransaction after calling abortTransaction",
  );
});

Deno.test("aborted sends only if a statement was sent", () => {
  assertEquals(aborted(STARTING), { next: { kind: "aborted" }, step: "nothing" });
  assertEquals(aborted(IN_PROGRESS), { next: { kind: "aborted" }, step: "send" });
});

Deno.test("aborted refuses where there is nothing to abort", () => {
  assertThrows(() => aborted(NO_TRANSACTION), MongoTransactionError, "No transaction started");
  assertThrows(() => aborted(ABORTED), MongoTransactionError, "Cannot call abortTransaction twice");
  for (const state of [COMMITTED, committed(STARTING).next]) {
    assertThrows(
      () => aborted(state),
      MongoTransactionError,
      "Cannot call abortTransaction after calling commitTransaction",
    );
  }
});

Deno.test("tokenReceived keeps the latest token until the transaction is over", () => {
  const first = tokenReceived(IN_PROGRESS, { token: 1 });
  const second = tokenReceived(committed(first).next, { token: 2 });
  assertEquals(second.kind === "committed" && second.recoveryToken, { token: 2 });
  assertEquals(tokenReceived(ABORTED, { token: 3 }), ABORTED);
  assertEquals(started(second, SETTINGS), STARTING);
});
