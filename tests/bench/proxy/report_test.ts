import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Measurement } from "../../../bench/proxy/load/measurement.ts";
import { parseOptions } from "../../../bench/proxy/options.ts";
import { report } from "../../../bench/proxy/report.ts";
import { median, type Results } from "../../../bench/proxy/results.ts";

const SAMPLE: Measurement = {
  mode: "find",
  conns: 32,
  idle: 0,
  idle_err: 0,
  errs: 0,
  ops: 1000,
  ops_s: 1000,
  p50_us: 1500,
  p99_us: 9000,
  cpu_us_op: 20,
  rss_mb: 100,
};

function rounds(...opsPerSecond: number[]): Measurement[] {
  return opsPerSecond.map((ops_s) => ({ ...SAMPLE, ops_s }));
}

const RESULTS: Results = {
  series: [
    { server: "mongod", through: "direct", clients: 1024, samples: rounds(1000, 2000, 4000) },
    { server: "mongod", through: "torana", clients: 1024, samples: rounds(900, 1000, 1000) },
  ],
  footprintServer: "mongod",
  footprints: [{
    through: "torana",
    samples: [{
      few: { ...SAMPLE, idle: 1000, rss_mb: 100 },
      many: { ...SAMPLE, idle: 9000, rss_mb: 180 },
      connects: { ...SAMPLE, cpu_us_op: 55.5 },
    }],
  }],
};

const FRAME = { options: parseOptions(["--machine=2 cores"])!, generator: "the project's own" };

Deno.test("report gives the median of the rounds' ratios to direct", () => {
  const text = report(RESULTS, FRAME);
  assertStringIncludes(
    text,
    "| 1,024   | direct  |        2,000 |      1.00 |   1.50 |   9.00 |                20.0 |",
  );
  assertStringIncludes(
    text,
    "| 1,024   | torana  |        1,000 |      0.50 |   1.50 |   9.00 |                20.0 |",
  );
});

Deno.test("report gives what a further idle client costs, and a new connection", () => {
  const line = report(RESULTS, FRAME).split("\n").findLast((line) => line.startsWith("| torana"));
  const cells = line?.split("|").map((cell) => cell.trim());
  assertEquals(cells, ["", "torana", "180", "10.2", "1,000", "55.5", ""]);
});

Deno.test("report names the machine and the load generator", () => {
  const text = report(RESULTS, FRAME);
  assertStringIncludes(text, "- Machine: 2 cores;");
  assertStringIncludes(text, "- Load generator: the project's own.");
});

Deno.test("report says which clients failed", () => {
  const [direct] = RESULTS.series;
  const failed = { ...direct!, samples: [{ ...SAMPLE, errs: 3 }] };
  assertStringIncludes(report({ ...RESULTS, series: [failed] }, FRAME), "Clients that failed: direct with 1024: 3.");
});

Deno.test("median takes the middle, or the mean of the two in the middle", () => {
  assertEquals(median([3, 1, 2]), 2);
  assertEquals(median([4, 1, 2, 3]), 2.5);
});
