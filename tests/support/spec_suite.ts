/**
 * Registers the cases of one folder of MongoDB's specification tests as Deno tests.
 *
 * The test data is read in place from the folder that `TORANA_SPECS` names (default: `../shared/specs` beside the
 * repository) and is not part of the project.
 *
 * @module
 */
import { fromFileUrl, type SpecFile, specFiles } from "./spec_files.ts";
import { planSpecSuite } from "./spec_plan.ts";

export type { SpecFile } from "./spec_files.ts";

/** One case of a specification file. */
export interface SpecCase {
  /** Unique within its file. */
  readonly name: string;
  /** Throws when the case fails. */
  run(t: Deno.TestContext): void | Promise<void>;
}

/** Reasons for cases that are not run, keyed `file.json: case name`, or `file.json` or `folder/` for all in it. */
export type SpecSkips = Readonly<Record<string, string>>;

/**
 * Registers one test a case, and one more that fails when a skip matches no case.
 *
 * Where the test data is missing, one ignored test says so; with `CI=true` in the environment it fails instead.
 */
export function specSuite(
  suite: string,
  cases: (file: SpecFile) => Iterable<SpecCase>,
  skips: SpecSkips = {},
): void {
  const folder = specsFolder();
  const files = specFiles(`${folder}/${suite}`);
  if (files.length === 0) return registerMissingSpecs(suite, folder);
  const plan = planSpecSuite(files, cases, skips);
  for (const { name, run, skipped } of plan.cases) {
    const suffix = skipped === undefined ? "" : ` (skipped: ${skipped})`;
    Deno.test({ name: `${suite}/${name}${suffix}`, ignore: skipped !== undefined, fn: run });
  }
  Deno.test(`${suite}: skips are current`, () => {
    if (plan.staleSkips.length > 0) throw new Error(`No case matches the skips ${JSON.stringify(plan.staleSkips)}`);
  });
}

/** The folder that holds the specifications' test data; it need not exist. */
export function specsFolder(): string {
  return Deno.env.get("TORANA_SPECS") ?? fromFileUrl(new URL("../../../shared/specs", import.meta.url));
}

/** Registers a test that says that a suite's data is missing; it fails with `CI=true` in the environment. */
export function registerMissingSpecs(suite: string, folder: string): void {
  const advice = `No test data in ${folder}/${suite}: name the folder of the specifications' tests in TORANA_SPECS`;
  Deno.test({
    name: `${suite}: NOT RUN. ${advice}`,
    ignore: Deno.env.get("CI") !== "true",
    fn: () => {
      throw new Error(advice);
    },
  });
}
