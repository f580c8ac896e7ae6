/**
 * Runs one of the project's tasks: `deno run -A tools/run.ts TASK ARGUMENTS…`. Where JSR cannot be reached, the task
 * gets an import map that takes the same modules from npm. Imports nothing from either, so that it always starts.
 *
 * @module
 */
import { runDenoChild } from "./child.ts";
import { FALLBACK_IMPORT_MAP, repositoryPath } from "./import_map.ts";
import { jsrAnswers } from "./jsr.ts";

interface Task {
  /** The `deno` subcommand and its flags. */
  readonly command: readonly string[];
  /** What is run, and its first arguments. */
  readonly target: readonly string[];
}

const RUN = ["run", "-A", "--unstable-net"];
/** Half of what an idle client costs is V8's young generation, grown large by thousands of them connecting. */
export const PROXY_V8_FLAGS = "--v8-flags=--max-semi-space-size=4";

const TASKS: Readonly<Record<string, Task>> = {
  "bench": { command: ["bench", "-A", "--unstable-net"], target: ["bench/"] },
  "bench:proxy": { command: RUN, target: ["bench/proxy/main.ts"] },
  "check": { command: RUN, target: ["tools/check.ts"] },
  "compile": {
    // What is started as a thread is no import that the compiler would find.
    command: [
      "compile",
      "-A",
      "--unstable-net",
      PROXY_V8_FLAGS,
      "--include=proxy/workers/worker_main.ts",
      "-o",
      "dist/torana",
    ],
    target: ["proxy/main.ts"],
  },
  "demo": { command: RUN, target: ["demo/main.ts"] },
  "ok": { command: RUN, target: ["tools/ok.ts"] },
  "proxy": { command: [...RUN, PROXY_V8_FLAGS], target: ["proxy/main.ts"] },
  "soak": { command: RUN, target: ["bench/soak/main.ts"] },
  "test": { command: RUN, target: ["tools/test.ts"] },
  "test:spec": { command: RUN, target: ["tools/test.ts", "tests/spec"] },
};

async function runTask(name: string, args: readonly string[]): Promise<number> {
  const task = Object.hasOwn(TASKS, name) ? TASKS[name] : undefined;
  if (task === undefined) {
    console.error(`Unknown task ${JSON.stringify(name)}; known are ${Object.keys(TASKS).join(", ")}`);
    return 2;
  }
  return await runDenoChild([...task.command, ...await importMap(), ...task.target, ...args]);
}

async function importMap(): Promise<string[]> {
  if (await jsrAnswers()) return [];
  console.error("JSR does not answer: the standard library comes from npm");
  return [`--import-map=${repositoryPath(FALLBACK_IMPORT_MAP)}`];
}

if (import.meta.main) {
  Deno.chdir(repositoryPath(""));
  const [name = "", ...args] = Deno.args;
  Deno.exit(await runTask(name, args));
}
