import { assertEquals, assertStringIncludes } from "@std/assert";
import { Measured } from "../../../../bench/proxy/report/measured.ts";
import { rangePoints, rangeTable, rangeVerdict } from "../../../../bench/proxy/report/range_section.ts";
import { group, suiteResults } from "../sample.ts";

const BURSTS = { server: "mongod", load: "bursts", clients: 64 } as const;

function measured(...p99s: number[]): Measured {
  const groups = p99s.map((p99, round) =>
    group(BURSTS, round, { deno: { p50_us: 800, p99_us: p99 }, "deno-off": { p50_us: 1000, p99_us: 2000 } })
  );
  return new Measured({ range: suiteResults("range", groups) });
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

function verdict(...p99s: number[]): string {
  return rangeVerdict(rangePoints(measured(...p99s), "mongod"));
}

Deno.test("rangeVerdict is content with what is worse by less than 10 %", () => {
  assertEquals(verdict(2200), "None of the 2 figures is worse by more than 10 % with 95 % certainty.");
});

Deno.test("rangeVerdict names what is worse by more than 10 % for certain", () => {
  const text = verdict(2300, 2400, 2300, 2300, 2300);
  assertStringIncludes(text, "1 of the 2 figures is worse");
  assertStringIncludes(text, "- deno, bursts, 64 clients, p99: 1.15, in the rounds 1.15, 1.20, 1.15, 1.15, 1.15");
});

Deno.test("rangeVerdict tells what may be noise from that", () => {
  for (const p99s of [[2300], [2300, 2300, 2300, 2300, 2000]]) {
    const text = verdict(...p99s);
    assertStringIncludes(text, "None of the 2 figures is worse");
    assertStringIncludes(text, "The medians of 1 are above that");
    assertStringIncludes(text, "- deno, bursts, 64 clients, p99: 1.15");
  }
});
