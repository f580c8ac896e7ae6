import { legend } from "../../charts/legend.ts";
import { linePanel } from "../../charts/line_panel.ts";
import { drawPicture, type Panel } from "../../charts/picture.ts";
import { COALESCING_PAIRS } from "../contender.ts";
import { type LoadId, loadKind } from "../load_kind.ts";
import type { ServerId } from "../server_kind.ts";
import { type Figure, lowerBound, P50, P99 } from "../statistics.ts";
import { decimals, whole } from "./format.ts";
import { markdownTable } from "./markdown_table.ts";
import type { Measured } from "./measured.ts";
import { styleOf } from "./series_style.ts";

const RANGE_LOADS: readonly LoadId[] = ["steady", "bursts", "think", "slow", "mixed"];
const FIGURES: readonly { readonly name: string; readonly figure: Figure }[] = [
  { name: "p50", figure: P50 },
  { name: "p99", figure: P99 },
];
/** Nowhere may coalescing make it worse by more. */
const LIMIT = 1.1;

/** One ratio of with to without coalescing. */
export interface RangePoint {
  readonly backend: string;
  readonly load: LoadId;
  readonly clients: number;
  readonly name: string;
  /** The median, and what it was in each round. */
  readonly ratio: number;
  readonly ratios: readonly number[];
}

/** Every ratio of the range, in front of one server. */
export function rangePoints(measured: Measured, server: ServerId): RangePoint[] {
  return RANGE_LOADS.flatMap((load) => {
    const { points, statistics } = measured.sweep("range", server, load);
    return COALESCING_PAIRS.flatMap(({ on, off }) =>
      points.flatMap((point) =>
        FIGURES.map(({ name, figure }) => ({
          backend: on,
          load,
          clients: point.clients,
          name,
          ratio: statistics.ratio(point, on, off, figure),
          ratios: statistics.ratios(point, on, off, figure),
        }))
      )
    );
  }).filter(({ ratio }) => Number.isFinite(ratio));
}

/** On where coalescing makes things worse, and whether that is more than noise; empty where nothing was measured. */
export function rangeVerdict(points: readonly RangePoint[]): string {
  if (points.length === 0) return "";
  const worse = points.filter(({ ratio }) => ratio > LIMIT).sort((a, b) => b.ratio - a.ratio);
  const [sure, unsure] = [true, false].map((wanted) => worse.filter((it) => lowerBound(it.ratios) > LIMIT === wanted));
  const all = whole(points.length);
  const verdict = `${sure!.length === 0 ? "None" : whole(sure!.length)} of the ${all} figures is worse by more than ` +
    "10 % with 95 % certainty.";
  const doubt =
    `The medians of ${whole(unsure!.length)} are above that, and their rounds differ too much, or are too ` +
    "few, to tell it from noise.";
  return [verdict, listOf(sure!), ...(unsure!.length === 0 ? [] : [doubt, listOf(unsure!)])]
    .filter((text) => text !== "").join("\n\n");
}

function listOf(points: readonly RangePoint[]): string {
  return points.map(({ backend, load, clients, name, ratio, ratios }) => {
    const rounds = ratios.map((value) => decimals(value, 2)).join(", ");
    const what = `${backend}, ${loadKind(load).name}, ${whole(clients)} clients, ${name}`;
    return `- ${what}: ${decimals(ratio, 2)}, in the rounds ${rounds}`;
  }).join("\n");
}

/** The ratios as a table: a row for each load and backend, a column for each number of clients, p50 / p99. */
export function rangeTable(points: readonly RangePoint[]): string {
  const clients = [...new Set(points.map((point) => point.clients))].sort((a, b) => a - b);
  const rows = RANGE_LOADS.flatMap((load) =>
    COALESCING_PAIRS.map(({ on }) => ({ load, mine: points.filter((it) => it.load === load && it.backend === on), on }))
  ).filter(({ mine }) => mine.length > 0).map(({ load, mine, on }) => [
    loadKind(load).name,
    on,
    ...clients.map((count) =>
      mine.filter((it) => it.clients === count).map(({ ratio }) => decimals(ratio, 2)).join(" / ")
    ),
  ]);
  return markdownTable([["Load", "Backend", ...clients.map(whole)], ...rows], 2);
}

/** The ratios as small charts, one for each load, p50 above p99. */
export function rangeChart(points: readonly RangePoint[], where: string): string {
  const backends = COALESCING_PAIRS.map(({ on }) => on).filter((id) => points.some(({ backend }) => backend === id));
  return drawPicture({
    title: `Latency with coalescing relative to without, ${where}`,
    subtitle: "below 1 is better; what is shaded would be worse by more than 10 %",
    width: 1160,
    rowHeight: 210,
    columns: RANGE_LOADS.map(() => 1),
    rows: FIGURES.map(({ name }) => RANGE_LOADS.map((load) => rangePanel(points, load, name, backends))),
    legend: legend(backends.map((id) => ({ name: id, style: styleOf(id, backends) }))),
  });
}

function rangePanel(points: readonly RangePoint[], load: LoadId, name: string, backends: readonly string[]): Panel {
  const clients = [...new Set(points.map((point) => point.clients))].sort((a, b) => a - b);
  return linePanel({
    title: loadKind(load).name,
    xLabel: "clients",
    xTicks: clients.length === 0 ? [1, 10] : clients,
    yLabel: `${name}, with / without`,
    y: "linear",
    formatY: (value) => value.toFixed(2),
    yIncludes: yBounds(points.filter((it) => it.name === name)),
    limit: LIMIT,
    reference: { at: 1, name: "" },
    namesAtEnds: false,
    series: backends.map((id) => ({
      name: id,
      style: styleOf(id, backends),
      points: points.filter((it) => it.load === load && it.name === name && it.backend === id)
        .map(({ clients, ratio }) => [clients, ratio] as const),
    })),
  });
}

/** All panels of a row have one scale. */
function yBounds(points: readonly RangePoint[]): number[] {
  const ratios = points.map(({ ratio }) => ratio);
  return [Math.min(0.6, ...ratios), Math.max(1.2, ...ratios)];
}
