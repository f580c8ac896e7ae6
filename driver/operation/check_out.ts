import type { Connection } from "../connection.ts";
import type { MongoError } from "../error.ts";
import type { ConnectionPool } from "../pool/connection_pool.ts";
import type { GiveUp } from "./give_up.ts";

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
