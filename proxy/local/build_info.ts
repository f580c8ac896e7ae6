import type { Document } from "bson";
import type { Topology } from "../../driver/sdam/topology.ts";
import { PRIMARY } from "../../driver/selection/read_preference.ts";
import type { OwnCommands } from "./own_commands.ts";

/** What the deployment's servers say to `buildInfo`, asked for once and whenever the deployment changes. */
export class BuildInfo {
  readonly #topology: Topology;
  readonly #commands: OwnCommands;
  #document: Document | null = null;

  constructor(topology: Topology, commands: OwnCommands) {
    this.#topology = topology;
    this.#commands = commands;
  }

  /** `null` until a server has answered. */
  get document(): Document | null {
    return this.#document;
  }

  /** Asks again. A failure leaves the question to whoever asks next. */
  async refresh(): Promise<void> {
    this.#document = null;
    const server = this.#topology.trySelect({ readPreference: PRIMARY });
    if (server === null) return;
    try {
      this.#document = await this.#commands.run(
        server.pool,
        (connection) => connection.command("admin", { buildInfo: 1 }),
      );
    } catch {
      // The server's own monitor tells what is wrong with it.
    }
  }
}
