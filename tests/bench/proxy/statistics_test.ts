import { assertEquals } from "@std/assert";
import { lowerBound, median, P99, RATE, Statistics } from "../../../bench/proxy/statistics.ts";
import { group, POINT, suiteResults } from "./sample.ts";

Deno.test("median takes the middle, or the mean of the two in the middle", () => {
  assertEquals(median([3, 1, 2]), 2);
  assertEquals(median([4, 1, 2, 3]), 2.5);
  assertEquals(median([]), NaN);
});

const ROUNDS = new Statistics(suiteResults("throughput", [
  group(POINT, 0, { direct: { ops_s: 1000 }, deno: { ops_s: 900 } }),
  group(POINT, 1, { direct: { ops_s: 2000 }, deno: { ops_s: 1000 } }),
  group(POINT, 2, { direct: { ops_s: 4000 }, deno: { ops_s: 1000 }, peer: { ops_s: 10 } }),
]));

Deno.test("Statistics.ratio is the median of the ratios within the rounds", () => {
  assertEquals(ROUNDS.median(POINT, "direct", RATE), 2000);
  assertEquals(ROUNDS.ratio(POINT, "deno", "direct", RATE), 0.5);
});

Deno.test("Statistics knows what was not measured", () => {
  assertEquals(ROUNDS.ratio(POINT, "epoll", "direct", RATE), NaN);
  assertEquals(ROUNDS.median({ ...POINT, clients: 1 }, "direct", RATE), NaN);
  assertEquals(ROUNDS.participants([POINT]), new Set(["direct", "deno", "peer"]));
  assertEquals(ROUNDS.clients({ server: "null", load: "find" }), []);
});

Deno.test("Statistics.change compares one point with another in the same round", () => {
  const alone = { ...POINT, load: "alone" } as const;
  const beside = { ...POINT, load: "beside-reads" } as const;
  const statistics = new Statistics(suiteResults("neighbour", [
    group(alone, 0, { deno: { p99_us: 1000 } }),
    group(alone, 1, { deno: { p99_us: 3000 } }),
    group(beside, 0, { deno: { p99_us: 2000 } }),
  ]));
  assertEquals(statistics.change(beside, alone, "deno", P99), 2);
});

Deno.test("lowerBound is below the median of all rounds with 95 % certainty", () => {
  assertEquals(lowerBound([4, 3, 2, 1]), NaN);
  assertEquals(lowerBound([5, 4, 3, 2, 1]), 1);
  assertEquals(lowerBound([8, 7, 6, 5, 4, 3, 2, 1]), 2);
  // Of 20 tosses 5 or fewer are heads in 2 % of all cases, 6 or fewer in 6 %.
  assertEquals(lowerBound(Array.from({ length: 20 }, (_, index) => index)), 5);
});
