import { COALESCING_PAIRS, DIRECT, hasWorkers } from "./contender.ts";
import { type LoadId, loadKind, suits } from "./load_kind.ts";
import type { BenchOptions } from "./options.ts";
import type { ServerId } from "./server_kind.ts";

/** The parts of the benchmark, which can be run alone, in the order in which they run. */
export const SUITES = ["connects", "idle", "neighbour", "throughput", "modes", "pinned", "range"] as const;

/** One of {@linkcode SUITES}. */
export type SuiteId = (typeof SUITES)[number];

/** One row of figures to take, one of each endpoint. */
export interface Point {
  readonly server: ServerId;
  readonly load: LoadId;
  readonly clients: number;
}

const EVERY_NUMBER = [1, 2, 4, 8, 16, 32, 64, 256, 1024, 4000];
const SOME_NUMBERS = [1, 32, 256];
const CONNECTING_CLIENTS = 32;
/** Idle clients after which a further one costs what any does. */
const FEW_IDLE_CLIENTS = 1000;
const SMALL_NEIGHBOURS = 100;
const RANGE_LOADS = ["steady", "bursts", "think", "slow", "mixed"] as const;

/** What a part takes, in its order. */
export function pointsOf(suite: SuiteId, { clients, idle }: Pick<BenchOptions, "clients" | "idle">): Point[] {
  const every = clients ?? EVERY_NUMBER;
  const some = clients ?? SOME_NUMBERS;
  switch (suite) {
    case "throughput":
      return [...points("null", ["find"], every), ...points("mongod", ["find"], every)];
    case "modes":
      return [
        ...points("null", ["ping", "insert"], some),
        ...points("mongod", ["ping", "insert", "find-10k", "find-1m"], some),
      ];
    case "pinned":
      return points("pinned", ["find"], every);
    case "range":
      return [...points("mongod", RANGE_LOADS, every), ...points("pinned", RANGE_LOADS, every)];
    case "connects":
      return points("mongod", ["connect"], [CONNECTING_CLIENTS]);
    case "idle":
      return points("mongod", ["idle"], [Math.min(FEW_IDLE_CLIENTS, Math.ceil(idle / 2)), idle]);
    case "neighbour":
      return points("mongod", ["alone", "beside-reads", "beside-inserts"], [SMALL_NEIGHBOURS]);
  }
}

function points(server: ServerId, loads: readonly LoadId[], numbers: readonly number[]): Point[] {
  return loads.flatMap((load) =>
    numbers.filter((clients) => suits(loadKind(load), clients)).map((clients) => ({ server, load, clients }))
  );
}

/**
 * Which of the contenders take part: in the range only those that are there with coalescing and without; where the
 * server has one core and the rest shares the other, none with several workers.
 */
export function participants(suite: SuiteId, contenders: readonly string[]): string[] {
  if (suite === "pinned") return [DIRECT, ...contenders.filter((id) => !hasWorkers(id))];
  if (suite !== "range") return [DIRECT, ...contenders];
  return COALESCING_PAIRS.filter(({ on, off }) => contenders.includes(on) && contenders.includes(off))
    .flatMap(({ on, off }) => [on, off]);
}
