import type { PlannedCase } from "./plan_cases.ts";
import { OTHER_TOPOLOGY } from "./requirement.ts";

/** How many cases of a suite are run against at least one deployment, and how many against none, by reason. */
export interface CaseCounts {
  readonly run: number;
  readonly skipped: Readonly<Record<string, number>>;
}

/** Counts cases; `plans` has the same cases once for each deployment. */
export function countCases(plans: readonly (readonly PlannedCase[])[]): CaseCounts {
  let run = 0;
  const skipped: Record<string, number> = {};
  for (const index of (plans[0] ?? []).keys()) {
    const reason = whyNotRun(plans.map((plan) => plan[index]?.skipped ?? null));
    if (reason === null) run++;
    else skipped[reason] = (skipped[reason] ?? 0) + 1;
  }
  return { run, skipped: Object.fromEntries(Object.entries(skipped).sort()) };
}

/** The reason to tell where no deployment runs a case; null where one does. Another topology would be told last. */
export function whyNotRun(reasons: readonly (string | null)[]): string | null {
  if (reasons.includes(null)) return null;
  return reasons.find((reason) => !reason?.startsWith(OTHER_TOPOLOGY)) ?? reasons[0] ?? null;
}
