import type { ClientGroup } from "../client/client_group.ts";
import type { ConnectionPin } from "./connection_pin.ts";
import { type PinDirectory, transactionKey } from "./pin_directory.ts";
import { oldest, unusedSince, withLostConnection } from "./pin_uses.ts";

/** Where an open transaction runs. */
export interface TransactionPin {
  /** The session, from `sessionKey`. */
  readonly session: string;
  /** The 16 bytes of `lsid.id`, to abort with. */
  readonly lsid: Uint8Array;
  readonly txnNumber: bigint;
  /** The server, as `host:port`. */
  readonly server: string;
  /** Who may come back for it. */
  readonly group: ClientGroup;
  /** The upstream connection it is tied to, behind a load balancer. */
  readonly connection: ConnectionPin | null;
  /** When it was used last, in the clock of the caller. */
  usedAt: number;
}

/** Every open transaction and its server: one a session. Least recently used first. */
export class TransactionPins {
  readonly #bySession = new Map<string, TransactionPin>();
  readonly #limit: number;
  readonly #directory: PinDirectory | null;

  constructor(limit: number, directory: PinDirectory | null = null) {
    this.#limit = limit;
    this.#directory = directory;
  }

  get size(): number {
    return this.#bySession.size;
  }

  /** Remembers `pin`, of a session without one, and returns what has to make room, `null` mostly. */
  add(pin: TransactionPin): TransactionPin | null {
    const evicted = this.size >= this.#limit ? oldest(this.#bySession.values()) : null;
    if (evicted !== null) this.delete(evicted);
    this.#bySession.set(pin.session, pin);
    pin.group.transactions.add(pin);
    this.#directory?.added(transactionKey(pin.session, pin.txnNumber));
    return evicted;
  }

  /** The session's open transaction. */
  current(session: string): TransactionPin | null {
    return this.#bySession.get(session) ?? null;
  }

  /** The session's open transaction, if it is the one numbered so. */
  find(session: string, txnNumber: bigint | null): TransactionPin | null {
    const pin = this.#bySession.get(session);
    return pin !== undefined && pin.txnNumber === txnNumber ? pin : null;
  }

  /** Notes a use, so that the pin is not the oldest any more. */
  touch(pin: TransactionPin, now: number): void {
    pin.usedAt = now;
    if (!this.#bySession.delete(pin.session)) return;
    this.#bySession.set(pin.session, pin);
  }

  /** Says whether `pin` was there. */
  delete(pin: TransactionPin): boolean {
    if (this.#bySession.get(pin.session) !== pin) return false;
    this.#bySession.delete(pin.session);
    pin.group.transactions.delete(pin);
    this.#directory?.deleted(transactionKey(pin.session, pin.txnNumber));
    return true;
  }

  /** Those that are tied to a connection that is closed. */
  lost(): TransactionPin[] {
    return withLostConnection(this.#bySession.values());
  }

  /** Removes and returns the pins unused since `before`. */
  expire(before: number): TransactionPin[] {
    const expired = unusedSince(this.#bySession.values(), before);
    for (const pin of expired) this.delete(pin);
    return expired;
  }
}
