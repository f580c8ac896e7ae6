/**
 * Everything that must hold before a change is pushed: `deno task ok`. Stops at the first step that fails, with its
 * exit code.
 *
 * @module
 */
import { runDenoChild } from "./child.ts";
import { importMapArgs } from "./import_map.ts";

interface Step {
  readonly what: string;
  readonly args: readonly string[];
}

const ENTRY_POINTS = ["codec/mod.ts", "driver/mod.ts", "proxy/mod.ts", "mod.ts"];

function steps(): Step[] {
  const map = importMapArgs();
  return [
    { what: "Format", args: ["fmt", "--check"] },
    { what: "Lint", args: ["lint"] },
    { what: "Types", args: ["check", ...map, ...checked()] },
    { what: "Layers", args: ["run", "-A", ...map, "tools/layers.ts"] },
    { what: "Documentation", args: ["doc", "--lint", ...map, ...ENTRY_POINTS] },
    // Not checked: every name of a file is imported into its examples, and unused imports are errors here.
    { what: "Examples", args: ["test", "--doc", "--no-check", "-A", ...map, "codec/", "driver/", "proxy/", "mod.ts"] },
    { what: "Tests", args: ["run", "-A", ...map, "tools/test.ts"] },
  ];
}

/** Every folder with code. */
function checked(): string[] {
  const folders = [...Deno.readDirSync(".")].filter(({ name, isDirectory }) => isDirectory && !name.startsWith("."));
  return ["mod.ts", ...folders.map(({ name }) => name).filter((name) => name !== "dist").sort()];
}

async function runSteps(): Promise<number> {
  for (const { what, args } of steps()) {
    console.log(`\n# ${what}`);
    const code = await runDenoChild(args);
    if (code !== 0) {
      console.error(`${what}: failed with exit code ${code}`);
      return code;
    }
  }
  return 0;
}

if (import.meta.main) Deno.exit(await runSteps());
