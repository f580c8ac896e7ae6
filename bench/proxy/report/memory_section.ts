import { drawPicture } from "../../charts/picture.ts";
import { rowPanel } from "../../charts/row_panel.ts";
import { contenderName, DIRECT } from "../contender.ts";
import { CPU, MEMORY, RATE } from "../statistics.ts";
import { decimals, whole } from "./format.ts";
import { markdownTable } from "./markdown_table.ts";
import type { Measured, Sweep } from "./measured.ts";
import { styleOf } from "./series_style.ts";

const KILOBYTES = 1024;

/** Memory of a process with idle clients. */
export interface IdleMemory {
  readonly id: string;
  readonly clients: number;
  readonly megabytes: number;
  /** Of a further client. */
  readonly kilobytes: number;
}

/** What idle clients cost, by contender. */
export function idleMemory({ statistics, points, through }: Sweep): IdleMemory[] {
  const [few, many] = [points[0], points.at(-1)];
  if (few === undefined || many === undefined || few === many) return [];
  return through.map((id) => {
    const megabytes = statistics.median(many, id, MEMORY);
    const further = (megabytes - statistics.median(few, id, MEMORY)) / (many.clients - few.clients);
    return { id, clients: many.clients, megabytes, kilobytes: further * KILOBYTES };
  });
}

/** The table of idle clients. */
export function memoryTable(measured: Measured): string {
  const rows = idleMemory(idleSweep(measured));
  const head = ["Through", `MB with ${whole(rows[0]?.clients ?? NaN)} idle clients`, "KB a further client"];
  const cells = rows.map(({ id, megabytes, kilobytes }) => [
    contenderName(id),
    whole(megabytes),
    decimals(kilobytes, 1),
  ]);
  return markdownTable([head, ...cells], 1);
}

/** The table of clients that connect and leave again. */
export function connectsTable(measured: Measured): string {
  const { statistics, points, through } = measured.sweep("connects", "mongod", "connect");
  const rows = through.map((id) => [
    contenderName(id),
    whole(statistics.median(points[0]!, id, RATE)),
    decimals(statistics.median(points[0]!, id, CPU), 1),
  ]);
  return markdownTable([["Through", "New connections/s", "CPU µs a new connection"], ...rows], 1);
}

/** The chart of memory with idle clients. */
export function memoryChart(measured: Measured): string {
  const sweep = idleSweep(measured);
  const memory = idleMemory(sweep);
  const rows = memory.map(({ id, megabytes, kilobytes }) => ({
    name: id === DIRECT ? "direct (mongod)" : contenderName(id),
    hue: styleOf(id, sweep.through).hue,
    values: [megabytes],
    note: `${whole(megabytes)} MB, ${decimals(kilobytes, 1)} KB a client`,
  }));
  const clients = whole(memory[0]?.clients ?? NaN);
  return drawPicture({
    title: `Memory with ${clients} idle clients`,
    subtitle: "resident memory of the process; lower is better",
    width: 820,
    rowHeight: 50 + 28 * rows.length,
    columns: [1],
    rows: [[rowPanel({ xLabel: "MB", kind: "bars", formatX: whole, rows })]],
  });
}

function idleSweep(measured: Measured): Sweep {
  return measured.sweep("idle", "mongod", "idle");
}
