import { runDenoChild } from "./child.ts";

/** One `deno` command of several. */
export interface Step {
  readonly what: string;
  readonly args: readonly string[];
}

/** Runs the steps one after the other up to the first that fails, and gives its exit code; 0 where none does. */
export async function runSteps(steps: readonly Step[]): Promise<number> {
  for (const { what, args } of steps) {
    console.log(`\n# ${what}`);
    const code = await runDenoChild(args);
    if (code !== 0) {
      console.error(`${what}: failed with exit code ${code}`);
      return code;
    }
  }
  return 0;
}
