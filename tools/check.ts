/**
 * Everything that must hold before a change is pushed, the tests apart: `deno task check`. Stops at the first step that
 * fails, with its exit code.
 *
 * @module
 */
import { importMapArgs } from "./import_map.ts";
import { runSteps, type Step } from "./steps.ts";

const ENTRY_POINTS = ["codec/mod.ts", "driver/mod.ts", "proxy/mod.ts", "mod.ts"];

/** What is checked, in this order. */
export function checks(): Step[] {
  const map = importMapArgs();
  return [
    { what: "Format", args: ["fmt", "--check"] },
    { what: "Lint", args: ["lint"] },
    { what: "Types", args: ["check", ...map, ...checked()] },
    { what: "Layers", args: ["run", "-A", ...map, "tools/layers.ts"] },
    { what: "Documentation", args: ["doc", "--lint", ...map, ...ENTRY_POINTS] },
    // Not checked: every name of a file is imported into its examples, and unused imports are errors here.
    { what: "Examples", args: ["test", "--doc", "--no-check", "-A", ...map, "codec/", "driver/", "proxy/", "mod.ts"] },
  ];
}

/** Every folder with code. */
function checked(): string[] {
  const folders = [...Deno.readDirSync(".")].filter(({ name, isDirectory }) => isDirectory && !name.startsWith("."));
  return ["mod.ts", ...folders.map(({ name }) => name).filter((name) => name !== "dist").sort()];
}

if (import.meta.main) Deno.exit(await runSteps(checks()));
