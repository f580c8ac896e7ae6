import type { SpecFile } from "./spec_files.ts";
import type { SpecCase, SpecSkips } from "./spec_suite.ts";

/** What {@linkcode planSpecSuite} finds. */
export interface SpecPlan {
  readonly cases: readonly PlannedCase[];
  /** Keys of skips that match no case. */
  readonly staleSkips: readonly string[];
}

/** A case with its full name; `skipped` is the reason why it is not run. */
export interface PlannedCase {
  /** `file.json: case name`. */
  readonly name: string;
  readonly run: SpecCase["run"];
  readonly skipped: string | undefined;
}

/** Lists the cases of all files and matches them with the skips. */
export function planSpecSuite(
  files: readonly SpecFile[],
  cases: (file: SpecFile) => Iterable<SpecCase>,
  skips: SpecSkips,
): SpecPlan {
  const stale = new Set(Object.keys(skips));
  const planned: PlannedCase[] = [];
  for (const file of files) {
    for (const { name, run } of casesOf(file, cases)) {
      const full = `${file.path}: ${name}`;
      const key = [full, file.path, ...foldersOf(file.path)].find((candidate) => candidate in skips);
      if (key !== undefined) stale.delete(key);
      planned.push({ name: full, run, skipped: key === undefined ? undefined : skips[key] });
    }
  }
  return { cases: planned, staleSkips: [...stale] };
}

/** `a/b/c.json` lies in `a/` and `a/b/`. */
function foldersOf(path: string): string[] {
  return [...path.matchAll(/\//g)].map(({ index }) => path.slice(0, index + 1));
}

/** A file that cannot be understood becomes one failing case, so that the other files are still tested. */
function casesOf(file: SpecFile, cases: (file: SpecFile) => Iterable<SpecCase>): SpecCase[] {
  try {
    return [...cases(file)];
  } catch (error) {
    const run = () => {
      throw error;
    };
    return [{ name: "the cases can be read", run }];
  }
}
