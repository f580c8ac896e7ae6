import { drawPicture, type Panel } from "../../charts/picture.ts";
import { linePanel, type LineSeries } from "../../charts/line_panel.ts";
import { contenderName, DIRECT } from "../contender.ts";
import { CPU, type Figure, P50, P99, RATE } from "../statistics.ts";
import type { Measured, Sweep } from "./measured.ts";
import { styleOf } from "./series_style.ts";

const X_LABEL = "clients";
const WIDTH = 1120;
const ROW_HEIGHT = 340;
const RATE_LABEL = "operations a second, direct = 1";
const REFERENCE = { at: 1, name: "direct" };

/** Operations a second relative to direct connections. */
export function throughputChart(measured: Measured): string {
  return twoPanels("Throughput relative to direct connections", "find by _id in closed loops; higher is better", [
    ratioPanel("mongod", RATE_LABEL, measured.sweep("throughput", "mongod", "find"), RATE, "linear"),
    ratioPanel(
      "null server: the proxy's own cost",
      RATE_LABEL,
      measured.sweep("throughput", "null", "find"),
      RATE,
      "linear",
    ),
  ]);
}

/** CPU time of the process an operation. */
export function cpuChart(measured: Measured): string {
  return twoPanels("CPU time an operation", "of the proxy's process; find by _id in closed loops; lower is better", [
    figurePanel("mongod", "µs an operation", measured.sweep("throughput", "mongod", "find"), CPU, [DIRECT]),
    figurePanel("null server", "µs an operation", measured.sweep("throughput", "null", "find"), CPU, [DIRECT]),
  ]);
}

/** How long operations take, relative to direct connections. */
export function latencyChart(measured: Measured): string {
  const sweep = measured.sweep("throughput", "mongod", "find");
  return twoPanels("Latency relative to direct connections", "find by _id in closed loops on mongod; lower is better", [
    ratioPanel("p50", "direct = 1", sweep, P50, "log"),
    ratioPanel("p99", "direct = 1", sweep, P99, "log"),
  ]);
}

/** A panel of one figure on logarithmic axes. */
export function figurePanel(title: string, yLabel: string, sweep: Sweep, figure: Figure, without: string[]): Panel {
  return linePanel({
    ...axes(sweep),
    title,
    yLabel,
    y: "log",
    formatY: (value) => value.toLocaleString("en"),
    series: seriesOf(sweep, (id, index) => sweep.statistics.median(sweep.points[index]!, id, figure), without),
  });
}

/** A panel of a figure relative to that of direct connections; a linear axis begins at 0. */
function ratioPanel(title: string, yLabel: string, sweep: Sweep, figure: Figure, y: "linear" | "log"): Panel {
  return linePanel({
    ...axes(sweep),
    title,
    yLabel,
    y,
    formatY: (value) => value.toLocaleString("en"),
    series: seriesOf(sweep, (id, index) => sweep.statistics.ratio(sweep.points[index]!, id, DIRECT, figure), [DIRECT]),
    yIncludes: y === "linear" ? [0] : [],
    reference: REFERENCE,
  });
}

/** Two panels side by side. */
export function twoPanels(title: string, subtitle: string, panels: readonly Panel[]): string {
  return drawPicture({ title, subtitle, width: WIDTH, rowHeight: ROW_HEIGHT, columns: [1, 1], rows: [panels] });
}

function axes({ clients }: Sweep): { xLabel: string; xTicks: readonly number[] } {
  return { xLabel: X_LABEL, xTicks: clients.length === 0 ? [1, 10] : clients };
}

function seriesOf(sweep: Sweep, value: (id: string, index: number) => number, without: string[]): LineSeries[] {
  return sweep.through.filter((id) => !without.includes(id)).map((id) => ({
    name: contenderName(id),
    style: styleOf(id, sweep.through),
    points: sweep.clients.map((count, index): [number, number] => [count, value(id, index)])
      .filter(([, y]) => Number.isFinite(y) && y > 0),
  }));
}
