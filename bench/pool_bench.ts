/**
 * What a pool adds to each operation: checking an idle connection out and in again, beside an array
 * that is popped and pushed and beside the promise form.
 */
import { Connection } from "../driver/connection.ts";
import { type CheckOutWaiter, ConnectionPool, type PoolOptions } from "../driver/pool/connection_pool.ts";
import type { Stream } from "../driver/transport/transport.ts";

const CONNECTIONS = 32;

const NULL_STREAM: Stream = {
  remoteAddress: "null",
  queuedBytes: 0,
  start() {},
  write() {},
  pause() {},
  resume() {},
  end() {},
  close() {},
  ref() {},
  unref() {},
};

const ADDRESS = { kind: "tcp", host: "null", port: 27017 } as const;

async function warmPool(options: Partial<PoolOptions> = {}): Promise<ConnectionPool> {
  const pool = new ConnectionPool({
    address: "null:27017",
    maxConnecting: CONNECTIONS,
    connect: ({ id, generation }) => Promise.resolve(new Connection(NULL_STREAM, { id, generation, address: ADDRESS })),
    ...options,
  });
  pool.ready();
  const connections = await Promise.all(
    Array.from({ length: CONNECTIONS }, () => pool.checkOutAsync()),
  );
  for (const connection of connections) pool.checkIn(connection);
  return pool;
}

/** Gives back what it gets, as an operation of no duration does. */
function returningTo(pool: ConnectionPool): CheckOutWaiter {
  return {
    onConnection: (connection) => pool.checkIn(connection),
    onCheckOutFailed: (error) => {
      throw error;
    },
  };
}

const stack = Array.from(
  { length: CONNECTIONS },
  (_, id) => new Connection(NULL_STREAM, { id, address: ADDRESS }),
);

Deno.bench("array: pop and push", { group: "check-out and check-in", baseline: true }, () => {
  stack.push(stack.pop()!);
});

const plain = await warmPool({ keepAlive: true });
const plainWaiter = returningTo(plain);
Deno.bench("pool", { group: "check-out and check-in" }, () => plain.checkOut(plainWaiter));

const releasing = await warmPool();
const releasingWaiter = returningTo(releasing);
Deno.bench("pool that lets the process end", { group: "check-out and check-in" }, () => {
  releasing.checkOut(releasingWaiter);
});

const expiring = await warmPool({ keepAlive: true, maxIdleTimeMS: 60_000, waitQueueTimeoutMS: 1000 });
const expiringWaiter = returningTo(expiring);
Deno.bench("pool with maxIdleTimeMS", { group: "check-out and check-in" }, () => {
  expiring.checkOut(expiringWaiter);
});

let events = 0;
const observed = await warmPool({ keepAlive: true, onEvent: () => events++ });
const observedWaiter = returningTo(observed);
Deno.bench("pool with a listener", { group: "check-out and check-in" }, () => {
  observed.checkOut(observedWaiter);
});

const promised = await warmPool({ keepAlive: true });
Deno.bench("pool, promise form", { group: "check-out and check-in" }, async () => {
  promised.checkIn(await promised.checkOutAsync());
});
