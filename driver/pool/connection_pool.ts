import type { Connection } from "../connection.ts";
import {
  MongoAPIError,
  MongoError,
  MongoNetworkError,
  MongoPoolClearedError,
  MongoPoolClosedError,
  MongoWaitQueueError,
} from "../error.ts";
import { LinkedList } from "./linked_list.ts";
import { BackgroundTimer } from "./background_timer.ts";
import type { CheckOutFailedReason, ConnectionClosedReason } from "./pool_event.ts";
import { PoolGenerations } from "./pool_generations.ts";
import { changedLimits, type PoolLimits, poolLimits, type PoolOptions } from "./pool_options.ts";
import { connectionsToStart, perishedReason } from "./pool_policy.ts";
import { PoolReporter } from "./pool_reporter.ts";
import { PoolSlot } from "./pool_slot.ts";
import { type CheckOutWaiter, WaitQueue } from "./wait_queue.ts";

export type { CheckOutWaiter } from "./wait_queue.ts";
export type { ConnectInfo, FailedConnectionInfo, PoolOptions } from "./pool_options.ts";

/** `paused` until discovery has seen the server, and again after a clear; `closed` is for good. */
export type PoolState = "paused" | "ready" | "closed";

/** What {@linkcode ConnectionPool.clear} accepts. */
export interface ClearOptions {
  /** Behind a load balancer, and only there: the service whose connections become stale. */
  readonly serviceId?: string;
  /** Also closes the connections in use; what runs on them fails with `MongoPoolClearedError`. @default {false} */
  readonly interruptInUseConnections?: boolean;
  /** What went wrong; the `cause` of the errors that waiters get. */
  readonly error?: Error;
}

/** How long to wait before `minPoolSize` is tried again after an attempt failed and the pool was not cleared. */
const POPULATE_RETRY_MS = 100;

/**
 * The connections to one server, after the Connection Monitoring and Pooling specification. Driven by
 * events: a free connection is handed over within the call, and a waiter gets the first one that comes
 * free, whether checked in or newly established. The connection used last is used next, so that
 * `maxIdleTimeMS` can shrink the pool.
 *
 * While a connection is checked out, its `onClose` belongs to the borrower.
 *
 * @example
 * ```ts ignore
 * const pool = new ConnectionPool({ address: "localhost:27017", connect });
 * pool.ready();
 * const connection = await pool.checkOutAsync();
 * try {
 *   await connection.command("admin", { ping: 1 });
 * } finally {
 *   pool.checkIn(connection);
 * }
 * ```
 */
export class ConnectionPool {
  /** The server, as `host:port` or a socket's path. */
  readonly address: string;
  readonly #options: PoolOptions;
  readonly #limits: PoolLimits;
  readonly #report: PoolReporter;
  readonly #keepAlive: boolean;
  readonly #generations = new PoolGenerations();
  readonly #pending = new LinkedList<PoolSlot>();
  /** Used last at the end. */
  readonly #available = new LinkedList<PoolSlot>();
  readonly #checkedOut = new LinkedList<PoolSlot>();
  /** The slots of the established connections. */
  readonly #slots = new Map<Connection, PoolSlot>();
  readonly #waiting: WaitQueue;
  readonly #populateTimer = new BackgroundTimer(() => this.#establish());
  readonly #idleTimer = new BackgroundTimer(() => this.#onIdleTimer());
  #state: PoolState = "paused";
  #clearError: Error | undefined;
  #lastId = 0;
  #isServing = false;

