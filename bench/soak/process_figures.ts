/** What Linux says of a process. */
export interface ProcessFigures {
  readonly residentBytes: number;
  readonly descriptors: number;
  /** Time on a processor since it started. */
  readonly cpuMS: number;
}

/** Linux counts processor time in ticks, of which a second has 100 on every architecture that Deno knows. */
const TICK_MS = 10;
/** In `/proc/net/tcp`. */
const LISTENING = "0A";
const TIME_WAIT = "06";

/** Reads them from `/proc`. Throws `Deno.errors.NotFound` if there is no such process. */
export async function processFigures(pid: number): Promise<ProcessFigures> {
  const [status, stat] = await Promise.all(
    ["status", "stat"].map((file) => Deno.readTextFile(`/proc/${pid}/${file}`)),
  );
  return {
    residentBytes: 1024 * Number(/^VmRSS:\s+(\d+) kB/m.exec(status ?? "")?.[1]),
    descriptors: [...Deno.readDirSync(`/proc/${pid}/fd`)].length,
    cpuMS: cpuTicks(stat ?? "") * TICK_MS,
  };
}

/** The program's name comes second, in parentheses, and may hold anything. */
export function cpuTicks(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  // User and system time are fields 14 and 15; the first here is field 3.
  return Number(fields[11]) + Number(fields[12]);
}

/** How many connections of others the port has, also such as were not accepted yet. */
export async function connectionsOf(port: number): Promise<number> {
  return countConnections(await Deno.readTextFile("/proc/net/tcp"), port);
}

/** Counts in the text of `/proc/net/tcp` what is at a local port and open. */
export function countConnections(table: string, port: number): number {
  const end = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  return table.split("\n").slice(1).filter((line) => {
    const [, local = "", , state = ""] = line.trim().split(/\s+/);
    return local.endsWith(end) && state !== LISTENING && state !== TIME_WAIT;
  }).length;
}
