/**
 * Runs the tests: `deno run -A tools/test.ts [FLAGS and PATHS of deno test]`, by default all in `tests/`. Ends with one
 * line of counts, and with the exit code of the run. The types are checked by `tools/ok.ts`.
 *
 * @module
 */
import { cacheFolder } from "./cache_folder.ts";
import { runDenoChild } from "./child.ts";
import { importMapArgs } from "./import_map.ts";
import { type JunitCase, parseJunit } from "./junit.ts";
import { specReport } from "./spec_report.ts";
import { formatCounts, parseTestSummary, type TestSummary } from "./test_summary.ts";

/** The versions that most live tests run against. */
const MONGOD_VERSIONS = ["6.0", "5.0", "4.4"];

interface TestRun {
  readonly code: number;
  readonly summary: TestSummary | null;
  readonly cases: readonly JunitCase[];
}

async function runTests(args: readonly string[]): Promise<TestRun> {
  const junit = await Deno.makeTempFile({ prefix: "torana-tests-", suffix: ".xml" });
  const decoder = new TextDecoder();
  let output = "";
  const onOutput = (chunk: Uint8Array) => {
    Deno.stdout.writeSync(chunk);
    // The summary comes last; what is older need not be kept.
    output = (output + decoder.decode(chunk, { stream: true })).slice(-65_536);
  };
  try {
    const code = await runDenoChild(
      ["test", ...TEST_FLAGS, `--junit-path=${junit}`, ...importMapArgs(), ...args],
      { onOutput },
    );
    return { code, summary: parseTestSummary(output), cases: parseJunit(await Deno.readTextFile(junit)) };
  } finally {
    await Deno.remove(junit);
  }
}

/** Types are checked by `task ok`; a test that leaves a timer or a socket behind fails. */
const TEST_FLAGS = ["-A", "--unstable-net", "--no-check", "--sanitize-ops", "--sanitize-resources"] as const;

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

/** Fetches what the live tests need while a person can see it: what tests print comes late. */
async function prepare(): Promise<void> {
  console.log(`Looking for the mongods of the live tests, which may be fetched into ${cacheFolder()}`);
  for (const version of MONGOD_VERSIONS) {
    await runDenoChild(["run", "-A", "--no-check", ...importMapArgs(), "tests/support/mongod/find_main.ts", version]);
  }
}

/** One loud line for each reason why tests could not be run. */
function notRun(cases: readonly JunitCase[]): string[] {
  const skipped = cases.filter(({ outcome }) => outcome === "skipped");
  const reasons = Map.groupBy(skipped, ({ name }) => /: NOT RUN\. (.*)$/.exec(name)?.[1]);
  return [...reasons].flatMap(([reason, { length }]) =>
    reason === undefined ? [] : [`NOT RUN: ${length} tests. ${reason}`]
  );
}

function report(run: TestRun): number {
  const doubt = findDoubt(run);
  if (doubt !== null || run.summary === null) {
    console.error(doubt);
    return run.code === 0 ? 1 : run.code;
  }
  for (const line of specReport(run.cases)) console.log(line);
  for (const line of notRun(run.cases)) console.log(line);
  console.log(formatCounts(run.summary.tests));
  return run.code;
}

if (import.meta.main) {
  if (Deno.args.length === 0) await prepare();
  const args = Deno.args.length === 0 ? ["tests/"] : Deno.args;
  console.log(`Running the tests: ${args.join(" ")}`);
  Deno.exit(report(await runTests(args)));
}
