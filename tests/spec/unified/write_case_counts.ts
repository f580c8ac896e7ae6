/**
 * Writes `case_counts.json` anew: `deno run -A tests/spec/unified/write_case_counts.ts`, with the import map that the
 * tests run with. Needs the servers of the tests.
 *
 * @module
 */
import { fromFileUrl } from "../../support/spec_files.ts";
import { KNOWN_FAILURES } from "./known_failures.ts";
import { OWN_DRIVER } from "./own_driver.ts";
import { countBySuite, planUnified } from "./unified_plan.ts";

if (import.meta.main) {
  const plan = await planUnified(OWN_DRIVER, KNOWN_FAILURES);
  const path = fromFileUrl(new URL("./case_counts.json", import.meta.url));
  await Deno.writeTextFile(path, `${JSON.stringify(countBySuite(plan), null, 2)}\n`);
}
