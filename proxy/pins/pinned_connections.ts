import type { Connection } from "../../driver/connection.ts";
import type { Server } from "../../driver/sdam/topology.ts";
import { ConnectionPin } from "./connection_pin.ts";
import type { ClientId, GatewayEventListener } from "../event.ts";
import type { PinReason } from "./pin_reason.ts";

/**
 * The upstream connections that are pinned, within a budget for each server: a pinned connection serves nobody
 * else, so without one a few open cursors could take a whole pool, and with it the commands that would end them.
 */
export class PinnedConnections {
  readonly #limit: number;
  readonly #emit: GatewayEventListener;
  /** Places taken, by server. */
  readonly #taken = new Map<string, number>();
  readonly #pins = new Set<ConnectionPin>();

  /** `limit` is a number of connections a server. */
  constructor(limit: number, emit: GatewayEventListener) {
    this.#limit = limit;
    this.#emit = emit;
  }

  /** Takes a place before it is known which connection it will be, or whether any; says whether there was one. */
  reserve(server: Server): boolean {
    const taken = this.#taken.get(server.address) ?? 0;
    if (taken >= this.#limit) return false;
    this.#taken.set(server.address, taken + 1);
    return true;
  }

  /** Gives back a place that was not needed. */
  free(server: Server): void {
    const taken = this.#taken.get(server.address) ?? 0;
    if (taken > 1) this.#taken.set(server.address, taken - 1);
    else this.#taken.delete(server.address);
  }

  /** Fills a reserved place with a connection that a command runs on. */
  pin(
    connection: Connection,
    server: Server,
    clientId: ClientId,
    reason: PinReason,
  ): ConnectionPin {
    const pin = new ConnectionPin(connection, server, clientId, reason, (it) => this.#onReleased(it));
    this.#pins.add(pin);
    this.#tell("pinned", pin);
    return pin;
  }

  /** Whether a pinned connection is closed. */
  get hasLost(): boolean {
    for (const pin of this.#pins) if (pin.connection.isClosed) return true;
    return false;
  }

  /** Every pin, for whoever asks why connections are held. */
  list(): ConnectionPin[] {
    return [...this.#pins];
  }

  #onReleased(pin: ConnectionPin): void {
    this.#pins.delete(pin);
    this.free(pin.server);
    this.#tell("unpinned", pin);
  }

  #tell(type: "pinned" | "unpinned", pin: ConnectionPin): void {
    const { connection, server, clientId, reason } = pin;
    this.#emit({ type, clientId, connectionId: connection.id, server: server.address, reason });
  }
}
