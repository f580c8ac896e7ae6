import counts from "./unified/case_counts.json" with { type: "json" };
import { KNOWN_FAILURES } from "./unified/known_failures.ts";
import { OWN_DRIVER } from "./unified/own_driver.ts";
import { registerUnified } from "./unified/register_unified.ts";

await registerUnified({ driver: OWN_DRIVER, skips: KNOWN_FAILURES, counts });
