import { assertEquals } from "@std/assert";
import type { JunitCase } from "../../tools/junit.ts";
import { reportTests } from "../../tools/test_report.ts";
import type { TestRun } from "../../tools/test_run.ts";
import type { Counts } from "../../tools/test_summary.ts";

const NO_STEPS: Counts = { passed: 0, failed: 0, skipped: 0 };

/** A run whose numbers agree. */
function run(tests: Counts, code = 0, skippedName = "a"): TestRun {
  const cases = (count: number, outcome: JunitCase["outcome"], name = "a") =>
    Array.from({ length: count }, () => ({ file: "./a_test.ts", name, outcome }));
  return {
    code,
    summary: { isOk: code === 0, tests, steps: NO_STEPS },
    cases: [
      ...cases(tests.passed, "passed"),
      ...cases(tests.failed, "failed"),
      ...cases(tests.skipped, "skipped", skippedName),
    ],
  };
}

Deno.test("reportTests() sums up the runs and gives the exit code of the worst", () => {
  const runs = [run({ passed: 3, failed: 0, skipped: 1 }), run({ passed: 1, failed: 2, skipped: 0 }, 1)];
  assertEquals(reportTests(runs), { lines: ["4 passed, 2 failed, 1 skipped"], doubts: [], code: 1 });
});

Deno.test("reportTests() counts each reason why tests were not run over all runs", () => {
  const skipping = run({ passed: 0, failed: 0, skipped: 1 }, 0, "a: NOT RUN. There is no mongod");
  assertEquals(reportTests([skipping, skipping]).lines, [
    "NOT RUN: 2 tests. There is no mongod",
    "0 passed, 0 failed, 2 skipped",
  ]);
});

Deno.test("reportTests() gives no counts where one run broke off", () => {
  const broken = { code: 137, summary: null, cases: [] };
  assertEquals(reportTests([run({ passed: 1, failed: 0, skipped: 0 }), broken]), {
    lines: [],
    doubts: ["The test run broke off with exit code 137"],
    code: 137,
  });
});

Deno.test("reportTests() fails where a run that exits with 0 contradicts itself", () => {
  const odd = { ...run({ passed: 1, failed: 0, skipped: 0 }), cases: [] };
  assertEquals(reportTests([odd]), {
    lines: [],
    doubts: ["The test run's summary and its list of cases differ in what passed"],
    code: 1,
  });
});
