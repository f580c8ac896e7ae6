/** Who waits for a place in an {@linkcode AwaitLane}. */
export interface LaneWaiter {
  onLane(): void;
}

/**
 * Bounds how many awaiting `getMore`s a server's pool carries at once: each holds a connection until data comes
 * or its time is up, so that unbounded they would leave none for commands that are short. First come, first served.
 */
export class AwaitLane {
  readonly #limit: number;
  readonly #waiting = new Set<LaneWaiter>();
  #inside = 0;

  constructor(limit: number) {
    this.#limit = Math.max(1, limit);
  }

  get inside(): number {
    return this.#inside;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** Calls `waiter.onLane()`, now or when there is a place. */
  enter(waiter: LaneWaiter): void {
    if (this.#inside >= this.#limit) {
      this.#waiting.add(waiter);
      return;
    }
    this.#inside++;
    waiter.onLane();
  }

  /** Gives up waiting. */
  cancel(waiter: LaneWaiter): void {
    this.#waiting.delete(waiter);
  }

  /** Gives a place back, to whoever waited longest. */
  leave(): void {
    for (const next of this.#waiting) {
      this.#waiting.delete(next);
      next.onLane();
      return;
    }
    this.#inside--;
  }
}
