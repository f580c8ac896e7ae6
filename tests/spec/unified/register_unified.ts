import { assertEquals, assertRejects } from "@std/assert";
import { hasMongod, registerMissingServer } from "../../support/live_test.ts";
import { registerMissingSpecs, specsFolder } from "../../support/spec_suite.ts";
import { type CaseCounts, countCases } from "./case_counts.ts";
import type { Deployment } from "./deployment.ts";
import { DriverGaps } from "./driver_gap.ts";
import type { DriverUnderTest } from "./driver_under_test.ts";
import { planCases, type PlannedCase } from "./plan_cases.ts";
import { runCase } from "./run_case.ts";
import { DEPLOYMENTS, nameOf, openDeployment } from "./shared_deployments.ts";
import { FAILING_SUITE, SUITES } from "./suites.ts";
import { type LocatedFile, unifiedFiles } from "./unified_file.ts";

/** What is run, and what is known of it. */
export interface UnifiedTests {
  readonly driver: DriverUnderTest;
  /** Reasons for single cases, by the case's name or its file's path. */
  readonly skips: Readonly<Record<string, string>>;
  /** What is run and what is not, by suite. */
  readonly counts: Readonly<Record<string, CaseCounts>>;
}

/**
 * Registers a test for each case and each deployment that can run it, and one that is ignored, with the reason in its
 * name, for each case that none can. Waits for the servers.
 */
export async function registerUnified({ driver, skips, counts }: UnifiedTests): Promise<void> {
  const suites = SUITES.map((suite) => ({
    suite,
    files: unifiedFiles(suite.includes("/") ? suite : `${suite}/tests`),
  }));
  const missing = suites.filter(({ files }) => files.length === 0);
  for (const { suite } of missing) registerMissingSpecs(suite, specsFolder());
  const deployments = missing.length === suites.length ? [] : await openDeployments();
  if (deployments.length === 0) return;
  const gaps = new DriverGaps(driver);
  const planned = suites.map(({ suite, files }) => ({
    suite,
    plans: deployments.map((deployment) => planCases(files, { deployment, gaps, skips })),
  }));
  for (const { plans } of planned) registerCases(plans, deployments, driver);
  registerSkipsTest(skips, suites.flatMap(({ files }) => files));
  Deno.test({
    name: "unified cases: the table of what is run is current",
    // It has what all deployments can run.
    ignore: deployments.length < DEPLOYMENTS.length || missing.length > 0,
    fn: () => assertEquals(Object.fromEntries(planned.map(({ suite, plans }) => [suite, countCases(plans)])), counts),
  });
}

async function openDeployments(): Promise<Deployment[]> {
  const deployments: Deployment[] = [];
  for (const kind of DEPLOYMENTS) {
    if (hasMongod(kind.version)) deployments.push(await openDeployment(kind));
    else registerMissingServer(`unified cases [${nameOf(kind)}]`, kind.version);
  }
  return deployments;
}

/** `plans` has the same cases for each deployment. */
function registerCases(
  plans: readonly (readonly PlannedCase[])[],
  deployments: readonly Deployment[],
  driver: DriverUnderTest,
): void {
  for (const [index, planned] of (plans[0] ?? []).entries()) {
    const runnable = deployments.filter((_, deployment) => plans[deployment]?.[index]?.skipped === null);
    for (const deployment of runnable) registerCase(planned, deployment, driver);
    if (runnable.length > 0) continue;
    Deno.test({ name: `${planned.name} (skipped: ${planned.skipped})`, ignore: true, fn: () => {} });
  }
}

function registerCase({ name, file, test }: PlannedCase, deployment: Deployment, driver: DriverUnderTest): void {
  const run = () => runCase(file, test, driver, deployment);
  Deno.test(`${name} [${deployment.name}]`, async () => {
    if (name.startsWith(FAILING_SUITE)) await assertRejects(run);
    else await run();
  });
}

function registerSkipsTest(skips: UnifiedTests["skips"], files: readonly LocatedFile[]): void {
  const known = new Set(files.flatMap(({ path, file }) => [
    path,
    ...file.tests.map(({ description }) => `${path}: ${description}`),
  ]));
  Deno.test("unified cases: skips are current", () => {
    assertEquals(Object.keys(skips).filter((key) => !known.has(key)), []);
  });
}
