import type { Connection } from "../connection.ts";
import { type MongoError, type MongoNetworkError, MongoPoolClearedError, MongoPoolClosedError } from "../error.ts";
import { BackgroundTimer } from "./background_timer.ts";
import { PoolConnections } from "./pool_connections.ts";
import type { CheckOutFailedReason } from "./pool_event.ts";
import {
  closedAtOnceError,
  establishmentError,
  foreignConnectionError,
  type PoolCounts,
  queueFullError,
  queueTimeoutError,
  wrongClearError,
} from "./pool_failure.ts";
import { changedLimits, type ClearOptions, type PoolLimits, poolLimits, type PoolOptions } from "./pool_options.ts";
import { connectionsToStart } from "./pool_policy.ts";
import { PoolReporter } from "./pool_reporter.ts";
import { PoolSlot } from "./pool_slot.ts";
import { type CheckOutWaiter, WaitQueue } from "./wait_queue.ts";

export type { CheckOutWaiter } from "./wait_queue.ts";
export type { ClearOptions, ConnectInfo, FailedConnectionInfo, PoolOptions } from "./pool_options.ts";

/** `paused` until discovery has seen the server, and again after a clear; `closed` is for good. */
export type PoolState = "paused" | "ready" | "closed";

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
  readonly #connections: PoolConnections;
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
    this.#connections = new PoolConnections(this.#report);
    this.#keepAlive = options.keepAlive ?? false;
    this.#waiting = new WaitQueue(
      this.#limits.waitQueueTimeoutMS,
      (place) => this.#fail(place.waiter, place.startedAt, "timeout", this.#failure(queueTimeoutError)),
    );
    this.#report.poolCreated(changedLimits(this.#limits));
  }

  /** Check-outs wait only in `ready`; in the others they fail. */
  get state(): PoolState {
    return this.#state;
  }

  /** Grows with every clear; behind a load balancer each service has its own instead. */
  get generation(): number {
    return this.#connections.generations.current();
  }

  /** The generation that a connection to `serviceId` must have to be current; `null`: not behind a load balancer. */
  serviceGeneration(serviceId: string | null): number {
    return this.#connections.generations.current(serviceId);
  }

  /** Connections being established, unused and in use. */
  get totalConnectionCount(): number {
    return this.#connections.size;
  }

  /** Connections established and unused. */
  get availableConnectionCount(): number {
    return this.#connections.available.size;
  }

  /** Connections being established, at most `maxConnecting`. */
  get pendingConnectionCount(): number {
    return this.#connections.pending.size;
  }

  /** Connections in use. */
  get checkedOutCount(): number {
    return this.#connections.checkedOut.size;
  }

  /** Check-outs that wait for a connection. */
  get waitQueueSize(): number {
    return this.#waiting.size;
  }

  /** Operations under way or waiting; server selection prefers the lower. */
  get operationCount(): number {
    return this.#connections.checkedOut.size + this.#waiting.size;
  }

  /**
   * Whether the pool was cleared since `connection` was established; such a connection says nothing of the server now.
   */
  isStale(connection: Connection): boolean {
    const slot = this.#connections.slotOf(connection);
    return slot === undefined || this.#connections.isStale(slot);
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
    const slot = this.#connections.slotOf(connection);
    if (slot === undefined) return this.#checkInUnknown(connection);
    if (slot.list !== this.#connections.checkedOut) return;
    this.#report.checkedIn(slot);
    const reason = this.#state === "closed" ? "poolClosed" : this.#connections.perishedReason(slot, -Infinity);
    if (reason === null) return this.#makeAvailable(slot);
    this.#connections.discard(slot, reason);
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
      throw wrongClearError(this.address, serviceId);
    }
    this.#connections.generations.increment(serviceId);
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
    this.#connections.discardUnused();
    this.#report.poolClosed();
  }

  /** Closes the connections in use now; what runs on them fails with `error`. They are checked in as after any failure. */
  interrupt(error: MongoNetworkError): void {
    for (const slot of this.#connections.checkedOut.toArray()) slot.connection?.close(error);
  }

  #takeAvailable(): PoolSlot | null {
    const idleLimit = this.#limits.maxIdleTimeMS;
    return this.#connections.takeAvailable(idleLimit === 0 ? -Infinity : performance.now() - idleLimit);
  }

  #lend(slot: PoolSlot, startedAt: number): Connection {
    const connection = slot.connection!;
    this.#connections.checkedOut.append(slot);
    connection.onClose = null;
    if (!this.#keepAlive) connection.ref();
    this.#report.checkedOut(slot, startedAt);
    return connection;
  }

  #makeAvailable(slot: PoolSlot): void {
    const connection = slot.connection!;
    this.#connections.available.append(slot);
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
      return this.#fail(waiter, startedAt, "queueFull", this.#failure(queueFullError));
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

  #failure(build: typeof queueFullError | typeof queueTimeoutError): MongoError {
    const counts: PoolCounts = {
      inUse: this.#connections.checkedOut.size,
      pending: this.#connections.pending.size,
      waiting: this.#waiting.size,
    };
    return build(this.address, this.#limits, counts);
  }

  #establish(): void {
    if (this.#state !== "ready") return;
    const count = connectionsToStart({
      maxPoolSize: this.#limits.maxPoolSize,
      minPoolSize: this.#populateTimer.isRunning ? 0 : this.#limits.minPoolSize,
      maxConnecting: this.#limits.maxConnecting,
      total: this.totalConnectionCount,
      pending: this.#connections.pending.size,
      waiting: this.#waiting.size,
    });
    for (let started = 0; started < count; started++) this.#startConnecting();
  }

  #startConnecting(): void {
    const slot = new PoolSlot(++this.#lastId, this.#connections.generations.current(), performance.now());
    this.#connections.pending.append(slot);
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
    slot.generation = this.#connections.generations.retain(serviceId);
  }

  #onConnected(slot: PoolSlot, connection: Connection): void {
    if (slot.list === null) return connection.close();
    if (connection.isClosed) {
      return this.#onConnectFailed(slot, closedAtOnceError(this.address, slot.id));
    }
    this.#onHandshake(slot, connection.serviceId);
    this.#connections.fill(slot, connection);
    if (this.#connections.isStale(slot)) {
      this.#connections.discard(slot, "stale");
      return this.#establish();
    }
    slot.onClose = (error) => this.#onIdleClose(slot, error);
    this.#report.connectionReady(slot);
    this.#makeAvailable(slot);
    this.#establish();
  }

  #onConnectFailed(slot: PoolSlot, reason: unknown): void {
    if (slot.list === null) return;
    const error = establishmentError(this.address, reason);
    // The attempts still under way serve as many waiters; one more has nobody to wait for.
    const isOwed = !this.#connections.isStale(slot) && this.#waiting.size >= this.#connections.pending.size;
    const place = isOwed ? this.#waiting.shift() : null;
    if (this.#limits.minPoolSize > 0) this.#populateTimer.start(POPULATE_RETRY_MS);
    this.#options.onConnectionFailed?.(error, {
      generation: slot.generation,
      serviceId: slot.serviceId,
      isHelloAnswered: slot.isHelloAnswered,
    });
    if (slot.list !== null) this.#connections.discard(slot, "error", error);
    if (place !== null) this.#fail(place.waiter, place.startedAt, "connectionError", error);
    this.#establish();
  }

  #onIdleClose(slot: PoolSlot, error: MongoNetworkError): void {
    this.#connections.discard(slot, "error", error);
    this.#establish();
  }

  #checkInUnknown(connection: Connection): void {
    if (connection.isClosed) return;
    throw foreignConnectionError(this.address, connection.id);
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
    if (isInterrupting) this.#connections.discardStale(this.#connections.pending);
    this.#connections.discardStale(this.#connections.available);
    if (this.#state === "paused") this.#failWaiters("connectionError", this.#clearedError());
    if (isInterrupting) this.#interrupt(options.error);
    this.#establish();
  }

  /** The borrowers learn it from their connections, and check them in as after any failure. */
  #interrupt(cause: Error | undefined): void {
    for (const slot of this.#connections.checkedOut.toArray()) {
      if (!this.#connections.isStale(slot)) continue;
      slot.connection?.close(new MongoPoolClearedError(this.address, { cause }));
    }
  }

  /** Runs as long as the pool does: a connection that becomes idle later never expires before it fires. */
  #onIdleTimer(): void {
    const now = performance.now();
    const limit = this.#limits.maxIdleTimeMS;
    this.#connections.discardIdleSince(now - limit);
    this.#idleTimer.start((this.#connections.available.first?.idleSince ?? now) + limit - now);
    this.#establish();
  }
}
