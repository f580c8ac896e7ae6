import { assertEquals } from "@std/assert";
import { type RowPanel, rowPanel } from "../../../bench/charts/row_panel.ts";

const BOX = { x: 0, y: 0, width: 600, height: 200 };
const BARS: RowPanel = {
  xLabel: "MB",
  kind: "bars",
  formatX: String,
  rows: [
    { name: "a", hue: "blue", values: [50], note: "" },
    { name: "b", hue: "grey", values: [100], note: "" },
  ],
};

Deno.test("rowPanel draws bars as long as their values", () => {
  const widths = [...rowPanel(BARS)(BOX).matchAll(/<rect [^>]*width="([\d.]+)"/g)].map(([, width]) => Number(width));
  assertEquals(widths.length, 2);
  assertEquals(widths[1]! / widths[0]!, 2);
});

Deno.test("rowPanel draws a dot for each value and for each name of the legend", () => {
  const dots: RowPanel = {
    ...BARS,
    kind: "dots",
    dotNames: ["alone", "beside"],
    rows: [{ name: "a", hue: "blue", values: [5, 20], note: "× 4" }],
  };
  assertEquals(rowPanel(dots)(BOX).match(/<circle /g)?.length, 4);
});
