/** Knows how much of the work is done, and from that how long the rest takes. */
export class Progress {
  readonly #planned: number;
  readonly #now: () => number;
  readonly #start: number;
  #done = 0;

  /** `planned` seconds of work lie ahead. `now` gives milliseconds. */
  constructor(planned: number, now: () => number = () => performance.now()) {
    this.#planned = planned;
    this.#now = now;
    this.#start = now();
  }

  /** Notes that work planned for so many seconds is done. */
  did(seconds: number): void {
    this.#done += seconds;
  }

  /** How far it is, in words. */
  toString(): string {
    const elapsed = (this.#now() - this.#start) / 1000;
    const pace = this.#done === 0 ? 1 : elapsed / this.#done;
    const share = this.#planned === 0 ? 1 : this.#done / this.#planned;
    return `${Math.floor(share * 100)} %, about ${inWords((this.#planned - this.#done) * pace)} left`;
  }
}

/** A time in the unit that suits it. */
export function inWords(seconds: number): string {
  if (seconds < 100) return `${Math.max(0, Math.round(seconds))} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 100 ? `${minutes} min` : `${(seconds / 3600).toFixed(1)} h`;
}
