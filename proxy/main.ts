/**
 * The proxy as a program: `deno run -A --unstable-net proxy/main.ts [FLAGS] ADDRESS=URI...`; `--help` tells more.
 *
 * @module
 */
import { runProgram } from "./cli/run_program.ts";

if (import.meta.main) Deno.exit(await runProgram(Deno.args));
