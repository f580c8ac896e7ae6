import type { Facts, Group, Sample, SuiteResults } from "../../../bench/proxy/results.ts";
import type { Point, SuiteId } from "../../../bench/proxy/suite.ts";

const SAMPLE: Sample = {
  mode: "find",
  conns: 32,
  idle: 0,
  idle_err: 0,
  errs: 0,
  ops: 1000,
  ops_s: 1000,
  p50_us: 1500,
  p99_us: 9000,
  p999_us: 20_000,
  cpu_us_op: 20,
  rss_mb: 100,
};

export const FACTS: Facts = {
  machine: "2 cores",
  deno: "2.9.6",
  mongod: "6.0.5",
  generator: "a generator",
  secs: 3,
  warm: 1,
  pool: 32,
};

export const POINT: Point = { server: "mongod", load: "find", clients: 32 };

/** A group in which each contender differs from an ordinary sample. */
export function group(point: Point, round: number, samples: Readonly<Record<string, Partial<Sample>>>): Group {
  const whole = Object.entries(samples).map(([id, sample]) => [id, { ...SAMPLE, ...sample }] as const);
  return { ...point, round, samples: Object.fromEntries(whole) };
}

export function suiteResults(suite: SuiteId, groups: readonly Group[]): SuiteResults {
  return { suite, facts: FACTS, groups };
}
