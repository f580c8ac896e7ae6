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

/** Tells on standard error what takes a while. */
export function progress(message: string): void {
  console.error(`[mongod] ${message}`);
}
