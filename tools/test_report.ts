import type { JunitCase } from "./junit.ts";
import { specReport } from "./spec_report.ts";
import type { TestRun } from "./test_run.ts";
import { formatCounts, sumCounts, type TestSummary } from "./test_summary.ts";

/** What is told of all runs together. */
export interface TestReport {
  /** Ends with the one line of counts, unless there is a doubt. */
  readonly lines: readonly string[];
  /** Why numbers cannot be trusted. */
  readonly doubts: readonly string[];
  /** That of the worst run. */
  readonly code: number;
}

/** Sums up the runs; where the numbers of one cannot be trusted there are none. */
export function reportTests(runs: readonly TestRun[]): TestReport {
  const code = Math.max(...runs.map((run) => run.code));
  const doubts = runs.flatMap((run) => findDoubt(run) ?? []);
  if (doubts.length > 0) return { lines: [], doubts, code: Math.max(code, 1) };
  const cases = runs.flatMap((run) => run.cases);
  const summaries = runs.map(({ summary }) => summary as TestSummary);
  const counts = formatCounts(sumCounts(summaries.map(({ tests }) => tests)));
  return { lines: [...specReport(cases), ...notRun(cases), counts], doubts, code };
}

/** Says why the run's own numbers cannot be trusted, or null. */
function findDoubt({ code, summary, cases }: TestRun): string | null {
  if (summary === null) return `The test run broke off with exit code ${code}`;
  if (summary.isOk !== (code === 0)) {
    return `The test run says ${summary.isOk ? "ok" : "FAILED"} but exits with ${code}`;
  }
  const { tests, steps } = summary;
  // Errors outside of tests count as failed tests and are not among the cases.
  const mismatch = (["passed", "skipped", "failed"] as const).find((outcome) => {
    const written = cases.filter((one) => one.outcome === outcome).length;
    const counted = tests[outcome] + steps[outcome];
    return outcome === "failed" ? written > counted || (counted > 0) === (code === 0) : written !== counted;
  });
  return mismatch === undefined ? null : `The test run's summary and its list of cases differ in what ${mismatch}`;
}

/** One loud line for each reason why tests could not be run. */
function notRun(cases: readonly JunitCase[]): string[] {
  const skipped = cases.filter(({ outcome }) => outcome === "skipped");
  const reasons = Map.groupBy(skipped, ({ name }) => /: NOT RUN\. (.*)$/.exec(name)?.[1]);
  return [...reasons].flatMap(([reason, { length }]) =>
    reason === undefined ? [] : [`NOT RUN: ${length} tests. ${reason}`]
  );
}
