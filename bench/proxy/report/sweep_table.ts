import { contenderName, DIRECT } from "../contender.ts";
import type { Figure } from "../statistics.ts";
import { decimals } from "./format.ts";
import { markdownTable } from "./markdown_table.ts";
import type { Sweep } from "./measured.ts";

/** A row for each contender, a column for each number of clients. */
export function sweepTable(sweep: Sweep, cell: (id: string, index: number) => string): string {
  const head = ["Clients", ...sweep.clients.map((count) => count.toLocaleString("en"))];
  const rows = sweep.through.map((id) => [contenderName(id), ...sweep.points.map((_, index) => cell(id, index))]);
  return markdownTable([head, ...rows], 1);
}

/** A figure of direct connections, and of the others its ratio to that. */
export function ratioTable(sweep: Sweep, figure: Figure, format: (value: number) => string): string {
  const { statistics, points } = sweep;
  return sweepTable(
    sweep,
    (id, index) =>
      id === DIRECT
        ? format(statistics.median(points[index]!, id, figure))
        : decimals(statistics.ratio(points[index]!, id, DIRECT, figure), 2),
  );
}

/** A figure of each. */
export function figureTable(sweep: Sweep, figure: Figure, format: (value: number) => string): string {
  const { statistics, points } = sweep;
  return sweepTable(sweep, (id, index) => format(statistics.median(points[index]!, id, figure)));
}
