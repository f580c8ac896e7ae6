import { assertEquals, assertThrows } from "@std/assert";
import { OptionError, parseOptions } from "../../../bench/proxy/options.ts";

Deno.test("parseOptions measures all numbers of clients by default", () => {
  assertEquals(parseOptions([])?.clients, [1, 32, 256, 1024]);
});

Deno.test("parseOptions takes every flag", () => {
  const args = ["--clients=1,8", "--rounds=2", "--secs=0.5", "--warm=0.1", "--idle=100", "--pool=4", "--output=x.md"];
  assertEquals(parseOptions([...args, "--machine=one"]), {
    clients: [1, 8],
    rounds: 2,
    secs: 0.5,
    warm: 0.1,
    idle: 100,
    pool: 4,
    machine: "one",
    output: "x.md",
  });
});

Deno.test("parseOptions with --quick runs one round, and as many as it is told", () => {
  assertEquals(parseOptions(["--quick"])?.rounds, 1);
  assertEquals(parseOptions(["--quick", "--rounds=3"])?.rounds, 3);
});

Deno.test("parseOptions gives null for --help", () => {
  assertEquals(parseOptions(["--help"]), null);
});

for (const arg of ["--speed=1", "mongod", "--rounds=0", "--clients=1,x", "--pool="]) {
  Deno.test(`parseOptions refuses ${arg}`, () => {
    assertThrows(() => parseOptions([arg]), OptionError);
  });
}
