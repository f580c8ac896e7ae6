import type { Endpoint } from "./endpoint.ts";
import { type LoadKind, loadKind, needsOwnGenerator } from "./load_kind.ts";
import type { Load, LoadGenerator } from "./load_generator.ts";
import type { Measurement } from "./load/measurement.ts";
import type { Sample } from "./results.ts";
import type { BenchServer } from "./server_kind.ts";
import { type UsageRate, usageRate } from "./server_usage.ts";
import type { Point } from "./suite.ts";

/** What a sample is taken with. */
export interface Sampling {
  /** The one of everything that it knows, and the project's own for the rest. */
  readonly generator: LoadGenerator;
  readonly own: LoadGenerator;
  readonly secs: number;
  readonly warm: number;
}

const DOCUMENT_BYTES = 100;
/** Until the generator of the neighbours has started and is at work. */
const NEIGHBOUR_START_SECS = 1.5;
const IDLE_SECS = 1;
/** The server is watched for this share of a measurement, which ends before its clients leave. */
const WATCHED_SHARE = 0.8;
const MICROSECONDS = 1e6;

/** Many clients take a while to connect. */
export function warmUpSeconds(point: Point, warm: number): number {
  const neighbour = loadKind(point.load).neighbour === undefined ? 0 : NEIGHBOUR_START_SECS;
  return warm + point.clients / 1000 + neighbour;
}

/** Puts load on one endpoint, and measures. */
export async function takeSample(
  point: Point,
  endpoint: Endpoint,
  server: BenchServer,
  sampling: Sampling,
): Promise<Sample> {
  const kind = loadKind(point.load);
  await server.prepare(kind.documentBytes ?? DOCUMENT_BYTES);
  if (kind.isIdle) return await measureIdle(point, endpoint, sampling);
  const warm = warmUpSeconds(point, sampling.warm);
  const [beside, neighbour] = besideOf(kind, point.clients, endpoint, warm, sampling);
  const generator = needsOwnGenerator(kind) ? sampling.own : sampling.generator;
  const conns = point.clients - beside;
  const { addr, pid } = endpoint;
  const load: Load = { addr, pid, mode: kind.mode, conns, secs: sampling.secs, warm, ...kind.rhythm?.(point.clients) };
  const [measurement, neighbours, rate] = await Promise.all([
    generator.run(load),
    neighbour,
    kind.neighbour || needsOwnGenerator(kind) ? null : usageRate(server.pid, warm, sampling.secs * WATCHED_SHARE),
  ]);
  return { ...measurement, ...neighbours, ...serverShare(rate, measurement) };
}

/** So many clients go on beside those that are measured, until shortly after these are done. */
function besideOf(
  { neighbour }: LoadKind,
  clients: number,
  { addr }: Endpoint,
  warm: number,
  { own, secs }: Sampling,
): [clients: number, running: Promise<Pick<Sample, "neighbour_ops_s">>] {
  if (neighbour === undefined) return [0, Promise.resolve({})];
  const conns = neighbour.clients === "one" ? 1 : Math.floor(clients / 2);
  const load = { addr, mode: neighbour.mode, conns, secs: secs + warm, warm: 0 };
  const running = own.run(load).then(({ ops_s, errs }) => ({ neighbour_ops_s: errs === 0 ? ops_s : 0 }));
  return [neighbour.clients === "one" ? 0 : conns, running];
}

/** One client shows that the endpoint works. */
function measureIdle({ clients }: Point, { addr, pid }: Endpoint, { generator }: Sampling): Promise<Sample> {
  return generator.run({ addr, pid, mode: "ping", conns: 1, secs: IDLE_SECS, warm: IDLE_SECS, idle: clients });
}

function serverShare(rate: UsageRate | null, { ops_s }: Measurement): Partial<Sample> {
  if (rate === null || ops_s === 0) return {};
  return {
    server_cpu_us_op: rounded(rate.cpuSeconds * MICROSECONDS / ops_s),
    server_switches_op: rounded(rate.switches / ops_s),
  };
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
