import { assertEquals } from "@std/assert";
import { linearScale, logScale, logScaleOf } from "../../../bench/charts/scale.ts";

Deno.test("linearScale widens to round values, and has a line at each step", () => {
  const scale = linearScale(0, 1.53, [100, 0]);
  assertEquals(scale.ticks, [0, 0.5, 1, 1.5, 2]);
  assertEquals([scale.at(0), scale.at(2)], [100, 0]);
  assertEquals(Math.round(scale.at(1)), 50);
});

Deno.test("linearScale of a single value has a width all the same", () => {
  const scale = linearScale(3, 3, [0, 10]);
  assertEquals(scale.at(3) >= 0 && scale.at(3) <= 10, true);
});

Deno.test("logScale has lines at 1, 2 and 5 of each power of ten, or at the powers alone", () => {
  assertEquals(logScale(12, 160, [0, 1]).ticks, [10, 20, 50, 100, 200]);
  assertEquals(logScale(0.3, 900, [0, 1]).ticks, [0.1, 1, 10, 100, 1000]);
});

Deno.test("logScaleOf places equal ratios at equal distances", () => {
  const scale = logScaleOf([1, 16, 256], [0, 100]);
  assertEquals([scale.at(1), scale.at(256)], [0, 100]);
  assertEquals(Math.round(scale.at(16)), 50);
});
