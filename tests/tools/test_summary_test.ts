import { assertEquals } from "@std/assert";
import { formatCounts, parseTestSummary } from "../../tools/test_summary.ts";

const NONE = { passed: 0, failed: 0, skipped: 0 };

Deno.test("parseTestSummary() reads the last line of a run, colours or not", () => {
  assertEquals(parseTestSummary("a ... ok (1ms)\n\nok | 7 passed | 0 failed (1s)\n\n"), {
    isOk: true,
    tests: { passed: 7, failed: 0, skipped: 0 },
    steps: NONE,
  });
  assertEquals(parseTestSummary("\x1b[0m\x1b[31mFAILED\x1b[0m | 1 passed | 2 failed \x1b[38;5;245m(3ms)\x1b[0m\n"), {
    isOk: false,
    tests: { passed: 1, failed: 2, skipped: 0 },
    steps: NONE,
  });
});

Deno.test("parseTestSummary() keeps steps apart from tests", () => {
  assertEquals(
    parseTestSummary("FAILED | 1 passed (3 steps) | 2 failed (1 step) | 4 ignored (5 steps) | 6 filtered out (21ms)"),
    {
      isOk: false,
      tests: { passed: 1, failed: 2, skipped: 4 },
      steps: { passed: 3, failed: 1, skipped: 5 },
    },
  );
});

Deno.test("parseTestSummary() trusts the last summary alone", () => {
  assertEquals(parseTestSummary("ok | 1 passed | 0 failed (1s)\nok | 2 passed | 0 failed (1s)\n")?.tests.passed, 2);
});

Deno.test("parseTestSummary() finds nothing in a run that broke off", () => {
  assertEquals(parseTestSummary("running 4 tests from ./a_test.ts\na ... ok (1ms)\nb ..."), null);
});

Deno.test("formatCounts() names skipped tests only where there are any", () => {
  assertEquals(formatCounts({ passed: 3, failed: 0, skipped: 0 }), "3 passed, 0 failed");
  assertEquals(formatCounts({ passed: 3, failed: 1, skipped: 2 }), "3 passed, 1 failed, 2 skipped");
});
