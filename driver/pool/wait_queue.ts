import type { MongoError } from "../error.ts";
import type { Connection } from "../connection.ts";
import { MongoAPIError } from "../error.ts";
import { type Linked, LinkedList } from "./linked_list.ts";

/** Who asks a pool for a connection; it waits once at a time, and neither method may throw. */
export interface CheckOutWaiter {
  /** The connection is the waiter's until it checks it in. */
  onConnection(connection: Connection): void;
  /**
   * There will be no connection: `MongoWaitQueueError`, `MongoPoolClearedError`, `MongoPoolClosedError`, or what
   * establishing one failed with.
   */
  onCheckOutFailed(error: MongoError): void;
}

/** One place in a {@linkcode WaitQueue}. */
export class Waiting implements Linked<Waiting> {
  list: LinkedList<Waiting> | null = null;
  previous: Waiting | null = null;
  next: Waiting | null = null;

  constructor(
    readonly waiter: CheckOutWaiter,
    /** When the check-out began, as `performance.now()` gives it. */
    readonly startedAt: number,
    /** When the wait ends, in the same clock. */
    readonly deadline: number,
  ) {}
}

/**
 * The waiters of a pool, first come, first served. All wait equally long, so the oldest ends first
 * and one timer serves the whole queue. The timer keeps the process alive only while somebody waits.
 */
export class WaitQueue {
  readonly #timeoutMS: number;
  readonly #onTimeout: (waiting: Waiting) => void;
  readonly #list = new LinkedList<Waiting>();
  readonly #places = new Map<CheckOutWaiter, Waiting>();
  #timer: ReturnType<typeof setTimeout> | null = null;

  /** `timeoutMS` of 0 means no limit; `onTimeout` gets each place that ended by it, already taken out. */
  constructor(timeoutMS: number, onTimeout: (waiting: Waiting) => void) {
    this.#timeoutMS = timeoutMS;
    this.#onTimeout = onTimeout;
  }

  get size(): number {
    return this.#list.size;
  }

  /** Adds `waiter` at the end. Throws `MongoAPIError` if it waits already. */
  push(waiter: CheckOutWaiter, startedAt: number): void {
    if (this.#places.has(waiter)) {
      throw new MongoAPIError("A waiter cannot wait twice in one queue, wait for its first answer");
    }
    const place = new Waiting(waiter, startedAt, startedAt + this.#timeoutMS);
    this.#list.append(place);
    this.#places.set(waiter, place);
    if (this.#timeoutMS > 0 && this.size === 1) this.#holdTimer();
  }

  /** Takes the oldest out. */
  shift(): Waiting | null {
    const place = this.#list.first;
    if (place !== null) this.#remove(place);
    return place;
  }

  /** Takes `waiter` out, wherever it stands. */
  delete(waiter: CheckOutWaiter): Waiting | null {
    const place = this.#places.get(waiter);
    if (place === undefined) return null;
    this.#remove(place);
    return place;
  }

  /** Takes all out, oldest first, and stops the timer. */
  drain(): Waiting[] {
    const places = this.#list.toArray();
    for (const place of places) this.#remove(place);
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    return places;
  }

  #remove(place: Waiting): void {
    this.#list.remove(place);
    this.#places.delete(place.waiter);
    // Left running, so that a queue that fills and empties all the time starts no timers.
    if (this.size === 0 && this.#timer !== null) Deno.unrefTimer(this.#timer);
  }

  #holdTimer(): void {
    if (this.#timer === null) this.#startTimer(this.#timeoutMS);
    else Deno.refTimer(this.#timer);
  }

  #startTimer(delayMS: number): void {
    this.#timer = setTimeout(() => this.#onTimer(), Math.ceil(delayMS));
  }

  #onTimer(): void {
    this.#timer = null;
    const now = performance.now();
    for (let place = this.#list.first; place !== null; place = this.#list.first) {
      if (place.deadline > now) break;
      this.#remove(place);
      this.#onTimeout(place);
    }
    // A waiter that `onTimeout` brought in may have started the timer again.
    const oldest = this.#list.first;
    if (oldest !== null && this.#timer === null) this.#startTimer(oldest.deadline - now);
  }
}
