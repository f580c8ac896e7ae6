import { type Group, isAt, type Sample, type SuiteResults } from "./results.ts";
import type { Point } from "./suite.ts";

/** A figure of a sample; NaN where it was not measured. */
export type Figure = (sample: Sample) => number;

/** The middle value, or the mean of the two in the middle; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle) - 1] ?? NaN) / 2 + (sorted[Math.floor(middle)] ?? NaN) / 2;
}

/** How sure a bound is. */
const ERROR = 0.05;

/**
 * What the median of all possible rounds is above, with 95 % certainty: the highest of the sorted values that so many
 * coin tosses allow, for each round is above that median or below it as a coin falls. NaN of too few (less than 5).
 */
export function lowerBound(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  let [bound, exactly, atMost] = [NaN, 0.5 ** sorted.length, 0];
  for (const [index, value] of sorted.entries()) {
    atMost += exactly;
    if (atMost > ERROR) break;
    bound = value;
    exactly *= (sorted.length - index) / (index + 1);
  }
  return bound;
}

/** The figures of one part, taken over its rounds. */
export class Statistics {
  readonly groups: readonly Group[];

  constructor(results: SuiteResults | undefined) {
    this.groups = results?.groups ?? [];
  }

  /** The median of a contender's figure at a point; NaN where it was not measured. */
  median(point: Point, id: string, figure: Figure): number {
    return median(this.#at(point).flatMap(({ samples }) => samples[id] === undefined ? [] : [figure(samples[id])]));
  }

  /** The median of the ratios within the rounds of `id` to `base`. */
  ratio(point: Point, id: string, base: string, figure: Figure): number {
    return median(this.ratios(point, id, base, figure));
  }

  /** The ratio of each round. */
  ratios(point: Point, id: string, base: string, figure: Figure): number[] {
    return this.#at(point).flatMap(({ samples: { [id]: one, [base]: other } }) =>
      one === undefined || other === undefined ? [] : [figure(one) / figure(other)]
    );
  }

  /** The median of the ratios within the rounds of a contender at one point to itself at another. */
  change(point: Point, from: Point, id: string, figure: Figure): number {
    const before = this.#at(from);
    return median(
      this.#at(point).flatMap(({ round, samples }) => {
        const other = before.find((group) => group.round === round)?.samples[id];
        return samples[id] === undefined || other === undefined ? [] : [figure(samples[id]) / figure(other)];
      }),
    );
  }

  /** Who was measured at any of the points. */
  participants(points: readonly Point[]): Set<string> {
    return new Set(points.flatMap((point) => this.#at(point).flatMap(({ samples }) => Object.keys(samples))));
  }

  /** The numbers of clients that were measured under a load, the fewest first. */
  clients({ server, load }: Pick<Point, "server" | "load">): number[] {
    const groups = this.groups.filter((group) => group.server === server && group.load === load);
    return [...new Set(groups.map(({ clients }) => clients))].sort((a, b) => a - b);
  }

  /** So many rounds were measured of every point. */
  get rounds(): number {
    return this.groups.reduce((most, { round }) => Math.max(most, round + 1), 0);
  }

  #at(point: Point): Group[] {
    return this.groups.filter((group) => isAt(group, point));
  }
}

/** Operations a second. */
export const RATE: Figure = ({ ops_s }) => ops_s;
/** Half of the operations took no longer, 99 of 100, and 999 of 1,000, in milliseconds. */
export const P50: Figure = ({ p50_us }) => p50_us / 1000;
export const P99: Figure = ({ p99_us }) => p99_us / 1000;
export const P999: Figure = ({ p999_us }) => p999_us / 1000;
/** CPU time of the process an operation, in microseconds. */
export const CPU: Figure = ({ cpu_us_op }) => cpu_us_op ?? NaN;
/** The same of the server, whoever was measured. */
export const SERVER_CPU: Figure = ({ server_cpu_us_op }) => server_cpu_us_op ?? NaN;
/** Context switches of the server's threads an operation. */
export const SERVER_SWITCHES: Figure = ({ server_switches_op }) => server_switches_op ?? NaN;
/** Resident memory, in megabytes. */
export const MEMORY: Figure = ({ rss_mb }) => rss_mb ?? NaN;
