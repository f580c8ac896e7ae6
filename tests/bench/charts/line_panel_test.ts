import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type LinePanel, linePanel } from "../../../bench/charts/line_panel.ts";
import { drawPicture } from "../../../bench/charts/picture.ts";

const STYLE = { hue: "blue", stroke: "solid" } as const;

const PANEL: LinePanel = {
  title: "A panel",
  xLabel: "clients",
  xTicks: [1, 2, 4, 256],
  yLabel: "ratio",
  y: "linear",
  formatY: String,
  reference: { at: 1, name: "direct" },
  series: [
    { name: "one & two", style: STYLE, points: [[1, 0.5], [256, 1.4]] },
    { name: "three", style: STYLE, points: [[1, 0.6], [256, 1.4]] },
  ],
};

function draw(panel: LinePanel): string {
  return drawPicture({
    title: "A chart",
    subtitle: "of figures",
    width: 600,
    rowHeight: 300,
    columns: [1],
    rows: [[linePanel(panel)]],
  });
}

/** Where the texts that match stand. */
function placesOf(svg: string, name: string): { x: number; y: number }[] {
  return [...svg.matchAll(/<text x="([\d.-]+)" y="([\d.-]+)"[^>]*>([^<]*)</g)].filter(([, , , text]) => text === name)
    .map(([, x, y]) => ({ x: Number(x), y: Number(y) }));
}

Deno.test("linePanel names each line at its end, and no name lies on another", () => {
  const svg = draw(PANEL);
  const places = ["one &amp; two", "three", "direct"].flatMap((name) => placesOf(svg, name));
  assertEquals(places.length, 3);
  const heights = places.map(({ y }) => y).sort((a, b) => a - b);
  assert(heights[1]! - heights[0]! >= 14 && heights[2]! - heights[1]! >= 14, `${heights}`);
});

Deno.test("linePanel stays inside the picture", () => {
  const numbers = [...draw(PANEL).matchAll(/ (x|x1|x2|cx)="([\d.-]+)"/g)].map(([, , value]) => Number(value));
  assert(numbers.every((value) => value >= 0 && value <= 600), `${numbers}`);
});

Deno.test("linePanel names the first and the last number below, and none too near to another", () => {
  const svg = draw(PANEL);
  assertEquals(["1", "256"].map((tick) => placesOf(svg, tick).length > 0), [true, true]);
});

Deno.test("linePanel shades what lies above its limit", () => {
  assertStringIncludes(draw({ ...PANEL, limit: 1.1 }), 'class="band"');
});

Deno.test("drawPicture gives the same file for the same figures", () => {
  assertEquals(draw(PANEL), draw(PANEL));
});
