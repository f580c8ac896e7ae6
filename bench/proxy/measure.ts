import { type Contender, DIRECT, type Endpoint } from "./contender.ts";
import type { LoadGenerator } from "./load_generator.ts";
import type { Measurement } from "./load/measurement.ts";
import type { BenchOptions } from "./options.ts";
import type { Footprint, FootprintSample, Results, Series } from "./results.ts";
import { Scenario, type ServerKind } from "./scenario.ts";

/** Clients that open new connections. */
const CONNECTING_CLIENTS = 32;
/** Idle clients after which a further one costs what any does. */
const FEW_IDLE_CLIENTS = 1000;

/** What a run consists of. */
export interface Bench {
  readonly options: BenchOptions;
  readonly generator: LoadGenerator;
  readonly contenders: readonly Contender[];
  /** The footprints are taken with the last. */
  readonly servers: readonly ServerKind[];
  /** Takes a line about what goes on. */
  readonly tell: (line: string) => void;
}

/** Measures everything, round by round, each endpoint in turn. */
export async function measure(bench: Bench): Promise<Results> {
  const series = await measureThroughput(bench);
  const footprintServer = bench.servers.at(-1)!.name;
  return { series, footprintServer, footprints: await measureFootprints(bench) };
}

async function measureThroughput(bench: Bench): Promise<Series[]> {
  await using stack = new AsyncDisposableStack();
  const scenarios: Scenario[] = [];
  for (const kind of bench.servers) {
    bench.tell(`Starting: ${kind.name}`);
    scenarios.push(stack.use(await Scenario.start(kind, bench.contenders, bench.options, bench.generator)));
  }
  const all = scenarios.flatMap(({ server, endpoints }) =>
    bench.options.clients.flatMap((clients) =>
      endpoints.map(({ through }): Series => ({ server, clients, through, samples: [] }))
    )
  );
  for (let round = 0; round < bench.options.rounds; round++) {
    for (const scenario of scenarios) await measureRound(bench, scenario, round, all);
  }
  return all;
}

async function measureRound(bench: Bench, scenario: Scenario, round: number, all: readonly Series[]): Promise<void> {
  const { options: { rounds, secs, warm }, generator, tell } = bench;
  for (const clients of bench.options.clients) {
    for (const { through, addr, pid } of scenario.inRound(round)) {
      const sample = await generator.run({ addr, mode: "find", conns: clients, secs, warm, pid });
      const { server } = scenario;
      all.find((it) => it.server === server && it.clients === clients && it.through === through)!.samples.push(sample);
      const what = `Round ${round + 1} of ${rounds}: ${through} on ${server}, clients: ${clients}`;
      tell(`${what}: ${sample.ops_s} operations/s, ${sample.cpu_us_op} µs of CPU each${failures(sample)}`);
    }
  }
}

/** With processes of their own each round: what was allocated before must not hide what is. */
async function measureFootprints(bench: Bench): Promise<Footprint[]> {
  const { contenders, servers, options, generator, tell } = bench;
  const all = [DIRECT, ...contenders.map(({ name }) => name)].map((through): Footprint => ({ through, samples: [] }));
  for (let round = 0; round < options.rounds; round++) {
    await using scenario = await Scenario.start(servers.at(-1)!, contenders, options, generator);
    // The server last: what its proxies need of it must not count as its clients'.
    for (const endpoint of scenario.endpoints.toReversed()) {
      const sample = await footprintOf(endpoint, bench);
      all.find(({ through }) => through === endpoint.through)!.samples.push(sample);
      const { connects, many } = sample;
      const what = `Round ${round + 1} of ${options.rounds}: ${endpoint.through}, idle clients: ${many.idle}`;
      tell(`${what}: ${many.rss_mb} MB, ${connects.cpu_us_op} µs of CPU a connection${failures(many)}`);
    }
  }
  return all;
}

async function footprintOf({ addr, pid }: Endpoint, { generator, options }: Bench): Promise<FootprintSample> {
  const { secs, warm, idle } = options;
  const idling = { addr, pid, mode: "find", conns: 1, secs: 1, warm: 1 } as const;
  const few = await generator.run({ ...idling, idle: FEW_IDLE_CLIENTS });
  const many = await generator.run({ ...idling, idle });
  const connects = await generator.run({ addr, pid, mode: "connect", conns: CONNECTING_CLIENTS, secs, warm });
  return { few, many, connects };
}

function failures({ errs, idle_err }: Measurement): string {
  return errs + idle_err === 0 ? "" : `, ${errs + idle_err} clients failed`;
}
