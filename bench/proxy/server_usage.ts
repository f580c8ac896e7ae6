import { cpuSeconds } from "./load/process_usage.ts";

/** What a process uses in a second. */
export interface UsageRate {
  readonly cpuSeconds: number;
  /** How often a thread was taken off its core, by itself or by force. */
  readonly switches: number;
}

interface Usage {
  readonly cpuSeconds: number;
  readonly switches: number;
  /** In milliseconds, of some clock. */
  readonly at: number;
}

/** Of more threads some stand for all: reading thousands of files takes the time that is measured. */
const MOST_THREADS = 256;

/**
 * Watches a process from `after` seconds on for `secs` seconds, by what `/proc` says; null if some of its threads ended
 * meanwhile, since what they used is not known then.
 */
export async function usageRate(pid: number, after: number, secs: number): Promise<UsageRate | null> {
  await pause(after);
  const threads = [...Deno.readDirSync(`/proc/${pid}/task`)].map(({ name }) => name);
  const watched = everyNth(threads, MOST_THREADS);
  const before = usageOf(pid, watched);
  await pause(secs);
  const end = usageOf(pid, watched);
  if (before === null || end === null) return null;
  const seconds = (end.at - before.at) / 1000;
  return {
    cpuSeconds: (end.cpuSeconds - before.cpuSeconds) / seconds,
    switches: (end.switches - before.switches) / seconds * threads.length / watched.length,
  };
}

/** At most `most` of the values, evenly chosen. */
export function everyNth<T>(values: readonly T[], most: number): T[] {
  const distance = Math.max(1, values.length / most);
  return Array.from({ length: Math.min(most, values.length) }, (_, index) => values[Math.floor(index * distance)]!);
}

function usageOf(pid: number, threads: readonly string[]): Usage | null {
  try {
    const used = cpuSeconds(Deno.readTextFileSync(`/proc/${pid}/stat`));
    const at = performance.now();
    const switches = threads.map((thread) =>
      contextSwitches(Deno.readTextFileSync(`/proc/${pid}/task/${thread}/status`))
    );
    return { cpuSeconds: used, at, switches: switches.reduce((sum, count) => sum + count, 0) };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || isGone(error)) return null;
    throw error;
  }
}

/** A thread may end between the opening of its file and the reading: ESRCH. */
function isGone(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ESRCH";
}

/** The lines `voluntary_ctxt_switches: …` and `nonvoluntary_ctxt_switches: …` of a thread's status. */
export function contextSwitches(status: string): number {
  return [...status.matchAll(/voluntary_ctxt_switches:\s*(\d+)/g)].reduce((sum, [, count]) => sum + Number(count), 0);
}

function pause(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}
