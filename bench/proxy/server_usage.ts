import { cpuSeconds } from "./load/process_usage.ts";

/** What the threads of a process have used so far. */
export interface ServerUsage {
  readonly cpuSeconds: number;
  /** How often one of them was taken off its core, by itself or by force. */
  readonly switches: number;
}

/** What a process uses in a second. */
export interface UsageRate {
  readonly cpuSeconds: number;
  readonly switches: number;
}

/** Watches a process from `after` seconds on for `secs` seconds. */
export async function usageRate(pid: number, after: number, secs: number): Promise<UsageRate> {
  await pause(after);
  const [before, start] = [await serverUsage(pid), performance.now()];
  await pause(secs);
  const [end, usage] = [performance.now(), await serverUsage(pid)];
  const seconds = (end - start) / 1000;
  return {
    cpuSeconds: (usage.cpuSeconds - before.cpuSeconds) / seconds,
    switches: (usage.switches - before.switches) / seconds,
  };
}

/** Reads `/proc`; throws `Deno.errors.NotFound` where the process is gone. */
export async function serverUsage(pid: number): Promise<ServerUsage> {
  const stat = await Deno.readTextFile(`/proc/${pid}/stat`);
  let switches = 0;
  for await (const { name } of Deno.readDir(`/proc/${pid}/task`)) {
    // A thread may have ended since.
    switches += contextSwitches(await Deno.readTextFile(`/proc/${pid}/task/${name}/status`).catch(() => ""));
  }
  return { cpuSeconds: cpuSeconds(stat), switches };
}

/** The lines `voluntary_ctxt_switches: …` and `nonvoluntary_ctxt_switches: …` of a thread's status. */
export function contextSwitches(status: string): number {
  return [...status.matchAll(/voluntary_ctxt_switches:\s*(\d+)/g)].reduce((sum, [, count]) => sum + Number(count), 0);
}

function pause(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}
