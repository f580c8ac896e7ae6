import { lineClass, type SeriesStyle } from "./palette.ts";
import type { Box, Panel } from "./picture.ts";
import { linearScale, logScale, logScaleOf, type Scale } from "./scale.ts";
import { spread } from "./spread.ts";
import { svgElement, svgLabel, svgLine } from "./svg.ts";

/** One line of a chart. Points lie in the order of x. */
export interface LineSeries {
  readonly name: string;
  readonly style: SeriesStyle;
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** Lines over a logarithmic axis. */
export interface LinePanel {
  readonly title: string;
  readonly xLabel: string;
  /** The values that are named below. */
  readonly xTicks: readonly number[];
  readonly yLabel: string;
  readonly y: "linear" | "log";
  readonly formatY: (value: number) => string;
  readonly series: readonly LineSeries[];
  /** Values that the axis shows in any case. */
  readonly yIncludes?: readonly number[];
  /** A line across at what everything is compared with. */
  readonly reference?: { readonly at: number; readonly name: string };
  /** What lies above is shown as not allowed. */
  readonly limit?: number;
  /** Whether names stand at the lines' ends. @default {true} */
  readonly namesAtEnds?: boolean;
}

const LEFT = 44;
const TOP = 42;
const BOTTOM = 40;
const NAMES_WIDTH = 158;
const LABEL_HEIGHT = 14;
const TICK_WIDTH = 30;

/** Draws lines, named at their ends. */
export function linePanel(panel: LinePanel): Panel {
  return (box) => {
    const right = panel.namesAtEnds ?? true ? NAMES_WIDTH : 18;
    const inner = {
      x: box.x + LEFT,
      y: box.y + TOP,
      width: box.width - LEFT - right,
      height: box.height - TOP - BOTTOM,
    };
    const x = logScaleOf(panel.xTicks, [inner.x, inner.x + inner.width]);
    const y = yScale(panel, [inner.y + inner.height, inner.y]);
    return [
      svgLabel(box.x, box.y + 14, "panel", panel.title),
      svgLabel(box.x, box.y + 28, "axis", panel.yLabel),
      grid(panel, inner, x, y),
      rules(panel, inner, y),
      ...panel.series.map((series) => line(series, x, y)),
      panel.namesAtEnds ?? true ? names(panel, inner, x, y) : "",
    ].join("");
  };
}

function yScale({ y, series, yIncludes = [], reference }: LinePanel, range: readonly [number, number]): Scale {
  const values = [...series.flatMap(({ points }) => points.map(([, value]) => value)), ...yIncludes];
  if (reference !== undefined) values.push(reference.at);
  if (values.length === 0) values.push(1, 10);
  return (y === "log" ? logScale : linearScale)(Math.min(...values), Math.max(...values), range);
}

function grid({ formatY, xLabel }: LinePanel, inner: Box, x: Scale, y: Scale): string {
  const [right, bottom] = [inner.x + inner.width, inner.y + inner.height];
  const across = y.ticks.map((tick) =>
    svgLine(inner.x, y.at(tick), right, y.at(tick), "grid") +
    svgLabel(inner.x - 6, y.at(tick) + 4, "tick end", formatY(tick))
  );
  const below = legibleTicks(x).map((tick) =>
    svgLine(x.at(tick), bottom, x.at(tick), bottom + 4, "rule") +
    svgLabel(x.at(tick), bottom + 17, "tick middle", tick.toLocaleString("en"))
  );
  return [...across, ...below, svgLabel(inner.x + inner.width / 2, bottom + 33, "axis middle", xLabel)].join("");
}

/** The first and the last, and of the others those that have room, from the right. */
function legibleTicks(x: Scale): number[] {
  const [first, ...others] = x.ticks;
  const kept: number[] = [];
  let free = Infinity;
  for (const tick of others.toReversed()) {
    if (x.at(tick) > free || x.at(tick) < x.at(first!) + TICK_WIDTH) continue;
    kept.unshift(tick);
    free = x.at(tick) - TICK_WIDTH;
  }
  return [first!, ...kept];
}

function rules({ reference, limit }: LinePanel, inner: Box, y: Scale): string {
  const right = inner.x + inner.width;
  const parts: string[] = [];
  if (limit !== undefined) {
    const height = Math.max(0, y.at(limit) - inner.y);
    parts.push(svgElement("rect", { x: inner.x, y: inner.y, width: inner.width, height, class: "band" }));
    parts.push(svgLine(inner.x, y.at(limit), right, y.at(limit), "limit"));
  }
  if (reference !== undefined) parts.push(svgLine(inner.x, y.at(reference.at), right, y.at(reference.at), "rule"));
  return parts.join("");
}

function line({ points, style }: LineSeries, x: Scale, y: Scale): string {
  const places = points.map(([px, py]) => [x.at(px), y.at(py)] as const);
  const dots = places.map(([cx, cy]) => svgElement("circle", { cx, cy, r: 2.4, class: `fill-${style.hue}` }));
  const text = places.map(([px, py]) => `${tenths(px)},${tenths(py)}`).join(" ");
  return svgElement("polyline", { points: text, class: lineClass(style) }) + dots.join("");
}

interface Ending {
  readonly name: string;
  readonly hue: string;
  readonly at: readonly [number, number];
}

function names({ series, reference }: LinePanel, inner: Box, x: Scale, y: Scale): string {
  const right = inner.x + inner.width;
  const endings: Ending[] = series.filter(({ points }) => points.length > 0).map(({ name, style, points }) => ({
    name,
    hue: style.hue,
    at: [x.at(points.at(-1)![0]), y.at(points.at(-1)![1])],
  }));
  if (reference !== undefined) endings.push({ name: reference.name, hue: "grey", at: [right, y.at(reference.at)] });
  const low = inner.y + 4;
  const places = spread(endings.map(({ at }) => at[1]), LABEL_HEIGHT, low, inner.y + inner.height);
  return endings.map(({ name, hue, at: [endX, endY] }, index) => {
    const place = places[index]!;
    const points = `${tenths(endX + 4)},${tenths(endY)} ${tenths(right + 8)},${tenths(endY)} ${tenths(right + 18)},${
      tenths(place)
    }`;
    return svgElement("polyline", { points, class: `leader ${hue}` }) +
      svgLabel(right + 22, place + 4, `name fill-${hue}`, name);
  }).join("");
}

function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}
