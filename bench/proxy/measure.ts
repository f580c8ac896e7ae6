import type { Contender } from "./contender.ts";
import type { LoadGenerator } from "./load_generator.ts";
import type { BenchOptions } from "./options.ts";
import { Progress } from "./progress.ts";
import { type Facts, type Group, isMeasured, type Sample, type SuiteResults } from "./results.ts";
import type { ResultsStore } from "./results_store.ts";
import { inRound, Scenario } from "./scenario.ts";
import type { ServerId, ServerKinds } from "./server_kind.ts";
import { participants, type Point, pointsOf, type SuiteId } from "./suite.ts";
import { takeSample, warmUpSeconds } from "./take_sample.ts";

/** What a run consists of. */
export interface Bench {
  readonly options: BenchOptions;
  readonly facts: Facts;
  readonly generator: LoadGenerator;
  readonly own: LoadGenerator;
  readonly contenders: readonly Contender[];
  readonly servers: ServerKinds;
  readonly store: ResultsStore;
  /** Takes a line about what goes on. */
  readonly tell: (line: string) => void;
}

/** The points of one part that are to be measured with the same processes. */
interface Sitting {
  readonly suite: SuiteId;
  readonly round: number;
  readonly server: ServerId;
  readonly through: readonly string[];
  readonly points: readonly Point[];
}

/** Starting a program, and what a measurement takes besides its own time. */
const START_SECS = 1;
const OVERHEAD_SECS = 0.3;

/** Measures what the store does not have yet, round by round, each endpoint in turn. */
export async function measure(bench: Bench): Promise<void> {
  const sittings: Sitting[] = [];
  for (const suite of bench.options.suites) sittings.push(...sittingsOf(bench, await open(bench, suite)));
  const progress = new Progress(sittings.reduce((sum, sitting) => sum + secondsOf(sitting, bench), 0));
  bench.tell(`To do: ${progress}`);
  for (const sitting of sittings) await sit(bench, sitting, progress);
}

function open({ store, facts }: Bench, suite: SuiteId): Promise<SuiteResults> {
  return store.open(suite, facts);
}

function sittingsOf({ options, contenders, servers }: Bench, { suite, groups }: SuiteResults): Sitting[] {
  const points = pointsOf(suite, options);
  const through = participants(suite, contenders.map(({ id }) => id));
  const rounds = Array.from({ length: options.rounds }, (_, round) => round);
  return rounds.flatMap((round) =>
    servers.ids.map((server): Sitting => {
      const isOpen = (point: Point) => point.server === server && !isMeasured(groups, point, round, through);
      return { suite, round, server, through, points: points.filter(isOpen) };
    })
  ).filter(({ points, through }) => points.length > 0 && through.length > 0);
}

function secondsOf(sitting: Sitting, { options }: Bench): number {
  const measuring = sitting.points.reduce((sum, point) => sum + secondsAt(point, sitting, options), 0);
  return measuring + sitting.through.length * START_SECS;
}

function secondsAt(point: Point, { through }: Sitting, { secs, warm }: BenchOptions): number {
  return through.length * (secs + warmUpSeconds(point, warm) + OVERHEAD_SECS);
}

async function sit(bench: Bench, sitting: Sitting, progress: Progress): Promise<void> {
  const { suite, round, server, through } = sitting;
  const contenders = bench.contenders.filter(({ id }) => through.includes(id));
  const { servers, options: { pool, rounds }, generator, tell } = bench;
  tell(`${suite}, round ${round + 1} of ${rounds}, on ${server}: starting ${through.join(", ")} (${progress})`);
  await using scenario = await Scenario.start({ servers, server, contenders, pool, generator });
  progress.did(through.length * START_SECS);
  for (const point of sitting.points) {
    const group = { ...point, round, samples: await samplesAt(point, sitting, scenario, bench) };
    progress.did(secondsAt(point, sitting, bench.options));
    await bench.store.add(await open(bench, suite), group);
    tell(`${suite}, ${described(group)} (${progress})`);
  }
}

/** Without those through which nothing passed: they are measured again next time. */
async function samplesAt(
  point: Point,
  { round, through, server }: Sitting,
  scenario: Scenario,
  { generator, own, options: { secs, warm }, tell }: Bench,
): Promise<Record<string, Sample>> {
  const generators = server === "pinned" ? { generator: generator.pinned(), own: own.pinned() } : { generator, own };
  const samples: Record<string, Sample> = {};
  for (const id of inRound(through, round)) {
    const sampling = { ...generators, secs, warm };
    const sample = await takeSample(point, scenario.endpoint(id), scenario.server, sampling);
    if (sample.ops > 0) samples[id] = sample;
    else tell(`NOTHING PASSED through ${id}: ${point.load} on ${server}, ${point.clients} clients`);
  }
  return samples;
}

function described({ server, load, clients, samples }: Group): string {
  const each = Object.entries(samples).map(([id, { ops_s, errs, idle_err }]) =>
    `${id} ${ops_s}/s${errs + idle_err === 0 ? "" : ` (${errs + idle_err} failed)`}`
  );
  return `${load} on ${server}, ${clients} clients: ${each.join(", ")}`;
}
