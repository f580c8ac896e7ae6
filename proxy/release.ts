import { Binary, Long } from "bson";
import type { Connection } from "../driver/connection.ts";
import type { Topology } from "../driver/sdam/topology.ts";
import type { ConnectionSource } from "./connection_pin.ts";
import type { CursorPin } from "./cursor_pins.ts";
import type { GatewayEventListener } from "./event.ts";
import type { TransactionPin } from "./transaction_pins.ts";

/** Ends at their servers the cursors and transactions that nobody will come back for; reports what fails. */
export class Releaser {
  readonly #topology: Topology;
  readonly #emit: GatewayEventListener;
  readonly #running = new Set<Promise<void>>();

  constructor(topology: Topology, emit: GatewayEventListener) {
    this.#topology = topology;
    this.#emit = emit;
  }

  release(cursors: readonly CursorPin[], transactions: readonly TransactionPin[]): void {
    const byPlace = Map.groupBy(cursors, (pin) => `${pin.server} ${pin.namespace}`);
    const perConnection = cursors.filter((pin) => pin.connection !== null).map((pin) => [pin]);
    const shared = [...byPlace.values()].map((pins) => pins.filter((pin) => pin.connection === null));
    for (const pins of [...perConnection, ...shared]) {
      if (pins.length > 0) this.#start(pins[0]!, (connection) => killCursors(connection, pins));
    }
    for (const pin of transactions) {
      this.#start(pin, (connection) => abortTransaction(connection, pin));
    }
  }

  /** Resolves when all that was begun has ended. */
  async settled(): Promise<void> {
    await Promise.all(this.#running);
  }

  #start(
    pin: CursorPin | TransactionPin,
    run: (connection: Connection) => Promise<unknown>,
  ): void {
    const running = this.#run(pin, run).catch((error) =>
      this.#emit({ type: "releaseFailed", server: pin.server, error })
    ).finally(() => {
      pin.connection?.letGo();
      this.#running.delete(running);
    });
    this.#running.add(running);
  }

  async #run(
    pin: CursorPin | TransactionPin,
    run: (connection: Connection) => Promise<unknown>,
  ): Promise<void> {
    const source: ConnectionSource | undefined = pin.connection ??
      this.#topology.server(pin.server)?.pool;
    if (source === undefined) return;
    const connection = await checkOut(source);
    try {
      await run(connection);
    } finally {
      source.checkIn(connection);
    }
  }
}

/** The promise form of a source's check-out. */
export function checkOut(source: ConnectionSource): Promise<Connection> {
  return new Promise((onConnection, onCheckOutFailed) => source.checkOut({ onConnection, onCheckOutFailed }));
}

function killCursors(connection: Connection, pins: readonly CursorPin[]): Promise<unknown> {
  const { namespace } = pins[0]!;
  const dot = namespace.indexOf(".");
  return connection.command(namespace.slice(0, dot), {
    killCursors: namespace.slice(dot + 1),
    cursors: pins.map((pin) => Long.fromBigInt(pin.id)),
  });
}

function abortTransaction(connection: Connection, pin: TransactionPin): Promise<unknown> {
  return connection.command("admin", {
    abortTransaction: 1,
    lsid: { id: new Binary(pin.lsid, Binary.SUBTYPE_UUID) },
    txnNumber: Long.fromBigInt(pin.txnNumber),
    autocommit: false,
  });
}
