import { parseArgs } from "@std/cli";
import { cacheFolder } from "../../tools/cache_folder.ts";
import { repositoryPath } from "../../tools/import_map.ts";
import { type SuiteId, SUITES } from "./suite.ts";

/** How the benchmark runs. */
export interface BenchOptions {
  readonly suites: readonly SuiteId[];
  /** The ids of those that take part; null means all that work here. */
  readonly contenders: readonly string[] | null;
  /** Numbers of clients; null means each part's own. */
  readonly clients: readonly number[] | null;
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
  /** The folder of what was measured, and that of the pages. */
  readonly results: string;
  readonly docs: string;
  readonly isFresh: boolean;
  readonly reportOnly: boolean;
}

const FULL = { rounds: 3, secs: 3, warm: 1, idle: 9000, pool: 32 };
const QUICK = { ...FULL, rounds: 1, secs: 1, warm: 0.5 };

export const USAGE = `deno task bench:proxy [FLAGS]

Measures direct connections, the gateway in several variants, and other proxies, on a null server and on mongod, and
writes the tables and charts of docs/. What was measured is kept: a run that was stopped goes on where it was.

  --suite=LIST        parts to measure (${SUITES})
  --contenders=LIST   who takes part besides direct connections, by default all that start
  --clients=LIST      numbers of clients in place of each part's own
  --rounds=N          rounds, of which the medians are given (${FULL.rounds})
  --secs=N            seconds of a measurement (${FULL.secs})
  --warm=N            seconds before it, and more with many clients (${FULL.warm})
  --idle=N            idle clients for the figures on memory (${FULL.idle})
  --pool=N            upstream connections of a proxy (${FULL.pool})
  --machine=TEXT      what the pages say of the machine
  --quick             one short round
  --fresh             measures the parts anew
  --report-only       writes the pages from what was measured
  --results=FOLDER    what was measured (by default in the cache folder)
  --docs=FOLDER       where the pages are (docs)

  TORANA_LOADGEN      another load generator with the flags and the output of bench/proxy/load/main.ts
  TORANA_PEERS        "name=/path/to/program ..." of other proxies that take "-network tcp4 ADDRESS=URI"
`;

/** An argument that cannot be used. */
export class OptionError extends Error {
  override readonly name = "OptionError";
}

/** Understands the arguments; null if they ask for help. Throws `OptionError` where one cannot be used. */
export function parseOptions(args: readonly string[]): BenchOptions | null {
  const flags: Readonly<Record<string, unknown>> = parseArgs(args, {
    boolean: ["quick", "help", "fresh", "report-only"],
    string: ["rounds", "secs", "warm", "idle", "pool", "suite", "contenders", "clients", "machine", "results", "docs"],
    unknown: (arg) => {
      throw new OptionError(`Unknown argument ${arg}\n\n${USAGE}`);
    },
  });
  if (flags.help) return null;
  const byDefault = flags.quick ? QUICK : FULL;
  const number = (name: keyof typeof FULL) => positive(name, flags[name] ?? byDefault[name]);
  const text = (name: string) => flags[name] === undefined ? null : String(flags[name]);
  const [suites, clients] = [text("suite"), text("clients")];
  return {
    suites: suites === null ? SUITES : suitesOf(suites),
    contenders: text("contenders")?.split(",") ?? null,
    clients: clients?.split(",").map((one) => positive("clients", one)) ?? null,
    rounds: number("rounds"),
    secs: number("secs"),
    warm: number("warm"),
    idle: number("idle"),
    pool: number("pool"),
    machine: text("machine") ?? `${navigator.hardwareConcurrency} cores, loopback`,
    results: text("results") ?? `${cacheFolder()}/bench`,
    docs: text("docs") ?? repositoryPath("docs"),
    isFresh: flags.fresh === true,
    reportOnly: flags["report-only"] === true,
  };
}

function suitesOf(list: string): SuiteId[] {
  const names = list.split(",");
  const unknown = names.find((name) => !SUITES.some((suite) => suite === name));
  if (unknown !== undefined) throw new OptionError(`--suite=${unknown}: expected some of ${SUITES}`);
  return SUITES.filter((suite) => names.includes(suite));
}

function positive(name: string, value: unknown): number {
  const number = Number(value);
  if (number > 0) return number;
  throw new OptionError(`--${name}=${value}: expected a number above 0`);
}
