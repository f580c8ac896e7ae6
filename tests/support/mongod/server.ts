import { Watchdog } from "../../../tools/watchdog.ts";
import { WireClient } from "../wire_client.ts";
import { removeFolder } from "./cache.ts";
import type { Mongod } from "./find.ts";
import { freePort, pause } from "./wait.ts";

const HOST = "127.0.0.1";
const START_TIMEOUT_MS = 60_000;
const START_ATTEMPTS = 5;
/** mongod's exit code when it cannot listen on its port. */
const ADDRESS_IN_USE = 48;

/** Kept small: many servers run side by side. */
const FLAGS = [
  "--bind_ip",
  HOST,
  "--nounixsocket",
  "--wiredTigerCacheSizeGB",
  "0.25",
  "--setParameter",
  "enableTestCommands=1",
  "--setParameter",
  "diagnosticDataCollectionEnabled=false",
];

/** One mongod process with a folder of its own; neither outlives this process. */
export class ServerProcess {
  readonly host = HOST;
  readonly #mongod: Mongod;
  readonly #args: readonly string[];
  readonly #folder: string;
  readonly #watchdog: Watchdog;
  #port = 0;
  #child: Deno.ChildProcess | null = null;
  #exitCode: number | null = null;

  private constructor(mongod: Mongod, args: readonly string[], folder: string) {
    this.#mongod = mongod;
    this.#args = args;
    this.#folder = folder;
    this.#watchdog = new Watchdog({ folder });
  }

  /** Starts a mongod and waits until it answers. Throws `Error` with the end of its log where it does not. */
  static async start(mongod: Mongod, options: { args?: readonly string[]; keyFile?: string } = {}) {
    const folder = await Deno.makeTempDir({ prefix: "torana-mongod-" });
    const args = [...options.args ?? []];
    if (options.keyFile !== undefined) {
      await Deno.writeTextFile(`${folder}/key`, options.keyFile, { mode: 0o600 });
      args.push("--keyFile", `${folder}/key`);
    }
    const server = new ServerProcess(mongod, args, folder);
    try {
      await server.#startOnFreePort();
    } catch (error) {
      await server.stop();
      throw error;
    }
    return server;
  }

  get port(): number {
    return this.#port;
  }

  /** The process id; throws `Error` while the server does not run. */
  get pid(): number {
    if (this.#child === null) throw new Error(`The server on port ${this.#port} does not run`);
    return this.#child.pid;
  }

  get isRunning(): boolean {
    return this.#child !== null && this.#exitCode === null;
  }

  /** Sends a signal, and resolves when the process is gone: use it for signals that end it. */
  async kill(signal: Deno.Signal): Promise<void> {
    const child = this.#child;
    if (child === null) return;
    if (this.#exitCode === null) child.kill(signal);
    await child.status;
    this.#child = null;
    await this.#watchdog.guard(null);
  }

  /** Starts the server again on its port and its data, after {@linkcode kill}. */
  async restart(): Promise<void> {
    if (this.#child !== null) throw new Error(`The server on port ${this.#port} runs already`);
    await this.#run();
  }

  /** Ends the server without ceremony and removes its data. Does nothing the second time. */
  async stop(): Promise<void> {
    await this.kill("SIGKILL");
    await removeFolder(this.#folder);
    await this.#watchdog.release();
  }

  async #startOnFreePort(): Promise<void> {
    for (let attempt = 1;; attempt++) {
      this.#port = freePort(HOST);
      try {
        return await this.#run();
      } catch (error) {
        if (this.#exitCode !== ADDRESS_IN_USE || attempt === START_ATTEMPTS) throw error;
      }
    }
  }

  async #run(): Promise<void> {
    this.#exitCode = null;
    const child = this.#spawn();
    this.#child = child;
    void child.status.then(({ code }) => this.#exitCode = code);
    await this.#watchdog.guard(child.pid);
    await this.#untilItAnswers();
  }

  #spawn(): Deno.ChildProcess {
    const { path, env } = this.#mongod;
    const own = ["--port", `${this.#port}`, "--dbpath", this.#folder, "--logpath", this.#logPath, "--logappend"];
    const streams = { stdin: "null", stdout: "null", stderr: "null" } as const;
    return new Deno.Command(path, { args: [...own, ...FLAGS, ...this.#args], env: { ...env }, ...streams }).spawn();
  }

  async #untilItAnswers(): Promise<void> {
    const deadline = Date.now() + START_TIMEOUT_MS;
    while (this.#exitCode === null && Date.now() < deadline) {
      if (await answers(this)) return;
      await pause(20);
    }
    const log = await Deno.readTextFile(this.#logPath).catch(() => "");
    throw new Error(`mongod ${this.#mongod.version} did not start. The end of its log: ${log.slice(-2000)}`);
  }

  get #logPath(): string {
    return `${this.#folder}/mongod.log`;
  }
}

async function answers(server: { host: string; port: number }): Promise<boolean> {
  try {
    using client = await WireClient.connect(server);
    await client.command("admin", { isMaster: 1 });
    return true;
  } catch {
    return false;
  }
}
