import type { Measurement } from "./load/measurement.ts";

/** What was measured of one endpoint under one load, a sample each round. */
export interface Series {
  readonly server: string;
  readonly through: string;
  readonly clients: number;
  readonly samples: Measurement[];
}

/** What idle clients and new connections cost; one sample each round. */
export interface Footprint {
  readonly through: string;
  readonly samples: FootprintSample[];
}

export interface FootprintSample {
  /** With few idle clients, and with many. */
  readonly few: Measurement;
  readonly many: Measurement;
  /** With new connections all the time. */
  readonly connects: Measurement;
}

/** Everything that a run measured. */
export interface Results {
  readonly series: Series[];
  /** The server in front of which footprints were taken. */
  readonly footprintServer: string;
  readonly footprints: Footprint[];
}

/** The middle value, or the mean of the two in the middle; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2;
}
