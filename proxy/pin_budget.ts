import type { ConnectionPin } from "./connection_pin.ts";

/**
 * How many upstream connections of a server may be pinned, and which are. Pinned connections serve nobody else,
 * so without a budget a few open cursors could take a whole pool (and with it, the `getMore`s that would end them).
 */
export class PinBudget {
  readonly #pins = new Map<string, Set<ConnectionPin>>();
  readonly #reserved = new Map<string, number>();
  readonly #limit: number;

  /** `limit` is a number of connections a server. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Takes a place of `server`'s budget before the connection is known; says whether there was one. */
  reserve(server: string): boolean {
    const reserved = this.#reserved.get(server) ?? 0;
    if (reserved >= this.#limit) return false;
    this.#reserved.set(server, reserved + 1);
    return true;
  }

  /** Gives a place back. */
  free(server: string): void {
    const reserved = this.#reserved.get(server) ?? 0;
    if (reserved > 1) this.#reserved.set(server, reserved - 1);
    else this.#reserved.delete(server);
  }

  /** Fills a reserved place. */
  add(pin: ConnectionPin): void {
    const pins = this.#pins.get(pin.server.address) ?? new Set();
    pins.add(pin);
    this.#pins.set(pin.server.address, pins);
  }

  /** Empties a place and gives it back; says whether `pin` held one. */
  remove(pin: ConnectionPin): boolean {
    const pins = this.#pins.get(pin.server.address);
    if (!pins?.delete(pin)) return false;
    if (pins.size === 0) this.#pins.delete(pin.server.address);
    this.free(pin.server.address);
    return true;
  }

  /** Every pin, for whoever asks why connections are held. */
  list(): ConnectionPin[] {
    return [...this.#pins.values()].flatMap((pins) => [...pins]);
  }
}
