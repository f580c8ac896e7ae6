import type { Connection } from "../connection.ts";
import { LinkedList } from "./linked_list.ts";
import type { ConnectionClosedReason } from "./pool_event.ts";
import { PoolGenerations } from "./pool_generations.ts";
import { perishedReason } from "./pool_policy.ts";
import type { PoolReporter } from "./pool_reporter.ts";
import type { PoolSlot } from "./pool_slot.ts";

/** The connections of a pool, each in one of three lists until it is discarded. */
export class PoolConnections {
  /** Being established. */
  readonly pending = new LinkedList<PoolSlot>();
  /** Established and unused, the one used last at the end. */
  readonly available = new LinkedList<PoolSlot>();
  /** In use. */
  readonly checkedOut = new LinkedList<PoolSlot>();
  readonly generations = new PoolGenerations();
  /** The slots of the established connections. */
  readonly #slots = new Map<Connection, PoolSlot>();
  readonly #report: PoolReporter;

  constructor(report: PoolReporter) {
    this.#report = report;
  }

  /** All of them. */
  get size(): number {
    return this.pending.size + this.available.size + this.checkedOut.size;
  }

  /** The place of an established connection; undefined if the pool does not have it, or no longer. */
  slotOf(connection: Connection): PoolSlot | undefined {
    return this.#slots.get(connection);
  }

  /** Gives a slot the connection that was established for it. */
  fill(slot: PoolSlot, connection: Connection): void {
    slot.connection = connection;
    this.#slots.set(connection, slot);
  }

  /** Whether the pool (behind a load balancer: the service) was cleared since. */
  isStale(slot: PoolSlot): boolean {
    return slot.generation !== this.generations.current(slot.serviceId);
  }

  /** Why a connection must not be handed out, or null; see {@linkcode perishedReason}. */
  perishedReason(slot: PoolSlot, idleBefore: number): ConnectionClosedReason | null {
    return perishedReason(slot, this.generations.current(slot.serviceId), idleBefore);
  }

  /** The unused connection that was used last; discards those that perished or became unused before `idleBefore`. */
  takeAvailable(idleBefore: number): PoolSlot | null {
    for (let slot = this.available.last; slot !== null; slot = this.available.last) {
      const reason = this.perishedReason(slot, idleBefore);
      if (reason === null) return slot;
      this.discard(slot, reason);
    }
    return null;
  }

  /** Takes a connection out of the pool for good. */
  discard(slot: PoolSlot, reason: ConnectionClosedReason, error?: Error): void {
    slot.list?.remove(slot);
    if (slot.serviceId !== null) this.generations.release(slot.serviceId);
    this.#report.connectionClosed(slot, reason, error);
    if (slot.connection === null) return slot.abort.abort();
    this.#slots.delete(slot.connection);
    slot.connection.onClose = null;
    slot.connection.close();
  }

  /** Discards what is stale in one of the lists. */
  discardStale(list: LinkedList<PoolSlot>): void {
    for (const slot of list.toArray()) if (this.isStale(slot)) this.discard(slot, "stale");
  }

  /** Discards the connections that became unused at `time` or before. */
  discardIdleSince(time: number): void {
    for (let slot = this.available.first; slot !== null && slot.idleSince <= time; slot = this.available.first) {
      this.discard(slot, "idle");
    }
  }

  /** Discards all but those in use, which come back. */
  discardUnused(): void {
    for (const list of [this.pending, this.available]) {
      for (const slot of list.toArray()) this.discard(slot, "poolClosed");
    }
  }
}
