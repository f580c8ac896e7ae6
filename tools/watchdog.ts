/**
 * What must not outlive this process: a child process and a folder. The watchdog is a small shell that waits for this
 * process to be gone, however it went (`SIGKILL` too), and clears up then. Where there is no POSIX shell it does
 * nothing.
 *
 * @module
 */

/** What the watchdog does once this process is gone. */
export interface WatchdogOptions {
  /** Seconds between `SIGTERM` and `SIGKILL`; with 0, the default, `SIGKILL` is sent at once. */
  readonly graceSeconds?: number;
  /** Removed after the process has ended. */
  readonly folder?: string;
}

/** Guards one process at a time, and one folder. */
export class Watchdog {
  readonly #shell: Deno.ChildProcess | null;
  readonly #lines: WritableStreamDefaultWriter<Uint8Array> | null;

  constructor(options: WatchdogOptions = {}) {
    this.#shell = Deno.build.os === "windows" ? null : spawnShell(options);
    this.#lines = this.#shell?.stdin.getWriter() ?? null;
  }

  /** Names the process to end; a negative number names a process group, null nothing. */
  async guard(pid: number | null): Promise<void> {
    await this.#tell(String(pid ?? ""));
  }

  /** Lets the process and the folder live on. */
  async release(): Promise<void> {
    await this.#tell("release");
    await this.#lines?.close().catch(() => {});
    await this.#shell?.status;
  }

  async #tell(line: string): Promise<void> {
    // A write fails only when the shell itself was killed.
    await this.#lines?.write(new TextEncoder().encode(`${line}\n`)).catch(() => {});
  }
}

/** The end of its input tells the shell that this process is gone. */
function spawnShell({ graceSeconds = 0, folder = "" }: WatchdogOptions): Deno.ChildProcess {
  return new Deno.Command("/bin/sh", {
    args: ["-c", SCRIPT, "torana-watchdog", String(graceSeconds), folder],
    stdin: "piped",
    stdout: "null",
    stderr: "null",
    // A group of its own: a signal to this process's group is no business of the watchdog.
    detached: true,
  }).spawn();
}

const SCRIPT = `
trap '' HUP INT TERM
pid=
while read -r line; do
  [ "$line" = release ] && exit 0
  pid=$line
done
if [ -n "$pid" ]; then
  if [ "$1" -gt 0 ]; then
    kill -s TERM -- "$pid"
    waited=0
    while [ "$waited" -lt "$1" ] && kill -s 0 -- "$pid"; do sleep 1; waited=$((waited + 1)); done
  fi
  kill -s KILL -- "$pid"
fi
tries=0
while [ -n "$2" ] && [ -e "$2" ] && [ "$tries" -lt 50 ]; do
  rm -rf -- "$2" || sleep 0.1
  tries=$((tries + 1))
done
`;
