import { hasMongod } from "../../support/live_test.ts";
import { type CaseCounts, countCases } from "./case_counts.ts";
import type { Deployment } from "./deployment.ts";
import { DriverGaps } from "./driver_gap.ts";
import type { DriverUnderTest } from "./driver_interface.ts";
import { planCases, type PlannedCase } from "./plan_cases.ts";
import { type DeploymentKind, DEPLOYMENTS, openDeployment } from "./shared_deployments.ts";
import { SUITES } from "./suites.ts";
import { unifiedFiles } from "./unified_file.ts";

/** All cases, and the servers to run them against. */
export interface UnifiedPlan {
  /** Servers that cannot be had here. */
  readonly missingDeployments: readonly DeploymentKind[];
  readonly suites: readonly PlannedSuite[];
  /** Suites whose files are not there. */
  readonly missingSuites: readonly string[];
  /** Keys of skips that stand for no case. */
  readonly staleSkips: readonly string[];
}

/** The cases of one suite, in the same order for each deployment. */
export interface PlannedSuite {
  readonly suite: string;
  readonly plans: readonly DeploymentPlan[];
}

/** What of a suite is run against one deployment. */
export interface DeploymentPlan {
  readonly deployment: Deployment;
  readonly cases: readonly PlannedCase[];
}

/** Starts the servers and finds what can be run. `skips` are reasons by a case's name or its file's path. */
export async function planUnified(
  driver: DriverUnderTest,
  skips: Readonly<Record<string, string>>,
): Promise<UnifiedPlan> {
  const found = SUITES.map((suite) => ({ suite, files: unifiedFiles(suite.includes("/") ? suite : `${suite}/tests`) }));
  const kinds = Object.groupBy(DEPLOYMENTS, ({ version }) => hasMongod(version) ? "present" : "missing");
  const deployments: { readonly kind: DeploymentKind; readonly deployment: Deployment }[] = [];
  for (const kind of kinds.present ?? []) deployments.push({ kind, deployment: await openDeployment(kind) });
  const gaps = new DriverGaps(driver);
  const suites = found.map(({ suite, files }) => ({
    suite,
    plans: deployments.filter(({ kind }) => kind.suites?.includes(suite) ?? true)
      .map(({ deployment }) => ({ deployment, cases: planCases(files, { deployment, gaps, skips }) })),
  }));
  const known = new Set(
    found.flatMap(({ files }) =>
      files.flatMap(({ path, file }) => [path, ...file.tests.map(({ description }) => `${path}: ${description}`)])
    ),
  );
  return {
    missingDeployments: kinds.missing ?? [],
    suites,
    missingSuites: found.flatMap(({ suite, files }) => files.length === 0 ? suite : []),
    staleSkips: Object.keys(skips).filter((key) => !known.has(key)),
  };
}

/** What is run and what is not, by suite. */
export function countBySuite({ suites }: UnifiedPlan): Record<string, CaseCounts> {
  return Object.fromEntries(suites.map(({ suite, plans }) => [suite, countCases(plans.map(({ cases }) => cases))]));
}
