import { lineClass, type SeriesStyle } from "./palette.ts";
import type { Panel } from "./picture.ts";
import { svgLabel, svgLine } from "./svg.ts";

const SAMPLE_WIDTH = 24;
/** A generous guess: the file does not know the reader's fonts. */
const CHARACTER_WIDTH = 6.6;

/** Names series in one line. */
export function legend(series: readonly { readonly name: string; readonly style: SeriesStyle }[]): Panel {
  return (box) => {
    let x = box.x;
    return series.map(({ name, style }) => {
      const start = x;
      x += SAMPLE_WIDTH + 6 + name.length * CHARACTER_WIDTH + 18;
      const y = box.y + box.height / 2;
      return svgLine(start, y, start + SAMPLE_WIDTH, y, lineClass(style)) +
        svgLabel(start + SAMPLE_WIDTH + 6, y + 4, "legend", name);
    }).join("");
  };
}
