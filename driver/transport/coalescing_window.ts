/** The longest pause by default, in milliseconds. */
export const DEFAULT_COALESCING_WINDOW_MS = 0.3;

/** What is known at the end of a turn, in which everything that was ready has been served. */
export interface TurnLoad {
  /** Requests under way at servers. */
  readonly inFlight: number;
  /** Socket events that the turn served. */
  readonly lastEvents: number;
  /** Replies that came lately, a millisecond. */
  readonly repliesPerMS: number;
}

/** A pause makes round trips longer by at most about this share of them. */
const SHARE_OF_ROUND_TRIP = 0.12;
/** With so few in flight a pause gathers nothing, and is pure latency. */
const FEW_IN_FLIGHT = 6;
/** From so many in flight on the share is whole; in between it grows, so that no load sits at an edge. */
const MANY_IN_FLIGHT = 18;
/** A turn that served so many events gathers well without a pause. */
const ENOUGH_EVENTS = 16;

/**
 * How long to let events gather before the next turn, in milliseconds: interrupt moderation, as network cards do it.
 *
 * By Little's law a round trip takes `inFlight / repliesPerMS`. A pause of a share `s` of it delays a request and its
 * reply by less than twice as much, so the round trip settles at `1 / (1 - 2s)` of what it was: stable for `s < 1/2`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { coalescingWindow } from "./coalescing_window.ts";
 *
 * assertEquals(coalescingWindow({ inFlight: 2, lastEvents: 1, repliesPerMS: 10 }, 0.3), 0);
 * assertEquals(coalescingWindow({ inFlight: 32, lastEvents: 2, repliesPerMS: 32 }, 0.3), 0.12);
 * ```
 */
export function coalescingWindow({ inFlight, lastEvents, repliesPerMS }: TurnLoad, maxWindowMS: number): number {
  if (inFlight <= FEW_IN_FLIGHT || lastEvents >= ENOUGH_EVENTS || repliesPerMS <= 0) return 0;
  const whole = Math.min(1, (inFlight - FEW_IN_FLIGHT) / (MANY_IN_FLIGHT - FEW_IN_FLIGHT));
  return Math.min(maxWindowMS, SHARE_OF_ROUND_TRIP * whole * inFlight / repliesPerMS);
}
