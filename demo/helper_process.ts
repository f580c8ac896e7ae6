import { importMapArgs, repositoryPath } from "../tools/import_map.ts";
import { Watchdog } from "../tools/watchdog.ts";
import { lines } from "./lines.ts";

/** How many of its last lines on standard error are quoted when a helper fails. */
const QUOTED_LINES = 5;

/** What a helper is started with. */
export interface HelperOptions {
  /** The script, relative to the repository. */
  readonly script: string;
  readonly args: readonly string[];
  readonly onOutput?: (line: string) => void;
  readonly onErrorOutput?: (line: string) => void;
  /** The process ended and was not told to. */
  readonly onCrash: (error: Error) => void;
}

/**
 * A Deno process that works for this one and does not outlive it. The signals of a terminal do not reach it, so that the
 * demo decides in which order things end.
 */
export class HelperProcess {
  readonly #options: HelperOptions;
  readonly #child: Deno.ChildProcess;
  readonly #orders: WritableStreamDefaultWriter<Uint8Array>;
  readonly #watchdog = new Watchdog();
  readonly #lastLines: string[] = [];
  readonly #ended: Promise<number>;
  #isStopping = false;

  private constructor(options: HelperOptions) {
    this.#options = options;
    this.#child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--unstable-net", ...importMapArgs(), repositoryPath(options.script), ...options.args],
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
      detached: Deno.build.os !== "windows",
    }).spawn();
    this.#orders = this.#child.stdin.getWriter();
    this.#ended = this.#follow();
  }

  static async start(options: HelperOptions): Promise<HelperProcess> {
    const helper = new HelperProcess(options);
    await helper.#watchdog.guard(helper.#child.pid);
    return helper;
  }

  /** Writes a line to its standard input. */
  async order(line: string): Promise<void> {
    await this.#orders.write(new TextEncoder().encode(`${line}\n`));
  }

  /** Ends its input, sends it a signal if one is given, and resolves to its exit code. */
  async stop(signal?: Deno.Signal): Promise<number> {
    if (!this.#isStopping) {
      this.#isStopping = true;
      // One that is gone already cannot be told.
      await this.#orders.close().catch(() => {});
      if (signal !== undefined) this.#kill(signal);
    }
    return await this.#ended;
  }

  #kill(signal: Deno.Signal): void {
    try {
      this.#child.kill(signal);
    } catch (error) {
      if (!(error instanceof TypeError) && !(error instanceof Deno.errors.NotFound)) throw error;
    }
  }

  async #follow(): Promise<number> {
    const { onOutput = () => {}, onErrorOutput = () => {} } = this.#options;
    const [{ code }] = await Promise.all([
      this.#child.status,
      forEachLine(this.#child.stdout, onOutput),
      forEachLine(this.#child.stderr, (line) => {
        this.#lastLines.push(line);
        if (this.#lastLines.length > QUOTED_LINES) this.#lastLines.shift();
        onErrorOutput(line);
      }),
    ]);
    await this.#watchdog.release();
    if (!this.#isStopping) this.#options.onCrash(this.#crash(code));
    return code;
  }

  #crash(code: number): Error {
    return new Error(`${this.#options.script} ended with exit code ${code}: ${this.#lastLines.join("\n")}`);
  }
}

async function forEachLine(stream: ReadableStream<Uint8Array>, onLine: (line: string) => void): Promise<void> {
  for await (const line of lines(stream)) onLine(line);
}
