import { coalescingWindow } from "./coalescing_window.ts";
import type { Load } from "./transport.ts";

/** The time as a {@linkcode Coalescer} sees it. */
export interface ThreadClock {
  /** Milliseconds since some moment. */
  now(): number;
  /** Lets the whole thread sleep for so many milliseconds, or longer. */
  sleep(ms: number): void;
}

/** The rate of replies is taken over times of about this length. */
const RATE_PERIOD_MS = 4;
/** After a longer time without a turn what was known says nothing any more. */
const LONGEST_PERIOD_MS = 40;
/** How much a new measurement counts beside what was known. */
const RATE_WEIGHT = 0.3;
const OVERSLEEP_WEIGHT = 0.1;
/** What is left of a shorter pause is not worth a call. */
const SHORTEST_SLEEP_MS = 0.02;

const CELL = new Int32Array(new SharedArrayBuffer(4));

/** The clock of the thread that it is asked in. */
export const THREAD_CLOCK: ThreadClock = {
  now: () => performance.now(),
  sleep: (ms) => void Atomics.wait(CELL, 0, 0, ms),
};

/**
 * Lets events gather: told of the requests under way, it makes its thread sleep at the end of a turn where what comes
 * meanwhile is cheaper to serve together. Threads sleep longer than they are asked to; it learns by how much.
 */
export class Coalescer implements Load {
  readonly #maxWindowMS: number;
  readonly #clock: ThreadClock;
  #inFlight = 0;
  /** Replies since the period began. */
  #replies = 0;
  #periodStart = 0;
  #repliesPerMS = 0;
  #oversleepMS = 0;

  /** Pauses are to last at most `maxWindowMS` milliseconds; with 0 there are none. */
  constructor(maxWindowMS: number, clock: ThreadClock = THREAD_CLOCK) {
    this.#maxWindowMS = maxWindowMS;
    this.#clock = clock;
  }

  sent(): void {
    this.#inFlight++;
  }

  answered(): void {
    this.#inFlight--;
    this.#replies++;
  }

  /** Ends a turn that served `events` socket events, and sleeps if that pays. Gives the milliseconds asked for. */
  endTurn(events: number): number {
    if (this.#maxWindowMS === 0) return 0;
    const now = this.#clock.now();
    this.#measureRate(now);
    const load = { inFlight: this.#inFlight, lastEvents: events, repliesPerMS: this.#repliesPerMS };
    const sleep = coalescingWindow(load, this.#maxWindowMS) - this.#oversleepMS;
    if (sleep < SHORTEST_SLEEP_MS) return 0;
    this.#clock.sleep(sleep);
    const overslept = this.#clock.now() - now - sleep;
    this.#oversleepMS += OVERSLEEP_WEIGHT * (Math.min(overslept, this.#maxWindowMS) - this.#oversleepMS);
    return sleep;
  }

  #measureRate(now: number): void {
    const period = now - this.#periodStart;
    if (period < RATE_PERIOD_MS) return;
    const rate = this.#replies / period;
    this.#repliesPerMS = period > LONGEST_PERIOD_MS
      ? 0
      : this.#repliesPerMS === 0
      ? rate
      : this.#repliesPerMS + RATE_WEIGHT * (rate - this.#repliesPerMS);
    this.#periodStart = now;
    this.#replies = 0;
  }
}
