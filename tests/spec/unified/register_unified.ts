import { assertEquals, assertRejects } from "@std/assert";
import { registerMissingServer } from "../../support/live_test.ts";
import { registerMissingSpecs, specsFolder } from "../../support/spec_suite.ts";
import { type CaseCounts, whyNotRun } from "./case_counts.ts";
import type { Deployment } from "./deployment.ts";
import type { DriverUnderTest } from "./driver_interface.ts";
import type { PlannedCase } from "./plan_cases.ts";
import { runCase } from "./run_case.ts";
import { nameOf } from "./shared_deployments.ts";
import { FAILING_SUITE, SLOW_SUITES } from "./suites.ts";
import { countBySuite, type PlannedSuite, planUnified } from "./unified_plan.ts";

/** What is run, and what is known of it. */
export interface UnifiedTests {
  readonly driver: DriverUnderTest;
  /** Reasons for single cases, by the case's name or its file's path. */
  readonly skips: Readonly<Record<string, string>>;
  /** What is run and what is not, by suite. */
  readonly counts: Readonly<Record<string, CaseCounts>>;
}

/**
 * Registers a test for each case and each deployment that can run it, or only the first where cases take their time, and
 * one that is ignored, with the reason in its name, for each case that none can run. Waits for the servers.
 */
export async function registerUnified({ driver, skips, counts }: UnifiedTests): Promise<void> {
  const plan = await planUnified(driver, skips);
  for (const suite of plan.missingSuites) registerMissingSpecs(suite, specsFolder());
  for (const kind of plan.missingDeployments) registerMissingServer(`unified cases [${nameOf(kind)}]`, kind.version);
  for (const suite of plan.suites) registerSuite(suite, driver);
  Deno.test("unified cases: skips are current", () => assertEquals(plan.staleSkips, []));
  Deno.test({
    name: "unified cases: case_counts.json is current",
    // It says what can be run where everything is there.
    ignore: plan.missingDeployments.length > 0 || plan.missingSuites.length > 0,
    fn: () => assertEquals(countBySuite(plan), counts, "Run tests/spec/unified/write_case_counts.ts"),
  });
}

function registerSuite({ suite, plans }: PlannedSuite, driver: DriverUnderTest): void {
  for (const [index, planned] of (plans[0]?.cases ?? []).entries()) {
    const runnable = plans.filter(({ cases }) => cases[index]?.skipped === null);
    const chosen = SLOW_SUITES.has(suite) ? runnable.slice(0, 1) : runnable;
    for (const { deployment } of chosen) registerCase(planned, deployment, driver);
    const reason = whyNotRun(plans.map(({ cases }) => cases[index]?.skipped ?? null));
    if (reason !== null) Deno.test({ name: `${planned.name} (skipped: ${reason})`, ignore: true, fn: () => {} });
  }
}

function registerCase({ name, file, test }: PlannedCase, deployment: Deployment, driver: DriverUnderTest): void {
  const run = () => inTime(runCase(file, test, driver, deployment));
  Deno.test(`${name} [${deployment.name}]`, async () => {
    if (name.startsWith(FAILING_SUITE)) await assertRejects(run);
    else await run();
  });
}

const CASE_TIMEOUT_MS = 60_000;

/** Rejects with `Error` for a case that hangs, so that the others are run. */
async function inTime(running: Promise<void>): Promise<void> {
  const deadline = Promise.withResolvers<never>();
  const timer = setTimeout(() => deadline.reject(new Error(`Not done in ${CASE_TIMEOUT_MS} ms`)), CASE_TIMEOUT_MS);
  try {
    await Promise.race([running, deadline.promise]);
  } finally {
    clearTimeout(timer);
  }
}
