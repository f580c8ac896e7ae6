/** The core of a server that has one of its own, and that of everything else then; a machine needs two. */
const SERVER_CORE = "1";
const OTHER_CORE = "0";

/** Whether a process can be kept to a core here. */
export async function canPin(): Promise<boolean> {
  if (navigator.hardwareConcurrency < 2) return false;
  try {
    return (await runTaskset(["-c", SERVER_CORE, "true"])).success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** The command, kept away from the server's core. */
export function elsewhere(command: readonly string[]): string[] {
  return ["taskset", "-c", OTHER_CORE, ...command];
}

/** Keeps all threads of a process, and those that they start, to the server's core. Throws `Error` where it cannot. */
export async function pinServer(pid: number): Promise<void> {
  const { success, stderr } = await runTaskset(["-a", "-c", "-p", SERVER_CORE, String(pid)]);
  if (!success) throw new Error(`taskset failed: ${new TextDecoder().decode(stderr)}`);
}

function runTaskset(args: string[]): Promise<Deno.CommandOutput> {
  return new Deno.Command("taskset", { args, stdin: "null" }).output();
}
