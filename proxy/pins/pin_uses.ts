import type { ConnectionPin } from "./connection_pin.ts";

/** What pins of every kind have; lists of them are kept with the one unused longest first. */
export interface UsedPin {
  readonly connection: ConnectionPin | null;
  usedAt: number;
}

/** The first, which is the one unused longest. */
export function oldest<Pin extends UsedPin>(pins: Iterable<Pin>): Pin | null {
  for (const pin of pins) return pin;
  return null;
}

/** Those unused since `before`. */
export function unusedSince<Pin extends UsedPin>(pins: Iterable<Pin>, before: number): Pin[] {
  const unused: Pin[] = [];
  for (const pin of pins) {
    if (pin.usedAt >= before) break;
    unused.push(pin);
  }
  return unused;
}

/** Those that are tied to a connection that is closed. */
export function withLostConnection<Pin extends UsedPin>(pins: Iterable<Pin>): Pin[] {
  return [...pins].filter(({ connection }) => connection?.connection.isClosed);
}
