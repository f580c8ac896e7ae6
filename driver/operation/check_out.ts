import type { Connection } from "../connection.ts";
import type { MongoError, MongoServerSelectionError } from "../error.ts";
import type { ConnectionPool } from "../pool/connection_pool.ts";
import type { SelectionRequest } from "../selection/selection_cache.ts";
import type { Server, Topology } from "../sdam/topology.ts";
import type { GiveUp } from "./give_up.ts";

/** A server for `request`: at once if there is one now, else as soon as there is. */
export function findServer(
  topology: Topology,
  request: SelectionRequest,
  giveUp: GiveUp | null,
): Server | Promise<Server> {
  return topology.trySelect(request) ?? new Promise((resolve, reject) => {
    giveUp?.check();
    const waiter = {
      onServer(server: Server): void {
        stopWatching?.();
        resolve(server);
      },
      onSelectionFailed(error: MongoServerSelectionError): void {
        stopWatching?.();
        reject(error);
      },
    };
    const stopWatching = giveUp?.watch((reason) => {
      topology.cancelSelection(waiter);
      reject(reason);
    });
    topology.select(request, waiter);
  });
}

/** A connection of `pool`: at once if one is free, else as soon as one is. */
export function checkOut(pool: ConnectionPool, giveUp: GiveUp | null): Connection | Promise<Connection> {
  giveUp?.check();
  let connection: Connection | null = null;
  let settle: { resolve(connection: Connection): void; reject(error: unknown): void } | null = null;
  let failure: MongoError | null = null;
  const waiter = {
    onConnection(free: Connection): void {
      connection = free;
      settle?.resolve(free);
    },
    onCheckOutFailed(error: MongoError): void {
      failure = error;
      settle?.reject(error);
    },
  };
  pool.checkOut(waiter);
  if (connection !== null) return connection;
  if (failure !== null) throw failure;
  return new Promise<Connection>((resolve, reject) => {
    const stopWatching = giveUp?.watch((reason) => {
      pool.cancel(waiter);
      reject(reason);
    });
    settle = {
      resolve(free) {
        stopWatching?.();
        resolve(free);
      },
      reject(error) {
        stopWatching?.();
        reject(error);
      },
    };
  });
}
