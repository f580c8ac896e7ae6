import { drawPicture } from "../../charts/picture.ts";
import { rowPanel } from "../../charts/row_panel.ts";
import { contenderName } from "../contender.ts";
import type { LoadId } from "../load_kind.ts";
import { P50, P99, type Statistics } from "../statistics.ts";
import type { Point } from "../suite.ts";
import { decimals, milliseconds } from "./format.ts";
import { markdownTable } from "./markdown_table.ts";
import type { Measured } from "./measured.ts";
import { styleOf } from "./series_style.ts";

/** The small clients of one contender, alone and beside a large one. */
export interface NeighbourFigures {
  readonly id: string;
  readonly alone: { readonly p50: number; readonly p99: number };
  readonly besides: readonly Beside[];
}

interface Beside {
  readonly p50: number;
  readonly p99: number;
  /** Of the p99, to that alone. */
  readonly factor: number;
  /** Large messages a second. */
  readonly rate: number;
}

const BESIDES: readonly LoadId[] = ["beside-reads", "beside-inserts"];

/** What a large neighbour does to small clients, by contender. */
export function neighbourFigures(measured: Measured): NeighbourFigures[] {
  const { statistics, points: [alone], through } = measured.sweep("neighbour", "mongod", "alone");
  if (alone === undefined) return [];
  return through.map((id) => ({
    id,
    alone: { p50: statistics.median(alone, id, P50), p99: statistics.median(alone, id, P99) },
    besides: BESIDES.map((load) => besideOf(statistics, { ...alone, load }, alone, id)),
  }));
}

function besideOf(statistics: Statistics, point: Point, alone: Point, id: string): Beside {
  return {
    p50: statistics.median(point, id, P50),
    p99: statistics.median(point, id, P99),
    factor: statistics.change(point, alone, id, P99),
    rate: statistics.median(point, id, ({ neighbour_ops_s }) => neighbour_ops_s ?? NaN),
  };
}

/** The table of small clients with and without a large neighbour. */
export function neighbourTable(measured: Measured): string {
  const beside = ["p50", "p99", "factor", "16 MB/s"];
  const head = [
    "Through",
    "p50",
    "p99",
    ...beside.map((it) => `reads: ${it}`),
    ...beside.map((it) => `inserts: ${it}`),
  ];
  const rows = neighbourFigures(measured).map(({ id, alone, besides }) => [
    contenderName(id),
    milliseconds(alone.p50),
    milliseconds(alone.p99),
    ...besides.flatMap(({ p50, p99, factor, rate }) => [
      milliseconds(p50),
      milliseconds(p99),
      decimals(factor, 2),
      decimals(rate, 0),
    ]),
  ]);
  return markdownTable([head, ...rows], 1);
}

/** The chart of the same. */
export function neighbourChart(measured: Measured): string {
  const figures = neighbourFigures(measured);
  const ids = figures.map(({ id }) => id);
  const rows = figures.map(({ id, alone, besides }) => ({
    name: contenderName(id),
    hue: styleOf(id, ids).hue,
    values: [alone.p99, ...besides.map(({ p99 }) => p99)].filter((value) => value > 0),
    note: besides.map(({ factor }) => `× ${decimals(factor, 1)}`).join(", "),
  }));
  return drawPicture({
    title: "One client of 16 MB messages beside 100 of small ones",
    subtitle: "p99 of the small finds; the shorter the line, the less they notice",
    width: 820,
    rowHeight: 76 + 30 * rows.length,
    columns: [1],
    rows: [[rowPanel({
      xLabel: "milliseconds",
      kind: "dots",
      formatX: (value) => value.toLocaleString("en"),
      dotNames: ["alone", "beside reads of 16 MB", "beside inserts of 16 MB"],
      rows,
    })]],
  });
}
