import type { CaseCounts } from "./case_counts.ts";

/** Cases that the driver is known to fail, by name or by the path of their file, with the reason. */
export const KNOWN_FAILURES: Readonly<Record<string, string>> = {};

/** What is run and what is not, by suite. */
export const CASE_COUNTS: Readonly<Record<string, CaseCounts>> = {};
