import { assertEquals, assertStringIncludes } from "@std/assert";
import { Measured } from "../../../../bench/proxy/report/measured.ts";
import { rangePoints, rangeTable, rangeVerdict } from "../../../../bench/proxy/report/range_section.ts";
import { group, suiteResults } from "../sample.ts";

const BURSTS = { server: "mongod", load: "bursts", clients: 64 } as const;

function measured(p99: number): Measured {
  const samples = { deno: { p50_us: 800, p99_us: p99 }, "deno-off": { p50_us: 1000, p99_us: 2000 } };
  return new Measured({ range: suiteResults("range", [group(BURSTS, 0, samples)]) });
}

Deno.test("rangePoints compares with coalescing to without", () => {
  assertEquals(rangePoints(measured(1000), "mongod"), [
    { backend: "deno", load: "bursts", clients: 64, name: "p50", ratio: 0.8, ratios: [0.8] },
    { backend: "deno", load: "bursts", clients: 64, name: "p99", ratio: 0.5, ratios: [0.5] },
  ]);
  assertEquals(rangePoints(measured(1000), "pinned"), []);
});

Deno.test("rangeTable has p50 and p99 in a cell", () => {
  assertStringIncludes(rangeTable(rangePoints(measured(1000), "mongod")), "| bursts | deno    | 0.80 / 0.50 |");
});

Deno.test("rangeVerdict names what is worse by more than 10 %", () => {
  assertStringIncludes(rangeVerdict(rangePoints(measured(2200), "mongod")), "None of the 2 figures");
  const worse = rangeVerdict(rangePoints(measured(2300), "mongod"));
  assertStringIncludes(worse, "1 of 2 figures.");
  assertStringIncludes(worse, "- deno, bursts, 64 clients, p99: 1.15, in the rounds 1.15");
});
