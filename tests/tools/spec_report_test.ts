import { assertEquals } from "@std/assert";
import type { JunitCase } from "../../tools/junit.ts";
import { specReport } from "../../tools/spec_report.ts";

function cases(...named: [string, JunitCase["outcome"]][]): JunitCase[] {
  return named.map(([name, outcome]) => ({ file: "./tests/spec/a_test.ts", name, outcome }));
}

Deno.test("specReport() counts by specification, and what is skipped by reason", () => {
  assertEquals(
    specReport(cases(
      ["auth/tests/a.json: one", "passed"],
      ["auth/tests/a.json: two", "failed"],
      ["server-selection/tests/rtt/b.json: one", "passed"],
      ["server-selection/tests/c.json: one (skipped: slow)", "skipped"],
      ["server-selection/tests/c.json: two (skipped: no server (yet))", "skipped"],
      ["server-selection/tests/c.json: three (skipped: slow)", "skipped"],
    )),
    [
      "Specification cases:",
      "auth              1 passed, 1 failed (50.0 % of those run)",
      "server-selection  1 passed, 0 failed, 3 skipped (100.0 % of those run)",
      "                    2 skipped: slow",
      "                    1 skipped: no server (yet)",
      "all               2 passed, 1 failed, 3 skipped (66.7 % of those run)",
    ],
  );
});

Deno.test("specReport() leaves other tests out", () => {
  assertEquals(specReport(cases(["frame() cuts messages", "passed"], ["auth/tests: skips are current", "passed"])), []);
});
