/** How a program ended. */
export interface CommandResult {
  readonly isOk: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end; null where there is no such program. */
export async function runCommand(
  [program = "", ...args]: readonly string[],
  env: Record<string, string> = {},
): Promise<CommandResult | null> {
  try {
    const output = await new Deno.Command(program, { args, env, stdin: "null" }).output();
    const decoder = new TextDecoder();
    return { isOk: output.success, stdout: decoder.decode(output.stdout), stderr: decoder.decode(output.stderr) };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.PermissionDenied) return null;
    throw error;
  }
}

/** Runs a program to its end. Throws `Error` where there is none, or with the end of its standard error where it fails. */
export async function mustRun(command: readonly string[], env: Record<string, string> = {}): Promise<void> {
  const result = await runCommand(command, env);
  if (result === null) throw new Error(`There is no ${command[0]} on the PATH`);
  if (!result.isOk) throw new Error(`${command.slice(0, 3).join(" ")} failed: ${result.stderr.slice(-1000)}`);
}

/** Tells on standard error what takes a while. */
export function progress(message: string): void {
  console.error(`[mongod] ${message}`);
}
