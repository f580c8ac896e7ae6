import { assertEquals, assertThrows } from "@std/assert";
import { OptionError, parseOptions } from "../../../bench/proxy/options.ts";
import { SUITES } from "../../../bench/proxy/suite.ts";

Deno.test("parseOptions measures every part with everybody by default", () => {
  const options = parseOptions([]);
  assertEquals([options?.suites, options?.contenders, options?.clients], [SUITES, null, null]);
});

Deno.test("parseOptions takes every flag", () => {
  const numbers = ["--clients=1,8", "--rounds=2", "--secs=0.5", "--warm=0.1", "--idle=100", "--pool=4"];
  const others = ["--suite=range,idle", "--contenders=deno,epoll-2", "--machine=one", "--results=r", "--docs=d"];
  assertEquals(parseOptions([...numbers, ...others, "--fresh", "--report-only"]), {
    suites: ["idle", "range"],
    contenders: ["deno", "epoll-2"],
    clients: [1, 8],
    rounds: 2,
    secs: 0.5,
    warm: 0.1,
    idle: 100,
    pool: 4,
    machine: "one",
    results: "r",
    docs: "d",
    isFresh: true,
    reportOnly: true,
  });
});

Deno.test("parseOptions with --quick runs one round, and as many as it is told", () => {
  assertEquals(parseOptions(["--quick"])?.rounds, 1);
  assertEquals(parseOptions(["--quick", "--rounds=3"])?.rounds, 3);
});

Deno.test("parseOptions gives null for --help", () => {
  assertEquals(parseOptions(["--help"]), null);
});

for (const arg of ["--speed=1", "mongod", "--rounds=0", "--clients=1,x", "--pool=", "--suite=idle,speed"]) {
  Deno.test(`parseOptions refuses ${arg}`, () => {
    assertThrows(() => parseOptions([arg]), OptionError);
  });
}
