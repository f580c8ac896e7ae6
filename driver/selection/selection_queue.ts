import type { MongoServerSelectionError } from "../error.ts";
import type { SelectionRequest } from "./selection_cache.ts";

/** Who waits for a server, which `S` is or stands for; exactly one of the two is called, and neither may throw. */
export interface SelectionWaiter<S> {
  /** There is a server; nothing is reserved on it. */
  onServer(server: S): void;
  /** There was none in time, or there never will be one. */
  onSelectionFailed(error: MongoServerSelectionError): void;
}

interface Place {
  readonly request: SelectionRequest;
  /** On the clock of `performance.now()`. */
  readonly deadline: number;
}

/**
 * The waiters of a topology, oldest first. All wait equally long, so one timer watches over the oldest;
 * it keeps the process alive, as the work that waits would.
 */
export class SelectionQueue<S> {
  readonly #places = new Map<SelectionWaiter<S>, Place>();
  readonly #timeoutMS: number;
  readonly #timeoutError: (request: SelectionRequest) => MongoServerSelectionError;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `timeoutMS` of 0 means that waiters wait for ever. */
  constructor(timeoutMS: number, timeoutError: (request: SelectionRequest) => MongoServerSelectionError) {
    this.#timeoutMS = timeoutMS;
    this.#timeoutError = timeoutError;
  }

  get size(): number {
    return this.#places.size;
  }

  add(waiter: SelectionWaiter<S>, request: SelectionRequest): void {
    const deadline = this.#timeoutMS === 0 ? Infinity : performance.now() + this.#timeoutMS;
    this.#places.set(waiter, { request, deadline });
    if (this.#timer === undefined) this.#watch();
  }

  delete(waiter: SelectionWaiter<S>): void {
    this.#places.delete(waiter);
    if (this.#places.size === 0) this.#unwatch();
  }

  /** Tells every waiter of the problem or the server that there is for it now; the others wait on. */
  settle(
    decide: (request: SelectionRequest) => S | null,
    problemOf: (request: SelectionRequest) => MongoServerSelectionError | null,
  ): void {
    for (const [waiter, { request }] of [...this.#places]) {
      if (!this.#places.has(waiter)) continue;
      const problem = problemOf(request);
      const server = problem === null ? decide(request) : null;
      if (problem === null && server === null) continue;
      this.delete(waiter);
      if (problem !== null) waiter.onSelectionFailed(problem);
      else if (server !== null) waiter.onServer(server);
    }
  }

  #watch(): void {
    const [oldest] = this.#places.values();
    if (oldest === undefined || oldest.deadline === Infinity) return;
    this.#timer = setTimeout(() => this.#onTimer(), Math.max(0, oldest.deadline - performance.now()));
  }

  #unwatch(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #onTimer(): void {
    this.#timer = undefined;
    const now = performance.now();
    for (const [waiter, { request, deadline }] of [...this.#places]) {
      if (deadline > now) break;
      if (this.#places.delete(waiter)) waiter.onSelectionFailed(this.#timeoutError(request));
    }
    if (this.#timer === undefined) this.#watch();
  }
}