  /** The pool is paused and opens nothing until {@linkcode ConnectionPool.ready}. */
  constructor(options: PoolOptions) {
    this.address = options.address;
    this.#options = options;
    this.#limits = poolLimits(options);
    this.#report = new PoolReporter(this.address, options.onEvent ?? null, options.tellsCheckOuts ?? true);
    this.#keepAlive = options.keepAlive ?? false;
    this.#waiting = new WaitQueue(
      this.#limits.waitQueueTimeoutMS,
      (place) => this.#fail(place.waiter, place.startedAt, "timeout", this.#timeoutError()),
    );
    this.#report.poolCreated(changedLimits(this.#limits));
  }

  /** Check-outs wait only in `ready`; in the others they fail. */
  get state(): PoolState {
    return this.#state;
  }

  /** Grows with every clear; behind a load balancer each service has its own instead. */
  get generation(): number {
    return this.#generations.current();
  }

  /** The generation that a connection to `serviceId` must have to be current; `null`: not behind a load balancer. */
  serviceGeneration(serviceId: string | null): number {
    return this.#generations.current(serviceId);
  }

  /** Connections being established, unused and in use. */
  get totalConnectionCount(): number {
    return this.#pending.size + this.#available.size + this.#checkedOut.size;
  }

  /** Connections established and unused. */
  get availableConnectionCount(): number {
    return this.#available.size;
  }

  /** Connections being established, at most `maxConnecting`. */
  get pendingConnectionCount(): number {
    return this.#pending.size;
  }

  /** Connections in use. */
  get checkedOutCount(): number {
    return this.#checkedOut.size;
  }

  /** Check-outs that wait for a connection. */
  get waitQueueSize(): number {
    return this.#waiting.size;
  }

  /** Operations under way or waiting; server selection prefers the lower. */
  get operationCount(): number {
    return this.#checkedOut.size + this.#waiting.size;
  }

  /**
   * Whether the pool was cleared since `connection` was established; such a connection says nothing of the server now.
   */
  isStale(connection: Connection): boolean {
    const slot = this.#slots.get(connection);
    return slot === undefined || this.#isStale(slot);
  }

  /**
   * Gives `waiter` a connection: within the call if one is free, else as soon as one is.
   * The waiter's failures: `MongoPoolClosedError`, `MongoPoolClearedError` (paused, or cleared while it
   * waited), `MongoWaitQueueError`, or why the connection could not be established.
   */
  checkOut(waiter: CheckOutWaiter): void {
    const startedAt = this.#report.checkOutStarted();
    if (this.#state !== "ready") return this.#refuse(waiter, startedAt);
    if (this.#waiting.size === 0) {
      const slot = this.#takeAvailable();
      if (slot !== null) return waiter.onConnection(this.#lend(slot, startedAt));
    }
    this.#enqueue(waiter, startedAt);
  }

  /** The promise form of {@linkcode checkOut}. */
  checkOutAsync(): Promise<Connection> {
    return new Promise((onConnection, onCheckOutFailed) => this.checkOut({ onConnection, onCheckOutFailed }));
  }

  /** Takes `waiter` out of the queue, without an answer. Nothing happens if it does not wait. */
  cancel(waiter: CheckOutWaiter): void {
    const place = this.#waiting.delete(waiter);
    if (place !== null) this.#report.checkOutFailed(place.startedAt, "cancelled");
  }

  /**
   * Takes a connection back: to the oldest waiter, or to the free ones, or closed if it is stale, closed
   * already, or still owed a reply. Doing it again does nothing.
   * Throws `MongoAPIError` for an open connection of another pool.
   */
  checkIn(connection: Connection): void {
    const slot = this.#slots.get(connection);
    if (slot === undefined) return this.#checkInUnknown(connection);
    if (slot.list !== this.#checkedOut) return;
    this.#report.checkedIn(slot);
    const reason = this.#state === "closed" ? "poolClosed" : this.#perishedReason(slot, -Infinity);
    if (reason === null) return this.#makeAvailable(slot);
    this.#discard(slot, reason);
    this.#establish();
  }

  /** Lets check-outs succeed, and connections be made. */
  ready(): void {
    if (this.#state !== "paused") return;
    this.#state = "ready";
    this.#clearError = undefined;
    this.#report.poolReady();
    if (this.#limits.maxIdleTimeMS > 0) this.#idleTimer.start(this.#limits.maxIdleTimeMS);
    this.#establish();
  }

  /**
   * Makes all connections stale: free ones are closed now, those in use when they come back. Waiters
   * fail, and the pool pauses; behind a load balancer only the service's connections are touched and
   * the pool stays ready. Throws `MongoAPIError` if there is a service and no load balancer, or the reverse.
   */
  clear(options: ClearOptions = {}): void {
    if (this.#state === "closed") return;
    const serviceId = options.serviceId ?? null;
    if ((serviceId !== null) !== (this.#options.loadBalanced ?? false)) {
      throw new MongoAPIError(
        `The pool for ${this.address} cannot be cleared ${
          serviceId === null ? "without a service, expected one" : "for a service, expected none"
        }`,
      );
    }
    this.#generations.increment(serviceId);
    if (serviceId !== null || this.#pause(options.error)) {
      this.#report.poolCleared(serviceId, options.interruptInUseConnections ?? false);
    }
    this.#dropStale(options);
  }

  /**
   * Fails the waiters, closes the free connections and gives up the pending ones; those in use are closed when they
   * come back.
   */
  close(): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#idleTimer.stop();
    this.#populateTimer.stop();
    this.#failWaiters("poolClosed", new MongoPoolClosedError(this.address));
    for (const slot of this.#pending.toArray()) this.#discard(slot, "poolClosed");
    for (const slot of this.#available.toArray()) this.#discard(slot, "poolClosed");
    this.#report.poolClosed();
  }

  #isStale(slot: PoolSlot): boolean {
    return slot.generation !== this.#generations.current(slot.serviceId);
  }

  #perishedReason(slot: PoolSlot, idleBefore: number): ConnectionClosedReason | null {
    return perishedReason(slot, this.#generations.current(slot.serviceId), idleBefore);
  }

  #takeAvailable(): PoolSlot | null {
    const idleLimit = this.#limits.maxIdleTimeMS;
    const idleBefore = idleLimit === 0 ? -Infinity : performance.now() - idleLimit;
    for (let slot = this.#available.last; slot !== null; slot = this.#available.last) {
      const reason = this.#perishedReason(slot, idleBefore);
      if (reason === null) return slot;
      this.#discard(slot, reason);
    }
    return null;
  }

  #lend(slot: PoolSlot, startedAt: number): Connection {
    const connection = slot.connection!;
    this.#checkedOut.append(slot);
    connection.onClose = null;
    if (!this.#keepAlive) connection.ref();
    this.#report.checkedOut(slot, startedAt);
    return connection;
  }

  #makeAvailable(slot: PoolSlot): void {
    const connection = slot.connection!;
    this.#available.append(slot);
    if (this.#limits.maxIdleTimeMS > 0) slot.idleSince = performance.now();
    connection.onClose = slot.onClose;
    if (!this.#keepAlive) connection.unref();
    if (this.#waiting.size > 0) this.#serve();
  }

  /**
   * Hands free connections to the oldest waiters; in a loop, since a waiter may give its connection back within the
   * call.
   */
  #serve(): void {
    if (this.#isServing) return;
    this.#isServing = true;
    try {
      while (this.#waiting.size > 0) {
        const slot = this.#takeAvailable();
        if (slot === null) break;
        const place = this.#waiting.shift()!;
        place.waiter.onConnection(this.#lend(slot, place.startedAt));
      }
    } finally {
      this.#isServing = false;
    }
    this.#establish();
  }

  #enqueue(waiter: CheckOutWaiter, startedAt: number): void {
    const limit = this.#limits.maxWaitQueueSize;
    if (limit > 0 && this.#waiting.size >= limit) {
      const message = `The wait queue of the connection pool for ${this.address} is full: ` +
        `${this.#waiting.size} waiting, maxWaitQueueSize ${limit}`;
      const error = new MongoWaitQueueError(message, "full");
      return this.#fail(waiter, startedAt, "queueFull", error);
    }
    this.#waiting.push(waiter, performance.now());
    this.#establish();
  }

  #refuse(waiter: CheckOutWaiter, startedAt: number): void {
    if (this.#state === "closed") {
      this.#fail(waiter, startedAt, "poolClosed", new MongoPoolClosedError(this.address));
    } else this.#fail(waiter, startedAt, "connectionError", this.#clearedError());
  }

  #fail(
    waiter: CheckOutWaiter,
    startedAt: number,
    reason: CheckOutFailedReason,
    error: MongoError,
  ): void {
    this.#report.checkOutFailed(startedAt, reason, error);
    waiter.onCheckOutFailed(error);
  }

  #failWaiters(reason: CheckOutFailedReason, error: MongoError): void {
    for (const place of this.#waiting.drain()) {
      this.#fail(place.waiter, place.startedAt, reason, error);
    }
  }

  #clearedError(): MongoPoolClearedError {
    return new MongoPoolClearedError(this.address, { cause: this.#clearError });
  }

  #timeoutError(): MongoWaitQueueError {
    const { waitQueueTimeoutMS, maxPoolSize } = this.#limits;
    return new MongoWaitQueueError(
      `Timed out while checking out a connection from connection pool for ${this.address}: ` +
        `waitQueueTimeoutMS ${waitQueueTimeoutMS}, maxPoolSize ${maxPoolSize}, ` +
        `in use ${this.#checkedOut.size}, pending ${this.#pending.size}, waiting ${this.#waiting.size}`,
      "timeout",
    );
  }

  #establish(): void {
    if (this.#state !== "ready") return;
    const count = connectionsToStart({
      maxPoolSize: this.#limits.maxPoolSize,
      minPoolSize: this.#populateTimer.isRunning ? 0 : this.#limits.minPoolSize,
      maxConnecting: this.#limits.maxConnecting,
      total: this.totalConnectionCount,
      pending: this.#pending.size,
      waiting: this.#waiting.size,
    });
    for (let started = 0; started < count; started++) this.#startConnecting();
  }

  #startConnecting(): void {
    const slot = new PoolSlot(++this.#lastId, this.#generations.current(), performance.now());
    this.#pending.append(slot);
    this.#report.connectionCreated(slot);
    this.#options.connect({
      id: slot.id,
      generation: slot.generation,
      signal: slot.abort.signal,
      onHandshake: (serviceId) => this.#onHandshake(slot, serviceId),
    }).then(
      (connection) => this.#onConnected(slot, connection),
      (error) => this.#onConnectFailed(slot, error),
    );
  }

  #onHandshake(slot: PoolSlot, serviceId: string | null): void {
    if (slot.list === null || slot.isHelloAnswered) return;
    slot.isHelloAnswered = true;
    if (serviceId === null || !this.#options.loadBalanced) return;
    slot.serviceId = serviceId;
    slot.generation = this.#generations.retain(serviceId);
  }

  #onConnected(slot: PoolSlot, connection: Connection): void {
    if (slot.list === null) return connection.close();
    if (connection.isClosed) {
      const error = new MongoNetworkError(
        `Connection ${slot.id} to ${this.address} was closed right after its handshake`,
      );
      return this.#onConnectFailed(slot, error);
    }
    this.#onHandshake(slot, connection.serviceId);
    slot.connection = connection;
    this.#slots.set(connection, slot);
    if (this.#isStale(slot)) {
      this.#discard(slot, "stale");
      return this.#establish();
    }
    slot.onClose = (error) => this.#onIdleClose(slot, error);
    this.#report.connectionReady(slot);
    this.#makeAvailable(slot);
    this.#establish();
  }

  #onConnectFailed(slot: PoolSlot, reason: unknown): void {
    if (slot.list === null) return;
    const error = reason instanceof MongoError
      ? reason
      : new MongoNetworkError(`No connection to ${this.address}: ${reason}`, { cause: reason });
    // The attempts still under way serve as many waiters; one more has nobody to wait for.
    const isOwed = !this.#isStale(slot) && this.#waiting.size >= this.#pending.size;
    const place = isOwed ? this.#waiting.shift() : null;
    if (this.#limits.minPoolSize > 0) this.#populateTimer.start(POPULATE_RETRY_MS);
    this.#options.onConnectionFailed?.(error, {
      generation: slot.generation,
      serviceId: slot.serviceId,
      isHelloAnswered: slot.isHelloAnswered,
    });
    if (slot.list !== null) this.#discard(slot, "error", error);
    if (place !== null) this.#fail(place.waiter, place.startedAt, "connectionError", error);
    this.#establish();
  }

  #onIdleClose(slot: PoolSlot, error: MongoNetworkError): void {
    this.#discard(slot, "error", error);
    this.#establish();
  }

  #checkInUnknown(connection: Connection): void {
    if (connection.isClosed) return;
    throw new MongoAPIError(
      `Connection ${connection.id} cannot be checked in to the pool for ${this.address}, it is of another pool`,
    );
  }

  /** Takes a connection out of the pool for good. */
  #discard(slot: PoolSlot, reason: ConnectionClosedReason, error?: Error): void {
    slot.list?.remove(slot);
    if (slot.serviceId !== null) this.#generations.release(slot.serviceId);
    this.#report.connectionClosed(slot, reason, error);
    if (slot.connection === null) return slot.abort.abort();
    this.#slots.delete(slot.connection);
    slot.connection.onClose = null;
    slot.connection.close();
  }

  /** Says whether the pool was running until now. */
  #pause(error: Error | undefined): boolean {
    if (this.#state !== "ready") return false;
    this.#state = "paused";
    this.#clearError = error;
    this.#populateTimer.stop();
    return true;
  }

  #dropStale(options: ClearOptions): void {
    const isInterrupting = options.interruptInUseConnections ?? false;
    if (isInterrupting) this.#discardStale(this.#pending);
    this.#discardStale(this.#available);
    if (this.#state === "paused") this.#failWaiters("connectionError", this.#clearedError());
    if (isInterrupting) this.#interrupt(options.error);
    this.#establish();
  }

  #discardStale(list: LinkedList<PoolSlot>): void {
    for (const slot of list.toArray()) if (this.#isStale(slot)) this.#discard(slot, "stale");
  }

  /** The borrowers learn it from their connections, and check them in as after any failure. */
  #interrupt(cause: Error | undefined): void {
    for (const slot of this.#checkedOut.toArray()) {
      if (!this.#isStale(slot)) continue;
      slot.connection?.close(new MongoPoolClearedError(this.address, { cause }));
    }
  }

  /** Runs as long as the pool does: a connection that becomes idle later never expires before it fires. */
  #onIdleTimer(): void {
    const now = performance.now();
    const limit = this.#limits.maxIdleTimeMS;
    for (let slot = this.#available.first; slot !== null; slot = this.#available.first) {
      if (slot.idleSince > now - limit) break;
      this.#discard(slot, "idle");
    }
    this.#idleTimer.start((this.#available.first?.idleSince ?? now) + limit - now);
    this.#establish();
  }
}
