import type { Hue } from "./palette.ts";
import type { Box, Panel } from "./picture.ts";
import { linearScale, logScale, type Scale } from "./scale.ts";
import { svgElement, svgLabel, svgLine } from "./svg.ts";

/** One row: a name, and figures on one axis; the first is a bar or the start, the others are what became of it. */
export interface Row {
  readonly name: string;
  readonly hue: Hue;
  readonly values: readonly number[];
  /** Stands at the end of the row. */
  readonly note: string;
}

/** Rows of bars from nothing, or of dots from the first value to the others. */
export interface RowPanel {
  readonly xLabel: string;
  readonly kind: "bars" | "dots";
  readonly formatX: (value: number) => string;
  readonly rows: readonly Row[];
  /** What the dots stand for, first to last; of bars nothing. */
  readonly dotNames?: readonly string[];
}

const NAMES_WIDTH = 150;
const NOTE_WIDTH = 150;
const LEGEND_HEIGHT = 26;
const BOTTOM = 40;
/** The first dot is hollow, the others are full; the last is larger. */
const RADII = [4, 4, 6];

/** Draws a row for each name. */
export function rowPanel(panel: RowPanel): Panel {
  return (box) => {
    const top = panel.dotNames === undefined ? 0 : LEGEND_HEIGHT;
    const inner: Box = {
      x: box.x + NAMES_WIDTH,
      y: box.y + top,
      width: box.width - NAMES_WIDTH - NOTE_WIDTH,
      height: box.height - top - BOTTOM,
    };
    const x = xScale(panel, [inner.x, inner.x + inner.width]);
    const step = inner.height / Math.max(1, panel.rows.length);
    return [
      dotLegend(panel, inner, box.y + 14),
      grid(panel, inner, x),
      ...panel.rows.map((row, index) => drawRow(panel, row, inner, inner.y + (index + 0.5) * step, x)),
    ].join("");
  };
}

function xScale({ kind, rows }: RowPanel, range: readonly [number, number]): Scale {
  const values = rows.flatMap(({ values }) => values);
  if (kind === "bars" || values.length === 0) return linearScale(0, Math.max(1, ...values), range);
  return logScale(Math.min(...values), Math.max(...values), range);
}

function grid({ formatX, xLabel }: RowPanel, inner: Box, x: Scale): string {
  const bottom = inner.y + inner.height;
  const lines = x.ticks.map((tick) =>
    svgLine(x.at(tick), inner.y, x.at(tick), bottom, "grid") +
    svgLabel(x.at(tick), bottom + 17, "tick middle", formatX(tick))
  );
  return [...lines, svgLabel(inner.x + inner.width / 2, bottom + 33, "axis middle", xLabel)].join("");
}

function drawRow({ kind }: RowPanel, { name, hue, values, note }: Row, inner: Box, y: number, x: Scale): string {
  const places = values.map((value) => x.at(value));
  const marks = kind === "bars"
    ? svgElement("rect", { x: inner.x, y: y - 8, width: places[0]! - inner.x, height: 16, class: `fill-${hue}` })
    : svgLine(Math.min(...places), y, Math.max(...places), y, `span ${hue}`) +
      places.map((cx, index) => dot(cx, y, index, hue)).join("");
  const noteX = Math.max(...places) + 12;
  return svgLabel(inner.x - 10, y + 4, "end", name) + marks + svgLabel(noteX, y + 4, "tick", note);
}

function dot(cx: number, cy: number, index: number, hue: Hue): string {
  const className = index === 0 ? `paper ${hue}` : `fill-${hue}`;
  return svgElement("circle", { cx, cy, r: RADII[index] ?? 5, class: className, "stroke-width": 2 });
}

function dotLegend({ dotNames = [] }: RowPanel, inner: Box, y: number): string {
  return dotNames.map((name, index) => {
    const x = inner.x + index * 190;
    return dot(x, y - 4, index, "grey") + svgLabel(x + 12, y, "tick", name);
  }).join("");
}
