import { Binary, Long } from "bson";
import type { Connection } from "../../driver/connection.ts";
import { MongoServerError } from "../../driver/error.ts";
import type { Topology } from "../../driver/sdam/topology.ts";
import type { CursorPin } from "./cursor_pins.ts";
import type { GatewayEventListener } from "../event.ts";
import type { OwnCommands } from "../local/own_commands.ts";
import type { TransactionPin } from "./transaction_pins.ts";

type Pin = CursorPin | TransactionPin;
type Run = (connection: Connection) => Promise<unknown>;

/** Releases at a time: thousands of clients may go at once, and those that stay come first. */
const MAX_RUNNING = 4;

/** Ends at their servers the cursors and transactions that nobody will come back for; reports what fails. */
export class Releaser {
  readonly #topology: Topology;
  readonly #commands: OwnCommands;
  readonly #emit: GatewayEventListener;
  readonly #waiting: (() => Promise<void>)[] = [];
  readonly #running = new Set<Promise<void>>();

  constructor(topology: Topology, commands: OwnCommands, emit: GatewayEventListener) {
    this.#topology = topology;
    this.#commands = commands;
    this.#emit = emit;
  }

  release(cursors: readonly CursorPin[], transactions: readonly TransactionPin[]): void {
    for (const pins of byPlace(cursors)) this.#add(pins, (connection) => killCursors(connection, pins));
    for (const pin of transactions) this.#add([pin], (connection) => abortTransaction(connection, pin));
    this.#startNext();
  }

  /** Forgets what was not begun yet. */
  stop(): void {
    this.#waiting.length = 0;
  }

  /** Resolves when all that was to be released is. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  #add(pins: readonly Pin[], run: Run): void {
    this.#waiting.push(async () => {
      const [{ connection, server }] = pins as [Pin];
      try {
        const source = connection ?? this.#topology.server(server)?.pool;
        if (source !== undefined) await this.#commands.run(source, run);
      } catch (error) {
        this.#onFailure(server, error);
      } finally {
        for (const pin of pins) pin.connection?.letGo();
      }
    });
  }

  #startNext(): void {
    while (this.#running.size < MAX_RUNNING) {
      const release = this.#waiting.shift();
      if (release === undefined) return;
      const running = release().finally(() => {
        this.#running.delete(running);
        this.#startNext();
      });
      this.#running.add(running);
    }
  }

  /** A server that refuses has what was to be released no longer. */
  #onFailure(server: string, error: unknown): void {
    if (error instanceof MongoServerError || !(error instanceof Error)) return;
    this.#emit({ type: "releaseFailed", server, error });
  }
}

/** Cursors by what one command can kill. */
export function byPlace(cursors: readonly CursorPin[]): Iterable<readonly CursorPin[]> {
  const place = ({ server, connection, namespace }: CursorPin) => `${server} ${connection?.connection.id} ${namespace}`;
  return Map.groupBy(cursors, place).values();
}

/** Kills cursors that {@linkcode byPlace} gave together. */
export function killCursors(connection: Connection, pins: readonly CursorPin[]): Promise<unknown> {
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
