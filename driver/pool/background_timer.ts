/** A timer that does not keep the process alive, and runs at most once at a time. */
export class BackgroundTimer {
  readonly #run: () => void;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(run: () => void) {
    this.#run = run;
  }

  get isRunning(): boolean {
    return this.#timer !== null;
  }

  /** Starts the timer, in milliseconds. Nothing happens if it runs already. */
  start(delayMS: number): void {
    if (this.#timer !== null) return;
    const timer = setTimeout(() => {
      this.#timer = null;
      this.#run();
    }, Math.ceil(delayMS));
    Deno.unrefTimer(timer);
    this.#timer = timer;
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
