/** What a process and its children have used so far. */
export interface ProcessUsage {
  readonly cpuSeconds: number;
  readonly residentBytes: number;
}

/** Linux counts CPU time in these on every architecture that Deno runs on. */
const TICKS_PER_SECOND = 100;

/** Reads `/proc`; throws `Deno.errors.NotFound` where the process is gone. */
export async function processUsage(pid: number): Promise<ProcessUsage> {
  const usages = await Promise.all((await family(pid)).map(ownUsage));
  return {
    cpuSeconds: usages.reduce((sum, usage) => sum + usage.cpuSeconds, 0),
    residentBytes: usages.reduce((sum, usage) => sum + usage.residentBytes, 0),
  };
}

async function family(pid: number): Promise<number[]> {
  const children = await Deno.readTextFile(`/proc/${pid}/task/${pid}/children`).catch(() => "");
  const pids = children.split(" ").filter((text) => text !== "").map(Number);
  return [pid, ...(await Promise.all(pids.map(family))).flat()];
}

async function ownUsage(pid: number): Promise<ProcessUsage> {
  const [stat, status] = await Promise.all(
    ["stat", "status"].map((file) => Deno.readTextFile(`/proc/${pid}/${file}`)),
  );
  return { cpuSeconds: cpuSeconds(stat!), residentBytes: residentBytes(status!) };
}

/** User and system time, fields 14 and 15 of `/proc/PID/stat`; the second, the name, may hold spaces. */
export function cpuSeconds(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** The line `VmRSS: … kB` of `/proc/PID/status`. */
export function residentBytes(status: string): number {
  return Number(/^VmRSS:\s*(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
}
