import { CASE_COUNTS, KNOWN_FAILURES } from "./unified/known_cases.ts";
import { OWN_DRIVER } from "./unified/own_driver.ts";
import { registerUnified } from "./unified/register_unified.ts";

await registerUnified({ driver: OWN_DRIVER, skips: KNOWN_FAILURES, counts: CASE_COUNTS });
