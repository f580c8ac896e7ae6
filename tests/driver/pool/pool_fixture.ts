import type { Connection } from "../../../driver/connection.ts";
import type { MongoError } from "../../../driver/error.ts";
import {
  type CheckOutWaiter,
  type ConnectInfo,
  ConnectionPool,
  type PoolOptions,
} from "../../../driver/pool/connection_pool.ts";
import type { PoolEvent } from "../../../driver/pool/pool_event.ts";
import { fakeConnection, FakeStream } from "./fake_stream.ts";

/** An establishment that a test ends as it likes. */
export class FakeAttempt {
  readonly stream = new FakeStream();
  readonly promise: Promise<Connection>;
  #settle = Promise.withResolvers<Connection>();

  constructor(readonly info: ConnectInfo) {
    this.promise = this.#settle.promise;
  }

  async succeed(serviceId: string | null = null): Promise<Connection> {
    const connection = fakeConnection(this.info, this.stream);
    connection.serviceId = serviceId;
    this.#settle.resolve(connection);
    await settled();
    return connection;
  }

  async fail(error: unknown): Promise<void> {
    this.#settle.reject(error);
    await settled();
  }
}

/** A waiter that notes its answer. */
export class FakeWaiter implements CheckOutWaiter {
  connection: Connection | null = null;
  error: MongoError | null = null;
  readonly answered: Promise<void>;
  #resolve: () => void;

  constructor(readonly onGrant: (connection: Connection) => void = () => {}) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.answered = promise;
    this.#resolve = resolve;
  }

  onConnection(connection: Connection): void {
    this.connection = connection;
    this.#resolve();
    this.onGrant(connection);
  }

  onCheckOutFailed(error: MongoError): void {
    this.error = error;
    this.#resolve();
  }
}

/** A pool whose establishments are in a test's hands. */
export class PoolFixture implements Disposable {
  readonly attempts: FakeAttempt[] = [];
  readonly events: PoolEvent[] = [];
  readonly pool: ConnectionPool;

  constructor(options: Partial<PoolOptions> = {}) {
    this.pool = new ConnectionPool({
      address: "fake:27017",
      connect: (info) => {
        const attempt = new FakeAttempt(info);
        this.attempts.push(attempt);
        return attempt.promise;
      },
      onEvent: (event) => this.events.push(event),
      ...options,
    });
  }

  /** A ready pool with `count` free connections, the last established one on top. */
  static async withIdle(
    count: number,
    options: Partial<PoolOptions> = {},
  ): Promise<PoolFixture> {
    const fixture = new PoolFixture({ maxConnecting: count, ...options });
    fixture.pool.ready();
    const waiters = Array.from({ length: count }, () => fixture.checkOut());
    for (const attempt of fixture.attempts) await attempt.succeed();
    for (const { connection } of waiters) fixture.pool.checkIn(connection!);
    fixture.events.length = 0;
    return fixture;
  }

  checkOut(onGrant?: (connection: Connection) => void): FakeWaiter {
    const waiter = new FakeWaiter(onGrant);
    this.pool.checkOut(waiter);
    return waiter;
  }

  get eventTypes(): string[] {
    return this.events.map((event) => event.type);
  }

  [Symbol.dispose](): void {
    this.pool.close();
  }
}

/** Lets what is settled reach who waits for it. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await Promise.resolve();
}
