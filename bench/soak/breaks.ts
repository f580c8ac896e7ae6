/** Pauses that can all be ended at once. */
export class Breaks {
  readonly #running = new Map<ReturnType<typeof setTimeout>, () => void>();
  #isOver = false;

  /** Whether there are no more pauses. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Resolves after some milliseconds, or at the end. */
  pause(milliseconds: number): Promise<void> {
    if (this.#isOver) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#running.delete(timer);
        resolve();
      }, milliseconds);
      this.#running.set(timer, resolve);
    });
  }

  /** Ends all pauses, and those to come. */
  end(): void {
    this.#isOver = true;
    for (const [timer, resolve] of this.#running) {
      clearTimeout(timer);
      resolve();
    }
    this.#running.clear();
  }
}
