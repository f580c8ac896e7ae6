import { Watchdog } from "../../tools/watchdog.ts";

/** A program that runs until it is stopped, and does not outlive this process. */
export interface ChildProcess extends AsyncDisposable {
  readonly pid: number;
  /** False once it has ended by itself. */
  readonly isRunning: boolean;
}

/** Starts a program that works without input and whose output nobody reads. */
export async function startProcess(command: readonly string[]): Promise<ChildProcess> {
  const [program, ...args] = command;
  const child = new Deno.Command(program!, { args, stdin: "null", stdout: "null", stderr: "null" }).spawn();
  const watchdog = new Watchdog();
  await watchdog.guard(child.pid);
  let isRunning = true;
  const ended = child.status.then(() => isRunning = false);
  return {
    pid: child.pid,
    get isRunning() {
      return isRunning;
    },
    [Symbol.asyncDispose]: async () => {
      if (isRunning) child.kill("SIGKILL");
      await ended;
      await watchdog.release();
    },
  };
}
