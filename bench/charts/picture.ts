import { styleSheet } from "./palette.ts";
import { svgElement, svgLabel, svgText } from "./svg.ts";

/** A rectangle that something is drawn into. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Something that draws itself into a rectangle. */
export type Panel = (box: Box) => string;

/** One SVG file: a title, a line below it, and panels in rows of equal height. */
export interface Picture {
  readonly title: string;
  readonly subtitle: string;
  readonly width: number;
  readonly rowHeight: number;
  /** Shares of the width, one for each panel of a row. */
  readonly columns: readonly number[];
  readonly rows: readonly (readonly Panel[])[];
  /** Drawn below the title, where the panels do not name their series. */
  readonly legend?: Panel;
}

const MARGIN = 16;
const HEAD_HEIGHT = 56;
const LEGEND_HEIGHT = 22;

/** The picture as the text of an SVG file. */
export function drawPicture({ title, subtitle, width, rowHeight, columns, rows, legend }: Picture): string {
  const head = HEAD_HEIGHT + (legend === undefined ? 0 : LEGEND_HEIGHT);
  const height = head + rows.length * rowHeight + MARGIN;
  const boxes = columnBoxes(columns, width - 2 * MARGIN);
  const panels = rows.map((panels, row) =>
    panels.map((panel, column) => panel({ ...boxes[column]!, y: head + row * rowHeight, height: rowHeight })).join("")
  );
  const frame = { xmlns: "http://www.w3.org/2000/svg", viewBox: `0 0 ${width} ${height}`, width, height, role: "img" };
  return svgElement(
    "svg",
    frame,
    [
      "\n" + svgElement("title", {}, svgText(title)),
      svgElement("style", {}, `\n${styleSheet()}\n`),
      svgElement("rect", { class: "paper", width, height, rx: 6 }),
      svgLabel(MARGIN, 26, "title", title),
      svgLabel(MARGIN, 44, "subtitle", subtitle),
      legend?.({ x: MARGIN, y: HEAD_HEIGHT, width: width - 2 * MARGIN, height: LEGEND_HEIGHT }) ?? "",
      ...panels,
    ].join(""),
  );
}

function columnBoxes(shares: readonly number[], width: number): Omit<Box, "y" | "height">[] {
  const whole = shares.reduce((sum, share) => sum + share, 0);
  let x = MARGIN;
  return shares.map((share) => {
    const box = { x, width: share / whole * width };
    x += box.width;
    return box;
  });
}
