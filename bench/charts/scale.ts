/** Maps values to pixels, and knows which values deserve a line. */
export interface Scale {
  at(value: number): number;
  readonly ticks: readonly number[];
}

/** From one pixel to another. */
export type PixelRange = readonly [from: number, to: number];

/** The fewest and the most lines that an axis should have. */
const MOST_TICKS = 6;
const STEPS = [1, 2, 2.5, 5, 10];

/** Equal distances for equal differences; from `low` to `high`, widened to whole steps. */
export function linearScale(low: number, high: number, [from, to]: PixelRange): Scale {
  const step = stepOf((high - low || 1) / MOST_TICKS);
  const first = Math.floor(low / step + 1e-9);
  const last = Math.max(first + 1, Math.ceil(high / step - 1e-9));
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => tidy((first + index) * step));
  return { ticks, at: (value) => from + (value / step - first) / (last - first) * (to - from) };
}

/** Equal distances for equal ratios; lines at powers of ten, and at 2 and 5 of each where they are few. */
export function logScale(low: number, high: number, range: PixelRange): Scale {
  const mantissas = Math.log10(high / low) > 3 ? [1] : [1, 2, 5];
  const powers = Array.from({ length: 24 }, (_, index) => 10 ** (index - 9));
  const candidates = powers.flatMap((power) => mantissas.map((mantissa) => tidy(mantissa * power)));
  const first = candidates.findLast((tick) => tick <= low * 1.001) ?? low;
  const last = candidates.find((tick) => tick >= high / 1.001 && tick > first) ?? high;
  return logScaleAt(candidates.filter((tick) => tick >= first && tick <= last), first, last, range);
}

/** Equal distances for equal ratios, with lines at exactly these values. */
export function logScaleOf(ticks: readonly number[], range: PixelRange): Scale {
  return logScaleAt(ticks, Math.min(...ticks), Math.max(...ticks), range);
}

function logScaleAt(ticks: readonly number[], low: number, high: number, [from, to]: PixelRange): Scale {
  const width = Math.log(high / low) || 1;
  return { ticks, at: (value) => from + Math.log(value / low) / width * (to - from) };
}

function stepOf(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return STEPS.find((step) => step * power >= least * 0.999)! * power;
}

/** Without what binary fractions add. */
function tidy(value: number): number {
  return Number(value.toPrecision(12));
}
