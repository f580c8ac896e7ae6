import type { Connection } from "../../driver/connection.ts";
import { MongoNetworkError } from "../../driver/error.ts";
import type { CheckOutWaiter } from "../../driver/pool/connection_pool.ts";
import type { Server } from "../../driver/sdam/topology.ts";
import type { ClientId } from "../event.ts";
import type { PinReason } from "./pin_reason.ts";

/** Where an exchange gets its connection from, and gives it back to: a pool, or a pin. */
export interface ConnectionSource {
  checkOut(waiter: CheckOutWaiter): void;
  cancel(waiter: CheckOutWaiter): void;
  checkIn(connection: Connection): void;
}

/** `busy` runs a command, `idle` waits for one, `released` is over: the connection is the pool's again. */
type PinState = "busy" | "idle" | "released";

/**
 * An upstream connection that stays with a client beyond one command, for as long as something holds it: open
 * cursors, a transaction, a stream of replies. Commands of the client take turns on it.
 */
export class ConnectionPin implements ConnectionSource {
  readonly connection: Connection;
  readonly server: Server;
  readonly clientId: ClientId;
  readonly reason: PinReason;
  readonly #onReleased: (pin: ConnectionPin) => void;
  readonly #waiting = new Set<CheckOutWaiter>();
  #holders = 0;
  #state: PinState = "busy";

  /** Made while a command runs on `connection`, so it starts out busy. */
  constructor(
    connection: Connection,
    server: Server,
    clientId: ClientId,
    reason: PinReason,
    onReleased: (pin: ConnectionPin) => void,
  ) {
    this.connection = connection;
    this.server = server;
    this.clientId = clientId;
    this.reason = reason;
    this.#onReleased = onReleased;
  }

  /** Keeps the connection until as many calls of {@linkcode letGo}. */
  hold(): this {
    this.#holders++;
    return this;
  }

  letGo(): void {
    this.#holders--;
    if (this.#state === "idle") this.#next();
  }

  checkOut(waiter: CheckOutWaiter): void {
    if (this.#state === "released") return waiter.onCheckOutFailed(this.#lostError());
    this.#waiting.add(waiter);
    if (this.#state === "idle") this.#next();
  }

  cancel(waiter: CheckOutWaiter): void {
    this.#waiting.delete(waiter);
  }

  checkIn(): void {
    this.#state = "idle";
    this.#next();
  }

  #next(): void {
    for (const waiter of this.#waiting) {
      this.#waiting.delete(waiter);
      if (!this.connection.isClosed) {
        this.#state = "busy";
        return waiter.onConnection(this.connection);
      }
      waiter.onCheckOutFailed(this.#lostError());
    }
    // A waiter that fails may let go of the last hold, and so has released the pin already.
    if (this.#holders > 0 || this.#state !== "idle") return;
    this.#state = "released";
    this.server.pool.checkIn(this.connection);
    this.#onReleased(this);
  }

  #lostError(): MongoNetworkError {
    return new MongoNetworkError(`The connection to ${this.server.address} that was pinned is lost`);
  }
}
