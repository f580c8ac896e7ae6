import { importMapArgs, repositoryPath } from "../../tools/import_map.ts";
import { elsewhere } from "./cores.ts";
import type { LoadMode } from "./load/messages.ts";
import type { Measurement } from "./load/measurement.ts";

/** One measurement; see `bench/proxy/load/main.ts`. */
export interface Load {
  readonly addr: string;
  readonly mode: LoadMode;
  readonly conns: number;
  readonly secs: number;
  readonly warm: number;
  readonly idle?: number;
  readonly pid?: number;
  /** The rhythm of the clients, in milliseconds; of the project's own generator only. */
  readonly burst?: number;
  readonly think?: number;
}

/** A program that puts load on an endpoint, and serves as the null server. */
export class LoadGenerator {
  /** As the report names it. */
  readonly name: string;
  readonly #command: readonly string[];

  constructor(name: string, command: readonly string[]) {
    this.name = name;
    this.#command = command;
  }

  /** The program that `TORANA_LOADGEN` names, else the project's own. */
  static find(): LoadGenerator {
    const path = Deno.env.get("TORANA_LOADGEN");
    return path ? new LoadGenerator(path.split("/").at(-1)!, [path]) : LoadGenerator.own();
  }

  /** The project's own, which knows loads that others do not. */
  static own(): LoadGenerator {
    const deno = [Deno.execPath(), "run", "-A", "--no-check", ...importMapArgs()];
    return new LoadGenerator("the project's own", [...deno, repositoryPath("bench/proxy/load/main.ts")]);
  }

  /** The same, kept away from the core of a server that has one of its own. */
  pinned(): LoadGenerator {
    return new LoadGenerator(this.name, elsewhere(this.#command));
  }

  /** How it is run as the null server. */
  serving(address: string): string[] {
    return [...this.#command, `--serve=${address}`];
  }

  /** Runs a load and gives what it measured. Throws `Error` where the program fails. */
  async run(load: Load): Promise<Measurement> {
    const args = Object.entries(load).map(([name, value]) => `--${name}=${value}`);
    const [program, ...first] = this.#command;
    const { success, stdout, stderr } = await new Deno.Command(program!, { args: [...first, ...args] }).output();
    const output = new TextDecoder().decode(stdout);
    if (!success) throw new Error(`${program} ${args.join(" ")} failed: ${new TextDecoder().decode(stderr)}`);
    return JSON.parse(output);
  }
}
