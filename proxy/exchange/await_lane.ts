/** Who waits for a place in an {@linkcode AwaitLane}. */
export interface LaneWaiter {
  onLane(): void;
}

/**
 * Bounds how many awaiting `getMore`s, or waits for other members, a server's pool carries at once: each holds a
 * connection until data comes or its time is up, so that unbounded they would leave none for commands that are short.
 * First come, first served.
 */
export class AwaitLane {
  readonly #limit: number;
  readonly #waiting = new Set<LaneWaiter>();
  #inside = 0;
  #isAdmitting = false;

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
    this.#waiting.add(waiter);
    this.#admit();
  }

  /** Gives up waiting. */
  cancel(waiter: LaneWaiter): void {
    this.#waiting.delete(waiter);
  }

  /** Gives a place back, to whoever waited longest. */
  leave(): void {
    this.#inside--;
    this.#admit();
  }

  /** In a loop, since whoever is let in may leave within the call. */
  #admit(): void {
    if (this.#isAdmitting) return;
    this.#isAdmitting = true;
    try {
      for (const next of this.#waiting) {
        if (this.#inside >= this.#limit) break;
        this.#waiting.delete(next);
        this.#inside++;
        next.onLane();
      }
    } finally {
      this.#isAdmitting = false;
    }
  }
}
