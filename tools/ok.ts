/**
 * Everything that must hold before a change is pushed: `deno task ok`. Stops at the first step that fails, with its
 * exit code.
 *
 * @module
 */
import { checks } from "./check.ts";
import { importMapArgs } from "./import_map.ts";
import { runSteps } from "./steps.ts";

if (import.meta.main) {
  const tests = { what: "Tests", args: ["run", "-A", ...importMapArgs(), "tools/test.ts"] };
  Deno.exit(await runSteps([...checks(), tests]));
}
