const FIRST_DELAY_MS = 100;
const MAX_DELAY_MS = 30_000;
/** A worker that ran for so long did not fail because of how it was started. */
const STABLE_AFTER_MS = 60_000;

/** Spaces out the starts of a worker that fails again and again. */
export class RestartDelay {
  #delayMS = 0;

  /** The milliseconds to wait before the next start, after one that ran for `ranMS`. */
  next(ranMS: number): number {
    const isNew = this.#delayMS === 0 || ranMS >= STABLE_AFTER_MS;
    this.#delayMS = isNew ? FIRST_DELAY_MS : Math.min(2 * this.#delayMS, MAX_DELAY_MS);
    return this.#delayMS;
  }
}
