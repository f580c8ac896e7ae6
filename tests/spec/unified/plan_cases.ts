import type { DriverGaps } from "./driver_gap.ts";
import { type DeploymentFacts, unmetRequirement } from "./requirement.ts";
import type { UnifiedFile, UnifiedTest } from "./test_format.ts";
import type { LocatedFile } from "./unified_file.ts";

/** A case, and why it is not run. */
export interface PlannedCase {
  /** `suite/…/file.json: case`. */
  readonly name: string;
  readonly file: UnifiedFile;
  readonly test: UnifiedTest;
  /** Null where it is run. */
  readonly skipped: string | null;
}

/** What decides which cases are run. */
export interface PlanContext {
  readonly deployment: DeploymentFacts;
  readonly gaps: DriverGaps;
  /** Reasons for single cases, by the case's name or its file's path. */
  readonly skips: Readonly<Record<string, string>>;
}

/** Lists all cases of the files. */
export function planCases(files: readonly LocatedFile[], context: PlanContext): PlannedCase[] {
  return files.flatMap(({ path, file }) =>
    file.tests.map((test) => {
      const name = `${path}: ${test.description}`;
      return { name, file, test, skipped: skipReason(name, path, file, test, context) };
    })
  );
}

function skipReason(
  name: string,
  path: string,
  file: UnifiedFile,
  test: UnifiedTest,
  { deployment, gaps, skips }: PlanContext,
): string | null {
  if (test.skipReason !== undefined) return "the specification skips it";
  return unmetRequirement(file.runOnRequirements, deployment) ??
    unmetRequirement(test.runOnRequirements, deployment) ??
    gaps.find(file, test) ??
    skips[name] ?? skips[path] ?? null;
}
