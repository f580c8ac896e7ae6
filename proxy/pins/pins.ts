import { type CursorPin, CursorPins } from "./cursor_pins.ts";
import type { GatewayEventListener } from "../event.ts";
import type { GatewayLimits } from "../limits.ts";
import type { PinDirectory } from "./pin_directory.ts";
import { PinnedConnections } from "./pinned_connections.ts";
import { type TransactionPin, TransactionPins } from "./transaction_pins.ts";

/** Ends cursors and transactions at their servers, in the background. */
export type ReleaseUpstream = (
  cursors: readonly CursorPin[],
  transactions: readonly TransactionPin[],
) => void;

/** Everything of a gateway that sticks to a server or a connection. */
export class Pins {
  readonly cursors: CursorPins;
  readonly transactions: TransactionPins;
  readonly connections: PinnedConnections;
  /** The time that pins are stamped with, in milliseconds; moved on by whoever sweeps. */
  now = 0;
  readonly #limits: GatewayLimits;
  readonly #emit: GatewayEventListener;
  readonly #releaseUpstream: ReleaseUpstream;

  constructor(
    limits: GatewayLimits,
    maxPoolSize: number,
    emit: GatewayEventListener,
    releaseUpstream: ReleaseUpstream,
    directory: PinDirectory | null = null,
  ) {
    this.#limits = limits;
    this.#emit = emit;
    this.#releaseUpstream = releaseUpstream;
    this.cursors = new CursorPins(limits.maxCursors, directory);
    this.transactions = new TransactionPins(limits.maxTransactions, directory);
    this.connections = new PinnedConnections(
      limits.maxPinnedShare === 0 ? 0 : Math.max(1, Math.floor(maxPoolSize * limits.maxPinnedShare)),
      emit,
    );
  }

  addCursor(pin: CursorPin): void {
    const evicted = this.cursors.add(pin);
    if (evicted !== null) this.release([evicted], [], "limit");
  }

  /** Remembers a transaction, in place of the session's former one: starting another ends that. */
  addTransaction(pin: TransactionPin): void {
    const former = this.transactions.current(pin.session);
    if (former !== null) this.dropTransaction(former);
    const evicted = this.transactions.add(pin);
    if (evicted !== null) this.release([], [evicted], "limit");
  }

  /** Forgets a cursor that its server has no longer. */
  dropCursor(pin: CursorPin): void {
    if (this.cursors.delete(pin)) pin.connection?.letGo();
  }

  /** Forgets a transaction that is over. */
  dropTransaction(pin: TransactionPin): void {
    if (this.transactions.delete(pin)) pin.connection?.letGo();
  }

  /** Forgets what nobody will come back for, and ends it at its servers. */
  release(
    cursors: readonly CursorPin[],
    transactions: readonly TransactionPin[],
    reason: "clientsGone" | "limit" = "clientsGone",
  ): void {
    if (cursors.length + transactions.length === 0) return;
    for (const pin of cursors) this.cursors.delete(pin);
    for (const pin of transactions) this.transactions.delete(pin);
    this.#emit({
      type: "orphansReleased",
      cursors: cursors.length,
      transactions: transactions.length,
      reason,
    });
    this.#releaseUpstream(cursors, transactions);
  }

  /**
   * Moves the clock on and forgets what was unused for too long, or whose connection was lost meanwhile; the servers'
   * own time limits end it there.
   */
  sweep(now: number): void {
    this.now = now;
    for (const pin of this.cursors.expire(now - this.#limits.cursorIdleTimeoutMS)) {
      pin.connection?.letGo();
    }
    for (const pin of this.transactions.expire(now - this.#limits.transactionIdleTimeoutMS)) {
      pin.connection?.letGo();
    }
    if (!this.connections.hasLost) return;
    for (const pin of this.cursors.lost()) this.dropCursor(pin);
    for (const pin of this.transactions.lost()) this.dropTransaction(pin);
  }
}
