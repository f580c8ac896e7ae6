import { Watchdog } from "./watchdog.ts";

const FORWARDED = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** A terminal's Ctrl-C reaches a task more than once: from the terminal and from the task runner above it. */
const SAME_SIGNAL_MS = 200;

/** How {@linkcode runDenoChild} runs its child. */
export interface ChildOptions {
  readonly env?: Record<string, string>;
  /** Gets the child's standard output; without it the child writes to this process's. */
  readonly onOutput?: (chunk: Uint8Array) => void;
}

/**
 * Runs `deno` with `args` and resolves to its exit code. Signals to this process are passed on, once each, and the
 * child does not outlive this process.
 */
export async function runDenoChild(args: readonly string[], options: ChildOptions = {}): Promise<number> {
  // Before the child, so that there is next to no time in which nobody guards it.
  const watchdog = new Watchdog({ graceSeconds: 5 });
  const child = new Deno.Command(Deno.execPath(), {
    args: [...args],
    env: options.env ?? {},
    stdin: "inherit",
    stdout: options.onOutput === undefined ? "inherit" : "piped",
    // Signals of the terminal come through this process alone.
    detached: Deno.build.os !== "windows",
  }).spawn();
  const guarded = watchdog.guard(-child.pid);
  const stopForwarding = forwardSignals(child);
  await guarded;
  try {
    if (options.onOutput !== undefined) { for await (const chunk of child.stdout) options.onOutput(chunk); }
    return (await child.status).code;
  } finally {
    stopForwarding();
    await watchdog.release();
  }
}

/** Returns a function that ends the forwarding. */
function forwardSignals(child: Deno.ChildProcess): () => void {
  if (Deno.build.os === "windows") return () => {};
  const listeners = FORWARDED.map((signal) => ({ signal, listener: forwarder(child, signal) }));
  for (const { signal, listener } of listeners) Deno.addSignalListener(signal, listener);
  return () => {
    for (const { signal, listener } of listeners) Deno.removeSignalListener(signal, listener);
  };
}

function forwarder(child: Deno.ChildProcess, signal: Deno.Signal): () => void {
  let last = -Infinity;
  return () => {
    const now = performance.now();
    if (now - last > SAME_SIGNAL_MS) killIfRunning(child, signal);
    last = now;
  };
}

function killIfRunning(child: Deno.ChildProcess, signal: Deno.Signal): void {
  try {
    child.kill(signal);
  } catch (error) {
    if (!(error instanceof TypeError) && !(error instanceof Deno.errors.NotFound)) throw error;
  }
}
