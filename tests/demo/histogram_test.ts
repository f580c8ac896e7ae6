import { assertEquals } from "@std/assert";
import { Histogram } from "../../demo/load/histogram.ts";
import { assertAbout } from "./about.ts";

Deno.test("Histogram gives percentiles within 2 %", () => {
  const histogram = new Histogram();
  for (let milliseconds = 1; milliseconds <= 1_000; milliseconds++) histogram.record(milliseconds);
  for (const [share, expected] of [[0.001, 1], [0.5, 500], [0.99, 990], [1, 1_000]] as const) {
    assertAbout(histogram.percentile(share), expected);
  }
});

Deno.test("Histogram knows no percentile of nothing", () => {
  assertEquals(new Histogram().percentile(0.5), null);
});

Deno.test("Histogram.take gives the counts away, Histogram.add takes them in", () => {
  const [one, all] = [new Histogram(), new Histogram()];
  one.record(10);
  one.record(0);
  all.record(20);
  all.add(one.take());
  assertEquals([one.total, all.total], [0, 3]);
  assertAbout(all.percentile(0.5), 10);
});
