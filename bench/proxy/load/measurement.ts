/** What one run of a load generator says, a line of JSON; times in microseconds. */
export interface Measurement {
  readonly mode: string;
  readonly conns: number;
  /** Idle clients held besides, and those that could not be opened. */
  readonly idle: number;
  readonly idle_err: number;
  /** Clients that failed. */
  readonly errs: number;
  readonly ops: number;
  readonly ops_s: number;
  readonly p50_us: number;
  readonly p99_us: number;
  readonly p999_us: number;
  /** Of the process under test, if one was named. */
  readonly cpu_us_op?: number;
  readonly rss_mb?: number;
}

/** The value below which the share `q` of the values lies; 0 of none. */
export function quantile(sorted: Float64Array, q: number): number {
  return sorted.length === 0 ? 0 : sorted[Math.floor(q * (sorted.length - 1))]!;
}
