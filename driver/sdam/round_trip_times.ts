/** Weight of the newest sample in the average (server selection, "Calculation of Average Round Trip Times"). */
const NEWEST_WEIGHT = 0.2;
const MINIMUM_OVER_SAMPLES = 10;

/** The moving average and the recent minimum of a server's round trip times, in milliseconds. */
export class RoundTripTimes {
  #average: number | null = null;
  #isEstimate = false;
  #recent: number[] = [];

  /** Counts a sample in. */
  add(sample: number): void {
    this.#average = this.#average === null || this.#isEstimate
      ? sample
      : NEWEST_WEIGHT * sample + (1 - NEWEST_WEIGHT) * this.#average;
    this.#isEstimate = false;
    this.#recent = [...this.#recent.slice(1 - MINIMUM_OVER_SAMPLES), sample];
  }

  /** Sets the average until the first sample, if there was none: for a time that holds more than a round trip. */
  estimate(time: number): void {
    if (this.#average !== null) return;
    this.#average = time;
    this.#isEstimate = true;
  }

  /** Forgets everything: the server went away. */
  reset(): void {
    this.#average = null;
    this.#isEstimate = false;
    this.#recent = [];
  }

  /** 0 before the first sample. */
  get average(): number {
    return this.#average ?? 0;
  }

  /** The least of the last 10 samples, 0 before the second. */
  get minimum(): number {
    return this.#recent.length < 2 ? 0 : Math.min(...this.#recent);
  }
}
