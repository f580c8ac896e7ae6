import type { ClientGroup } from "../client/client_group.ts";
import type { ConnectionPin } from "./connection_pin.ts";
import { cursorKey, type PinDirectory } from "./pin_directory.ts";
import { oldest, unusedSince, withLostConnection } from "./pin_uses.ts";

/** Where an open cursor lives. */
export interface CursorPin {
  readonly id: bigint;
  /** `db.collection`, as the server named it. */
  readonly namespace: string;
  /** The session the cursor belongs to, from {@linkcode sessionKey}; `null` without one. */
  readonly session: string | null;
  /** The server, as `host:port`. */
  readonly server: string;
  /** Whether its `getMore`s wait for data to come. */
  readonly awaiting: boolean;
  /** Who may come back for it. */
  readonly group: ClientGroup;
  /** The upstream connection it is tied to, behind a load balancer. */
  readonly connection: ConnectionPin | null;
  /** When it was used last, in the clock of the caller. */
  usedAt: number;
}

/** What a client tells of the cursor it asks for. */
export interface CursorQuery {
  readonly id: bigint;
  readonly namespace: string;
  readonly session: string | null;
}

/**
 * Every open cursor and its server. Two servers may give the same id, so an id leads to a short list,
 * told apart by namespace and session.
 */
export class CursorPins {
  readonly #byId = new Map<bigint, CursorPin[]>();
  /** Least recently used first. */
  readonly #byUse = new Set<CursorPin>();
  readonly #limit: number;
  readonly #directory: PinDirectory | null;

  constructor(limit: number, directory: PinDirectory | null = null) {
    this.#limit = limit;
    this.#directory = directory;
  }

  get size(): number {
    return this.#byUse.size;
  }

  /** Remembers `pin` and returns what has to make room for it, `null` mostly. */
  add(pin: CursorPin): CursorPin | null {
    const evicted = this.size >= this.#limit ? oldest(this.#byUse) : null;
    if (evicted !== null) this.delete(evicted);
    const list = this.#byId.get(pin.id);
    if (list === undefined) this.#byId.set(pin.id, [pin]);
    else list.push(pin);
    this.#byUse.add(pin);
    pin.group.cursors.add(pin);
    this.#directory?.added(cursorKey(pin.id));
    return evicted;
  }

  /** The pin that matches best: the same namespace is a must, the same session is preferred. */
  find(query: CursorQuery): CursorPin | null {
    const list = this.#byId.get(query.id);
    if (list === undefined) return null;
    let found: CursorPin | null = null;
    for (const pin of list) {
      if (pin.namespace !== query.namespace) continue;
      if (pin.session === query.session) return pin;
      // Drivers kill cursors under another session than they opened them with.
      found ??= pin;
    }
    return found;
  }

  /** Every cursor of this id, of whatever namespace. */
  all(id: bigint): readonly CursorPin[] {
    return this.#byId.get(id) ?? [];
  }

  /** Notes a use, so that the pin is not the oldest any more. */
  touch(pin: CursorPin, now: number): void {
    pin.usedAt = now;
    if (this.#byUse.delete(pin)) this.#byUse.add(pin);
  }

  /** Says whether `pin` was there. */
  delete(pin: CursorPin): boolean {
    if (!this.#byUse.delete(pin)) return false;
    const others = this.all(pin.id).filter((other) => other !== pin);
    if (others.length === 0) this.#byId.delete(pin.id);
    else this.#byId.set(pin.id, others);
    pin.group.cursors.delete(pin);
    this.#directory?.deleted(cursorKey(pin.id));
    return true;
  }

  /** Those that are tied to a connection that is closed. */
  lost(): CursorPin[] {
    return withLostConnection(this.#byUse);
  }

  /** Removes and returns the pins unused since `before`. */
  expire(before: number): CursorPin[] {
    const expired = unusedSince(this.#byUse, before);
    for (const pin of expired) this.delete(pin);
    return expired;
  }
}

/** A session id's 16 bytes as a string that can be a key. */
export function sessionKey(lsid: Uint8Array): string {
  return String.fromCharCode(...lsid);
}
