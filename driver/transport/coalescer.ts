import { CoalescingTrial } from "./coalescing_trial.ts";
import { coalescingWindow, FEW_IN_FLIGHT } from "./coalescing_window.ts";
import type { Load } from "./transport.ts";

/** The time as a {@linkcode Coalescer} sees it. */
export interface ThreadClock {
  /** Milliseconds since some moment. */
  now(): number;
  /** Lets the whole thread sleep for so many milliseconds, or longer. */
  sleep(ms: number): void;
}

/** Round trips are measured, and pauses tried, over times of about this length. */
const EPOCH_MS = 20;
/** An epoch in which turns were that rare says nothing of the load now. */
const LONGEST_EPOCH_MS = 2 * EPOCH_MS;
/** Fewer replies in an epoch are chance. */
const FEWEST_REPLIES = 30;
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
 * meanwhile is cheaper to serve together, and as long as clients do not wait longer for it.
 */
export class Coalescer implements Load {
  readonly #maxWindowMS: number;
  readonly #clock: ThreadClock;
  readonly #trial = new CoalescingTrial();
  #inFlight = 0;
  #epochStart = 0;
  #lastTurn = 0;
  /** Requests not answered, summed over the milliseconds of the epoch. */
  #requestMS = 0;
  #pausedMS = 0;
  #pauses = 0;
  #replies = 0;
  /** What the last epoch had on the average; at the end of a turn much may just have been answered. */
  #meanInFlight = 0;
  #roundTripMS = 0;
  /** Threads sleep longer than they are asked to. */
  #oversleepMS = 0;

  /** Pauses are to last at most `maxWindowMS` milliseconds; with 0 there are none. */
  constructor(maxWindowMS: number, clock: ThreadClock = THREAD_CLOCK) {
    this.#maxWindowMS = maxWindowMS;
    this.#clock = clock;
  }

  asked(): void {
    this.#inFlight++;
  }

  answered(): void {
    this.#inFlight--;
    this.#replies++;
  }

  /** Whether there is enough in flight for a pause at all, and so for taking notice of turns. */
  get mayPause(): boolean {
    return Math.max(this.#inFlight, this.#meanInFlight) > FEW_IN_FLIGHT && this.#maxWindowMS > 0;
  }

  /** Ends a turn that served `events` socket events, and sleeps if that pays. Gives the milliseconds asked for. */
  endTurn(events: number): number {
    if (!this.mayPause) return 0;
    const now = this.#clock.now();
    this.#measure(now);
    if (!this.#trial.pauses) return 0;
    const load = { inFlight: this.#meanInFlight, lastEvents: events, roundTripMS: this.#roundTripMS };
    const sleep = coalescingWindow(load, this.#maxWindowMS) - this.#oversleepMS;
    if (sleep < SHORTEST_SLEEP_MS) return 0;
    this.#clock.sleep(sleep);
    this.#onSlept(sleep, this.#clock.now() - now);
    return sleep;
  }

  #onSlept(asked: number, took: number): void {
    this.#pausedMS += took;
    this.#pauses++;
    this.#oversleepMS += OVERSLEEP_WEIGHT * (Math.min(took - asked, this.#maxWindowMS) - this.#oversleepMS);
  }

  #measure(now: number): void {
    this.#requestMS += this.#inFlight * (now - this.#lastTurn);
    this.#lastTurn = now;
    const length = now - this.#epochStart;
    if (length < EPOCH_MS) return;
    const isMeasured = length <= LONGEST_EPOCH_MS && this.#replies >= FEWEST_REPLIES;
    // Little's law: what waits for an answer on the average is the rate of replies times the round trip.
    this.#meanInFlight = this.#requestMS / length;
    this.#roundTripMS = isMeasured ? this.#requestMS / this.#replies : 0;
    this.#trial.endEpoch(isMeasured ? this.#roundTripMS + this.#meanDelay() : null);
    this.#epochStart = now;
    this.#requestMS =
      this.#pausedMS =
      this.#pauses =
      this.#replies =
        0;
  }

  /** How long a request waited on the average, before it left, for pauses that nobody in flight noticed. */
  #meanDelay(): number {
    return this.#pauses === 0 ? 0 : this.#pausedMS / this.#pauses / 2;
  }
}
