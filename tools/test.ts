/**
 * Runs the tests: `deno run -A tools/test.ts [FLAGS and PATHS of deno test]`. By default all of them, and those of the
 * proxy again for each kind of gateway (`tools/test_plan.ts`). Ends with one line of counts, summed over all runs, and
 * with the exit code of the worst. The types are checked by `task check`.
 *
 * @module
 */
import { epollUnavailable } from "../driver/transport/open_transport.ts";
import { cacheFolder } from "./cache_folder.ts";
import { runDenoChild } from "./child.ts";
import { importMapArgs } from "./import_map.ts";
import { type PlannedRun, planTests, testFiles } from "./test_plan.ts";
import { reportTests } from "./test_report.ts";
import { runTests, type TestRun } from "./test_run.ts";

/** The versions that live tests run against. */
const MONGOD_VERSIONS = ["6.0", "5.0", "4.4", "4.2"];

/** Fetches what the live tests need while a person can see it: what tests print comes late. */
async function prepare(): Promise<void> {
  console.log(`Looking for the mongods of the live tests, which may be fetched into ${cacheFolder()}`);
  for (const version of MONGOD_VERSIONS) {
    await runDenoChild(["run", "-A", "--no-check", ...importMapArgs(), "tests/support/mongod/find_main.ts", version]);
  }
}

async function runAll(): Promise<TestRun[]> {
  await prepare();
  const plan = planTests(epollUnavailable());
  const runs: TestRun[] = [];
  for (const [index, planned] of plan.entries()) {
    console.log(`\n# Run ${index + 1} of ${plan.length}: ${planned.what}`);
    if (planned.obstacle !== null) continue;
    runs.push(await runPlanned(planned));
    // A run that broke off was ended by somebody, who does not wait for the next.
    if (runs.at(-1)?.summary === null) break;
  }
  console.log();
  for (const { what, obstacle } of plan.filter(({ obstacle }) => obstacle !== null)) {
    console.log(`NOT RUN: ${what}. ${obstacle}`);
  }
  return runs;
}

async function runPlanned(planned: PlannedRun): Promise<TestRun> {
  for (const { what, why } of planned.leftOut) console.log(`Not repeated: ${what} (${why})`);
  const start = performance.now();
  const run = await runTests(testFiles(planned), planned.env);
  console.log(`This run took ${Math.round((performance.now() - start) / 1000)} s`);
  return run;
}

async function runSome(args: readonly string[]): Promise<TestRun[]> {
  console.log(`Running the tests: ${args.join(" ")}`);
  return [await runTests(args)];
}

if (import.meta.main) {
  const { lines, doubts, code } = reportTests(Deno.args.length === 0 ? await runAll() : await runSome(Deno.args));
  for (const line of lines) console.log(line);
  for (const doubt of doubts) console.error(doubt);
  Deno.exit(code);
}
