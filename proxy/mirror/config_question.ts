import type { Topology } from "../../driver/sdam/topology.ts";
import type { OwnCommands } from "../local/own_commands.ts";
import { listedAddresses } from "./listed_addresses.ts";
import type { SetView } from "./set_view.ts";

/** How long the answer may take, in milliseconds: clients are told of the set after that. */
const TIMEOUT_MS = 2_000;

/**
 * Asks for the set's configuration whenever there is another, to learn of the members that no `hello` lists. Where the
 * user has no right to ask, they are learnt from what clients are told.
 */
export class ConfigQuestion {
  readonly #topology: Topology;
  readonly #commands: OwnCommands;
  readonly #view: SetView;
  #asked: number | null = null;

  constructor(topology: Topology, commands: OwnCommands, view: SetView) {
    this.#topology = topology;
    this.#commands = commands;
    this.#view = view;
  }

  /** Resolves when the answer is there, or none will be. */
  async ask(): Promise<void> {
    const server = this.#topology.trySelect({ readPreference: { mode: "nearest" } });
    const version = server?.description.setVersion ?? null;
    if (server === null || version === null || version === this.#asked) return;
    this.#asked = version;
    try {
      const question = { replSetGetConfig: 1 };
      const options = { timeoutMS: TIMEOUT_MS };
      const reply = await this.#commands.run(
        server.pool,
        (connection) => connection.command("admin", question, options),
      );
      this.#view.learn(listedAddresses(reply));
    } catch {
      // The pool's events tell what is wrong with the server.
      this.#asked = null;
    }
  }
}
