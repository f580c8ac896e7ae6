import type { CursorPin } from "../pins/cursor_pins.ts";
import type { TransactionPin } from "../pins/transaction_pins.ts";

/**
 * The client connections that may stand for one another, and what they left open upstream.
 *
 * A driver asks for more of a cursor, and goes on with a transaction, on any connection of its pool: one of
 * them closing (idle for long, or the pool cleared after an error) says nothing about either. A driver that
 * ends says so with `endSessions`; one that dies takes all its connections along, its monitors' included.
 * So what is open is released when the last connection of a group is gone and none came back for a while.
 * A group is a host with one client metadata document; a connection without metadata, or behind a load
 * balancer (where drivers pin to the connection), is a group by itself and is released at once.
 */
export class ClientGroup {
  /** Connections open now. */
  connections = 0;
  /** When the last connection left, in the clock of the caller; 0 while there are any. */
  emptySince = 0;
  /** What the connections have in common; `null` if a connection stands alone. */
  readonly key: string | null;
  // Made when they are needed: most connections that stand alone open nothing.
  #cursors: Set<CursorPin> | null = null;
  #transactions: Set<TransactionPin> | null = null;

  constructor(key: string | null) {
    this.key = key;
  }

  /** The cursors that its members opened and have not exhausted. */
  get cursors(): Set<CursorPin> {
    return this.#cursors ??= new Set();
  }

  /** The transactions that its members began and have not ended. */
  get transactions(): Set<TransactionPin> {
    return this.#transactions ??= new Set();
  }

  /** Whether nothing is open. */
  get isEmpty(): boolean {
    return (this.#cursors?.size ?? 0) + (this.#transactions?.size ?? 0) === 0;
  }
}

/** All groups of a gateway. */
export class ClientGroups {
  readonly #byKey = new Map<string, ClientGroup>();
  /** Groups that nobody is in, waiting for somebody to come back. */
  readonly #empty = new Set<ClientGroup>();

  /** Joins the group of `key`, or a new one of one's own for `null`. */
  join(key: string | null): ClientGroup {
    const group = (key === null ? undefined : this.#byKey.get(key)) ?? new ClientGroup(key);
    if (key !== null) this.#byKey.set(key, group);
    group.connections++;
    group.emptySince = 0;
    this.#empty.delete(group);
    return group;
  }

  /** Leaves a group of one's own, with nothing open, for that of `key`. */
  move(from: ClientGroup, key: string): ClientGroup {
    const group = this.join(key);
    from.connections--;
    return group;
  }

  /** Leaves a group; returns it if what it left open can be released right now. */
  leave(group: ClientGroup, now: number): ClientGroup | null {
    group.connections--;
    if (group.connections > 0) return null;
    group.emptySince = now;
    this.#empty.add(group);
    if (!group.isEmpty && group.key !== null) return null;
    this.forget(group);
    return group.isEmpty ? null : group;
  }

  /** The groups that have been empty since `before` or longer. */
  empty(before: number): ClientGroup[] {
    return [...this.#empty].filter((group) => group.emptySince <= before);
  }

  /** Forgets a group that is empty still; says whether it is. */
  forget(group: ClientGroup): boolean {
    const isEmpty = this.#empty.delete(group);
    if (isEmpty && group.key !== null) this.#byKey.delete(group.key);
    return isEmpty;
  }

  /** Whether the group of `key` has members. */
  hasConnections(key: string): boolean {
    return (this.#byKey.get(key)?.connections ?? 0) > 0;
  }

  /** The keys of groups with members, or with something left open. */
  get keys(): Iterable<string> {
    return this.#byKey.keys();
  }

  /** Groups with members, or with something left open. */
  get size(): number {
    return this.#byKey.size;
  }
}
