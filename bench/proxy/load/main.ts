/**
 * A raw load generator for MongoDB endpoints. Runs closed loops and prints one line of JSON; with `--serve` it is a
 * null server instead. Shares no code with what it measures.
 *
 * `deno run -A bench/proxy/load/main.ts --addr=127.0.0.1:27017 --mode=find --conns=32 --secs=5 --pid=PID`
 *
 * With `--burst=MS` all clients send at the same moments, so far apart; with `--think=MS` each waits for about so long
 * between a reply and its next request.
 *
 * @module
 */
import { parseArgs } from "@std/cli";
import type { Address } from "./closed_loop.ts";
import { LOAD_MODES } from "./messages.ts";
import { serveNothing } from "./null_server.ts";
import type { Rhythm } from "./rhythm.ts";
import { type LoadPlan, runLoad } from "./run_load.ts";

/** Throws `Error` on a flag that it cannot use. */
function planOf(args: readonly string[]): LoadPlan {
  const flags = parseArgs(args, { string: ["addr", "mode"] });
  const mode = LOAD_MODES.find((known) => known === (flags.mode ?? "find"));
  if (mode === undefined) throw new Error(`--mode=${flags.mode}: expected one of ${LOAD_MODES.join(", ")}`);
  const conns = numberOf(flags.conns, 32);
  return {
    address: addressOf(String(flags.addr ?? "127.0.0.1:27017")),
    mode,
    conns,
    idle: numberOf(flags.idle, 0),
    secs: numberOf(flags.secs, 5),
    warm: numberOf(flags.warm, 1),
    rhythm: rhythmOf(numberOf(flags.burst, 0), numberOf(flags.think, 0)),
    pid: numberOf(flags.pid, 0) || null,
    threads: Math.min(conns, navigator.hardwareConcurrency),
  };
}

function rhythmOf(burst: number, think: number): Rhythm {
  if (burst > 0) return { kind: "bursts", periodMS: burst };
  return think > 0 ? { kind: "think", meanMS: think } : { kind: "steady" };
}

function numberOf(value: unknown, byDefault: number): number {
  const number = Number(value ?? byDefault);
  if (number >= 0) return number;
  throw new Error(`${value} is no number`);
}

function addressOf(text: string): Address {
  const [hostname = "", port] = text.split(":");
  return { hostname, port: numberOf(port, 27017) };
}

if (import.meta.main) {
  const { serve } = parseArgs(Deno.args, { string: ["serve"] });
  if (typeof serve === "string") {
    const { hostname, port } = addressOf(serve);
    await serveNothing(hostname, port);
  } else {
    console.log(JSON.stringify(await runLoad(planOf(Deno.args))));
  }
}
