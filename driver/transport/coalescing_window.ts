/** The longest pause by default, in milliseconds. */
export const DEFAULT_COALESCING_WINDOW_MS = 0.3;

/** What is known at the end of a turn, in which everything that was ready has been served. */
export interface TurnLoad {
  /** Requests that are not answered yet, on the average of late. */
  readonly inFlight: number;
  /** Socket events that the turn served. */
  readonly lastEvents: number;
  /** Mean round trip of requests lately, in milliseconds; 0 if it is not known. */
  readonly roundTripMS: number;
}

/** With so few in flight a pause gathers nothing, and is pure latency: there is none. */
export const FEW_IN_FLIGHT = 6;
/** From so many in flight on the share is whole; in between it grows, so that no load sits at an edge. */
const MANY_IN_FLIGHT = 18;
/** A turn that served so many events gathers well without a pause. */
const ENOUGH_EVENTS = 16;
/**
 * What a pause is of a round trip. It delays a request and its reply by less than twice as much, so a round trip
 * settles below `1 / (1 - 2 * SHARE)` of what it was: stable for shares below a half.
 */
const SHARE_OF_ROUND_TRIP = 0.2;

/**
 * How long to let events gather before the next turn, in milliseconds: interrupt moderation, as network cards do it.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { coalescingWindow } from "./coalescing_window.ts";
 *
 * assertEquals(coalescingWindow({ inFlight: 2, lastEvents: 1, roundTripMS: 1 }, 0.3), 0);
 * assertEquals(coalescingWindow({ inFlight: 32, lastEvents: 2, roundTripMS: 1 }, 0.3), 0.2);
 * ```
 */
export function coalescingWindow({ inFlight, lastEvents, roundTripMS }: TurnLoad, maxWindowMS: number): number {
  if (inFlight <= FEW_IN_FLIGHT || lastEvents >= ENOUGH_EVENTS) return 0;
  const whole = Math.min(1, (inFlight - FEW_IN_FLIGHT) / (MANY_IN_FLIGHT - FEW_IN_FLIGHT));
  return Math.min(maxWindowMS, SHARE_OF_ROUND_TRIP * whole * roundTripMS);
}
