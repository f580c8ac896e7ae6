/** Epochs in which pauses are as they proved better, for each in which the other is tried. */
const EPOCHS_BETWEEN_TRIALS = 16;
/** How much one trial counts beside what was known. */
const TRIAL_WEIGHT = 0.25;
/** One trial may say anything: a burst came, another process ran. */
const LARGEST_RATIO = 2;
/** Round trips so much longer are a price for the work saved; from there on pauses end, and come back below. */
const GIVE_UP_ABOVE = 1.05;
const TAKE_UP_BELOW = 1.02;

/**
 * Finds out whether pauses pay, by trying. Time goes in epochs; most are with pauses or without, as proved better, and
 * every now and then one is the other way. Its mean round trip is compared with those of the epochs around it, so that
 * a load that changes meanwhile says nothing.
 */
export class CoalescingTrial {
  #pauses = true;
  /** Round trips with pauses, in those without. */
  #ratio = 1;
  #epochs = 0;
  /** Round trips of the last epoch and of the one before; `null` where there was too little to measure. */
  #last: number | null = null;
  #beforeLast: number | null = null;

  /** Whether the thread pauses in the epoch that is under way. */
  get pauses(): boolean {
    return this.#isTrying ? !this.#pauses : this.#pauses;
  }

  /** Ends an epoch; `roundTrip` is the mean of the requests in it, `null` if there were too few. */
  endEpoch(roundTrip: number | null): void {
    const wasAfterTrial = this.#epochs === 0;
    if (wasAfterTrial) this.#compare(this.#beforeLast, this.#last, roundTrip);
    this.#beforeLast = this.#last;
    this.#last = roundTrip;
    this.#epochs = this.#isTrying ? 0 : this.#epochs + 1;
  }

  get #isTrying(): boolean {
    return this.#epochs === EPOCHS_BETWEEN_TRIALS;
  }

  #compare(before: number | null, trial: number | null, after: number | null): void {
    if (before === null || trial === null || after === null) return;
    const ratio = this.#pauses ? (before + after) / 2 / trial : trial / ((before + after) / 2);
    const bounded = Math.min(LARGEST_RATIO, Math.max(1 / LARGEST_RATIO, ratio));
    this.#ratio += TRIAL_WEIGHT * (bounded - this.#ratio);
    this.#pauses = this.#ratio < (this.#pauses ? GIVE_UP_ABOVE : TAKE_UP_BELOW);
  }
}
