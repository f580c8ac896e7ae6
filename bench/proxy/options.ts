import { parseArgs } from "@std/cli";

/** How the benchmark runs. */
export interface BenchOptions {
  /** Numbers of clients, each number measured. */
  readonly clients: readonly number[];
  readonly rounds: number;
  /** Seconds that each measurement takes, after those for warming up. */
  readonly secs: number;
  readonly warm: number;
  /** Idle clients for the figures on memory. */
  readonly idle: number;
  /** Upstream connections of a proxy. */
  readonly pool: number;
  /** What is said of the machine. */
  readonly machine: string;
  /** The file that the table goes to besides standard output. */
  readonly output: string | null;
}

const FULL = { clients: [1, 32, 256, 1024], rounds: 5, secs: 3, warm: 1, idle: 9000, pool: 32 };
const QUICK = { ...FULL, rounds: 1, secs: 1, warm: 0.5 };

export const USAGE = `deno task bench:proxy [FLAGS]

Measures direct connections and the gateway, on a null server and on mongod, and prints a table in Markdown.

  --quick          one short round
  --clients=LIST   numbers of clients (${FULL.clients})
  --rounds=N       rounds, of which the medians are given (${FULL.rounds})
  --secs=N         seconds of a measurement (${FULL.secs})
  --warm=N         seconds before it (${FULL.warm})
  --idle=N         idle clients for the figures on memory (${FULL.idle})
  --pool=N         upstream connections of a proxy (${FULL.pool})
  --machine=TEXT   what the table says of the machine
  --output=FILE    writes the table there too

  TORANA_LOADGEN   another load generator with the flags and the output of bench/proxy/load/main.ts
  TORANA_PEERS     "name=/path/to/program ..." of other proxies that take "-network tcp4 ADDRESS=URI"
`;

/** An argument that cannot be used. */
export class OptionError extends Error {
  override readonly name = "OptionError";
}

/** Understands the arguments; null if they ask for help. Throws `OptionError` where one cannot be used. */
export function parseOptions(args: readonly string[]): BenchOptions | null {
  const flags = parseArgs(args, {
    boolean: ["quick", "help"],
    string: ["clients", "rounds", "secs", "warm", "idle", "pool", "machine", "output"],
    unknown: (arg) => {
      throw new OptionError(`Unknown argument ${arg}\n\n${USAGE}`);
    },
  });
  if (flags.help) return null;
  const byDefault = flags.quick ? QUICK : FULL;
  const number = (name: "rounds" | "secs" | "warm" | "idle" | "pool") => positive(name, flags[name] ?? byDefault[name]);
  return {
    clients: flags.clients === undefined ? byDefault.clients : clientsOf(String(flags.clients)),
    rounds: number("rounds"),
    secs: number("secs"),
    warm: number("warm"),
    idle: number("idle"),
    pool: number("pool"),
    machine: String(flags.machine ?? `${navigator.hardwareConcurrency} cores, loopback`),
    output: flags.output === undefined ? null : String(flags.output),
  };
}

function clientsOf(list: string): number[] {
  return list.split(",").map((text) => positive("clients", text));
}

function positive(name: string, value: unknown): number {
  const number = Number(value);
  if (number > 0) return number;
  throw new OptionError(`--${name}=${value}: expected a number above 0`);
}
