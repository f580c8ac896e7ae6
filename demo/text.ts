/** Writes a whole number with commas between thousands. */
export function formatNumber(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

/** Writes a duration; null is one that nobody has measured. */
export function formatMs(milliseconds: number | null): string {
  if (milliseconds === null) return "–";
  if (milliseconds >= 1_000) return `${(milliseconds / 1_000).toFixed(1)} s`;
  return `${milliseconds.toFixed(milliseconds < 10 ? 1 : 0)} ms`;
}

/** Writes seconds since the beginning as minutes and seconds. */
export function formatClock(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1_000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** A number of things: `1 error`, `2 errors`. */
export function formatCount(count: number, noun: string): string {
  return `${formatNumber(count)} ${noun}${count === 1 ? "" : "s"}`;
}

const BARS = "▁▂▃▄▅▆▇█";

/** Draws the last `width` values as bars, the greatest of all as the highest. */
export function sparkline(values: readonly number[], width: number): string {
  const highest = Math.max(...values, 1);
  return values.slice(-width).map((value) => BARS[Math.round(value / highest * (BARS.length - 1))]).join("");
}

/** Cells in columns: the first to the left, the others to the right. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = rows.reduce<number[]>(
    (widths, row) => row.map((cell, index) => Math.max(cell.length, widths[index] ?? 0)),
    [],
  );
  return rows.map((row) => row.map((cell, index) => pad(cell, index, widths[index] ?? 0)).join("  ").trimEnd());
}

function pad(cell: string, index: number, width: number): string {
  return index === 0 ? cell.padEnd(width) : cell.padStart(width);
}
