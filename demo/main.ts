/**
 * The gateway at work: `deno task demo [--keep]`.
 *
 * @module
 */
import { runDemo } from "./demo.ts";
import { HELP, parseOptions } from "./options.ts";
import { brokenPromises } from "./outcome.ts";
import { paintFor } from "./paint.ts";
import { demoPlan } from "./plan.ts";
import { PlainScreen, TerminalScreen } from "./screen.ts";
import { firstSignal } from "./signals.ts";
import { drawKept, drawSummary } from "./summary.ts";

/** Does what the arguments ask for, and resolves to the exit code. */
async function main(args: readonly string[]): Promise<number> {
  const options = parseOptions(args);
  switch (options.kind) {
    case "wrong":
      console.error(options.message);
      return 2;
    case "help":
      console.log(HELP);
      return 0;
    case "run":
      return await run(options.keep);
  }
}

/** Plays the demo until it ends or a signal comes, and clears up in any case. */
async function run(keep: boolean): Promise<number> {
  const resources = new AsyncDisposableStack();
  try {
    const code = await play(keep, resources);
    console.log("· Clearing up");
    await resources.disposeAsync();
    return code;
  } catch (error) {
    console.error(`The demo failed: ${error instanceof Error ? error.message : error}`);
    // What failed first is what counts.
    await resources.disposeAsync().catch(() => {});
    return 1;
  }
}

async function play(keep: boolean, resources: AsyncDisposableStack): Promise<number> {
  const isTerminal = Deno.stdout.isTerminal();
  const paint = paintFor(isTerminal && !Deno.noColor);
  using screen = isTerminal ? new TerminalScreen(write) : new PlainScreen(write);
  const crash = Promise.withResolvers<never>();
  const signal = firstSignal();
  const plan = demoPlan(navigator.hardwareConcurrency);
  const demo = runDemo({ plan, screen, paint, resources, onCrash: crash.reject });
  const result = await Promise.race([demo, crash.promise, signal]);
  if (typeof result === "number") return result;
  for (const line of drawSummary(result.outcome, paint)) screen.print(line);
  if (keep) {
    for (const line of drawKept(result, paint)) screen.print(line);
    await Promise.race([crash.promise, signal]);
  }
  return brokenPromises(result.outcome).length === 0 ? 0 : 1;
}

function write(text: string): void {
  const bytes = new TextEncoder().encode(text);
  for (let written = 0; written < bytes.length;) written += Deno.stdout.writeSync(bytes.subarray(written));
}

if (import.meta.main) Deno.exit(await main(Deno.args));
