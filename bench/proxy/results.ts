import type { Measurement } from "./load/measurement.ts";
import type { Point, SuiteId } from "./suite.ts";

/** What was measured of one endpoint at one point in one round. */
export interface Sample extends Measurement {
  /** CPU time of the server an operation, in microseconds, and how often its threads were switched. */
  readonly server_cpu_us_op?: number;
  readonly server_switches_op?: number;
  /** Operations a second of what went on beside. */
  readonly neighbour_ops_s?: number;
}

/** One point in one round: the endpoints were measured one after the other. */
export interface Group extends Point {
  readonly round: number;
  /** By the contender's id. */
  readonly samples: Readonly<Record<string, Sample>>;
}

/** What must not change between two runs whose figures are put together. */
export interface Facts {
  readonly machine: string;
  readonly deno: string;
  readonly mongod: string | null;
  readonly generator: string;
  readonly secs: number;
  readonly warm: number;
  readonly pool: number;
}

/** What was measured of one part. */
export interface SuiteResults {
  readonly suite: SuiteId;
  readonly facts: Facts;
  readonly groups: readonly Group[];
}

/** Everything that was measured so far. */
export type Results = Readonly<Partial<Record<SuiteId, SuiteResults>>>;

/** Whether a point was measured in a round, of all of `through`. */
export function isMeasured(groups: readonly Group[], point: Point, round: number, through: readonly string[]): boolean {
  const group = groups.find((it) => isAt(it, point) && it.round === round);
  return group !== undefined && through.every((id) => group.samples[id] !== undefined);
}

/** The groups with `group` in the place of an older one. */
export function withGroup(groups: readonly Group[], group: Group): Group[] {
  return [...groups.filter((it) => !isAt(it, group) || it.round !== group.round), group];
}

/** Whether a group was measured at a point. */
export function isAt(group: Group, { server, load, clients }: Point): boolean {
  return group.server === server && group.load === load && group.clients === clients;
}
