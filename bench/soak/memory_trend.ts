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
  /** The slope of the line through all but the first fifth. */
  readonly bytesPerMinute: number;
  /** How long the samples were taken. */
  readonly minutes: number;
}

const MINUTE_MS = 60_000;

/** Compares early with late samples; the first fifth is the warm-up. Throws `RangeError` without samples. */
export function memoryTrend(samples: readonly MemorySample[]): MemoryTrend {
  const warmUp = Math.floor(samples.length / 5);
  const part = Math.max(1, warmUp);
  const warm = samples.slice(warmUp);
  const bytes = warm.map(({ residentBytes }) => residentBytes);
  const [first, last] = [samples[0], samples.at(-1)];
  return {
    earlyBytes: median(bytes.slice(0, part)),
    lateBytes: median(bytes.slice(-part)),
    bytesPerMinute: MINUTE_MS * slope(warm),
    minutes: first === undefined || last === undefined ? 0 : (last.time - first.time) / MINUTE_MS,
  };
}

/** Of the line with the least squares, in bytes a millisecond; 0 for less than two samples. */
function slope(samples: readonly MemorySample[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const time = mean(samples.map((sample) => sample.time));
  const bytes = mean(samples.map((sample) => sample.residentBytes));
  let [both, square] = [0, 0];
  for (const sample of samples) {
    both += (sample.time - time) * (sample.residentBytes - bytes);
    square += (sample.time - time) ** 2;
  }
  return square === 0 ? 0 : both / square;
}

function median(values: readonly number[]): number {
  const middle = values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
  if (middle === undefined) throw new RangeError("There are no samples");
  return middle;
}
