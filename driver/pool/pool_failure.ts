import { MongoAPIError, MongoError, MongoNetworkError, MongoWaitQueueError } from "../error.ts";
import type { PoolLimits } from "./pool_options.ts";

/** How full a pool is. */
export interface PoolCounts {
  readonly inUse: number;
  readonly pending: number;
  readonly waiting: number;
}

/** A check-out that finds `maxWaitQueueSize` others waiting. */
export function queueFullError(address: string, limits: PoolLimits, { waiting }: PoolCounts): MongoWaitQueueError {
  return new MongoWaitQueueError(
    `The wait queue of the connection pool for ${address} is full: ` +
      `${waiting} waiting, maxWaitQueueSize ${limits.maxWaitQueueSize}`,
    "full",
  );
}

/** A check-out that waited for `waitQueueTimeoutMS`. */
export function queueTimeoutError(address: string, limits: PoolLimits, counts: PoolCounts): MongoWaitQueueError {
  return new MongoWaitQueueError(
    `Timed out while checking out a connection from connection pool for ${address}: ` +
      `waitQueueTimeoutMS ${limits.waitQueueTimeoutMS}, maxPoolSize ${limits.maxPoolSize}, ` +
      `in use ${counts.inUse}, pending ${counts.pending}, waiting ${counts.waiting}`,
    "timeout",
  );
}

/** Why a connection could not be established: MongoDB's own errors as they are, others as network errors. */
export function establishmentError(address: string, reason: unknown): MongoError {
  if (reason instanceof MongoError) return reason;
  return new MongoNetworkError(`No connection to ${address}: ${reason}`, { cause: reason });
}

/** A connection that is lost between its handshake and its first use. */
export function closedAtOnceError(address: string, id: number): MongoNetworkError {
  return new MongoNetworkError(`Connection ${id} to ${address} was closed right after its handshake`);
}

/** A check-in of another pool's connection. */
export function foreignConnectionError(address: string, id: number): MongoAPIError {
  return new MongoAPIError(`Connection ${id} cannot be checked in to the pool for ${address}, it is of another pool`);
}

/** A clear for a service where there is no load balancer, or the reverse. */
export function wrongClearError(address: string, serviceId: string | null): MongoAPIError {
  const fault = serviceId === null ? "without a service, expected one" : "for a service, expected none";
  return new MongoAPIError(`The pool for ${address} cannot be cleared ${fault}`);
}
