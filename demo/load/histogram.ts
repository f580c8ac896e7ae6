/** Each bucket is so much wider than the one before: what is read back is wrong by 2 % at most. */
const GROWTH = 1.04;
/** The upper end of the first bucket. */
const SMALLEST_MS = 0.05;

/** Counts of a histogram, as they travel between processes: pairs of bucket and count. */
export type HistogramCounts = readonly (readonly [bucket: number, count: number])[];

/** Durations in milliseconds, counted in buckets; its size does not grow with their number. */
export class Histogram {
  readonly #counts = new Map<number, number>();
  #total = 0;

  /** How many durations it holds. */
  get total(): number {
    return this.#total;
  }

  /** Counts one duration. */
  record(milliseconds: number): void {
    this.#count(bucketOf(milliseconds), 1);
  }

  /** Counts what another histogram has counted. */
  add(counts: HistogramCounts): void {
    for (const [bucket, count] of counts) this.#count(bucket, count);
  }

  /** The duration that a share (0 to 1) of all does not exceed; null while there are none. */
  percentile(share: number): number | null {
    if (this.#total === 0) return null;
    let left = Math.max(1, Math.ceil(share * this.#total));
    for (const [bucket, count] of [...this.#counts].sort(([a], [b]) => a - b)) {
      left -= count;
      if (left <= 0) return middleOf(bucket);
    }
    return null;
  }

  /** Returns the counts, and begins anew. */
  take(): HistogramCounts {
    const counts = [...this.#counts];
    this.#counts.clear();
    this.#total = 0;
    return counts;
  }

  #count(bucket: number, count: number): void {
    this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + count);
    this.#total += count;
  }
}

function bucketOf(milliseconds: number): number {
  return milliseconds <= SMALLEST_MS ? 0 : Math.ceil(Math.log(milliseconds / SMALLEST_MS) / Math.log(GROWTH));
}

function middleOf(bucket: number): number {
  return SMALLEST_MS * GROWTH ** (bucket - 0.5);
}
