import type { Connection } from "../../driver/connection.ts";
import type { ConnectionSource } from "../pins/connection_pin.ts";

/** Runs the commands that the gateway itself has for the servers, so that none outlives it. */
export class OwnCommands {
  readonly #connections = new Set<Connection>();
  #isCut = false;

  /** Calls `run` with a connection from `source`, which takes it back afterwards. Throws what either throws. */
  async run<Result>(source: ConnectionSource, run: (connection: Connection) => Promise<Result>): Promise<Result> {
    const connection = await checkOut(source);
    this.#connections.add(connection);
    try {
      if (this.#isCut) connection.close();
      return await run(connection);
    } finally {
      this.#connections.delete(connection);
      source.checkIn(connection);
    }
  }

  /** Fails what runs, and whatever is to run from now on. */
  cut(): void {
    this.#isCut = true;
    for (const connection of this.#connections) connection.close();
  }
}

/** The promise form of a source's check-out. */
function checkOut(source: ConnectionSource): Promise<Connection> {
  return new Promise((onConnection, onCheckOutFailed) => source.checkOut({ onConnection, onCheckOutFailed }));
}
