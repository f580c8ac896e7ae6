import type { PlannedCase } from "./plan_cases.ts";

/** How many cases of a suite are run against at least one deployment, and how many against none, by reason. */
export interface CaseCounts {
  readonly run: number;
  readonly skipped: Readonly<Record<string, number>>;
}

/** Counts cases; `plans` has the same cases once for each deployment, and the first one's reason is told. */
export function countCases(plans: readonly (readonly PlannedCase[])[]): CaseCounts {
  let run = 0;
  const skipped: Record<string, number> = {};
  for (const [index, { skipped: reason }] of (plans[0] ?? []).entries()) {
    if (reason === null || plans.some((plan) => plan[index]?.skipped === null)) run++;
    else skipped[reason] = (skipped[reason] ?? 0) + 1;
  }
  return { run, skipped: Object.fromEntries(Object.entries(skipped).sort()) };
}
