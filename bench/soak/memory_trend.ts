/** Memory at a moment. */
export interface MemorySample {
  /** Milliseconds since some moment. */
  readonly time: number;
  readonly residentBytes: number;
}

/** How memory went on once the gateway was warm. */
export interface MemoryTrend {
  /** Median of the second fifth of the samples. */
  readonly earlyBytes: number;
  /** Median of the last fifth. */
  readonly lateBytes: number;
}

/** Compares early with late samples; the first fifth is the warm-up. Throws `RangeError` without samples. */
export function memoryTrend(samples: readonly MemorySample[]): MemoryTrend {
  const part = Math.max(1, Math.floor(samples.length / 5));
  const bytes = samples.map(({ residentBytes }) => residentBytes);
  return { earlyBytes: median(bytes.slice(part, 2 * part)), lateBytes: median(bytes.slice(-part)) };
}

function median(values: readonly number[]): number {
  const middle = values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
  if (middle === undefined) throw new RangeError("There are no samples");
  return middle;
}
