/**
 * Takes the place of `performance.now()` and of intervals that are started while it is there, so that a test moves
 * time on. Timeouts go on as ever.
 */
export class ManualClock implements Disposable {
  readonly #setInterval = globalThis.setInterval;
  readonly #now = performance.now;
  readonly #ticks: { readonly run: () => void; readonly intervalMS: number }[] = [];
  #offset = 0;

  constructor() {
    globalThis.setInterval = ((run: () => void, intervalMS: number) => {
      this.#ticks.push({ run, intervalMS });
      return this.#setInterval.call(globalThis, () => {}, 2 ** 31 - 1);
    }) as typeof setInterval;
    performance.now = () => this.#now.call(performance) + this.#offset;
  }

  /** Moves on, and runs every interval that is due once. */
  advance(milliseconds: number): void {
    this.#offset += milliseconds;
    for (const { run, intervalMS } of this.#ticks) if (intervalMS <= milliseconds) run();
  }

  [Symbol.dispose](): void {
    globalThis.setInterval = this.#setInterval;
    performance.now = this.#now;
  }
}
