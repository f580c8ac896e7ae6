import type { ConnectionClosedReason } from "./pool_event.ts";
import type { PoolSlot } from "./pool_slot.ts";

/** What {@linkcode connectionsToStart} decides on. */
export interface PoolNeeds {
  /** 0 means no limit. */
  readonly maxPoolSize: number;
  readonly minPoolSize: number;
  readonly maxConnecting: number;
  readonly total: number;
  readonly pending: number;
  readonly waiting: number;
}

/**
 * How many connections to start establishing now: one for each waiter that no attempt under way
 * will serve, or as many as `minPoolSize` lacks, within `maxPoolSize` and `maxConnecting`.
 */
export function connectionsToStart(pool: PoolNeeds): number {
  const wanted = Math.max(pool.waiting - pool.pending, pool.minPoolSize - pool.total);
  const room = pool.maxPoolSize === 0 ? Infinity : pool.maxPoolSize - pool.total;
  return Math.max(0, Math.min(wanted, room, pool.maxConnecting - pool.pending));
}

/**
 * Why an established connection must not be handed out, or `null`. `idleBefore` is the latest time of
 * becoming available that counts as too long ago, on the clock of `PoolSlot.idleSince`.
 */
export function perishedReason(
  slot: PoolSlot,
  generation: number,
  idleBefore: number,
): ConnectionClosedReason | null {
  if (slot.generation !== generation) return "stale";
  const connection = slot.connection;
  // A reply that is still owed would reach the next borrower.
  if (connection === null || connection.isClosed || connection.isBusy) return "error";
  return slot.idleSince <= idleBefore ? "idle" : null;
}
