import { gatewayFlags } from "./gateway_kind.ts";
import { TextLineStream } from "./text_line_stream.ts";
import { importMapArgs, repositoryPath } from "../../tools/import_map.ts";
import { PROXY_V8_FLAGS } from "../../tools/run.ts";
import { Watchdog } from "../../tools/watchdog.ts";

/** A gateway in a process of its own. */
export interface TestGateway extends AsyncDisposable {
  /** What a client connects to. */
  readonly uri: string;
  readonly host: string;
  readonly port: number;
  readonly pid: number;
  /** What it has logged so far, a line each. */
  readonly log: readonly string[];
  /** Ends it with `SIGTERM`, or another signal, and resolves to its exit code once it is gone. */
  stop(signal?: Deno.Signal): Promise<number>;
}

/** What a gateway is started with. */
export interface GatewayOptions {
  /** Further flags, such as `--drain-timeout=5`. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** One that has not said by then that it listens never will. */
const START_TIMEOUT_MS = 60_000;

/**
 * Starts the gateway on a free port of the loopback address in front of a deployment, and resolves once it listens. Throws
 * `Error` with its log where it does not. It does not outlive this process.
 *
 * @example
 * ```ts ignore
 * await using gateway = await startGateway(set.uri);
 * const client = new MongoClient(gateway.uri);
 * ```
 */
export async function startGateway(upstream: string, options: GatewayOptions = {}): Promise<TestGateway> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [...command(), ...gatewayFlags(), ...options.args ?? [], `127.0.0.1:0=${upstream}`],
    env: options.env ?? {},
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const watchdog = new Watchdog();
  await watchdog.guard(child.pid);
  const log: string[] = [];
  const { address, ended } = watchLog(child.stderr, log);
  const stop = async (signal: Deno.Signal = "SIGTERM") => {
    sendSignal(child, signal);
    const { code } = await child.status;
    await ended;
    await watchdog.release();
    return code;
  };
  try {
    return testGateway(child.pid, await withinTime(address), log, stop);
  } catch (error) {
    await stop("SIGKILL");
    throw new Error(`The gateway did not start. Its log:\n${log.join("\n")}`, { cause: error });
  }
}

function command(): string[] {
  return [
    "run",
    "-A",
    "--unstable-net",
    "--no-check",
    PROXY_V8_FLAGS,
    ...importMapArgs(),
    repositoryPath("proxy/main.ts"),
  ];
}

function testGateway(pid: number, address: string, log: readonly string[], stop: TestGateway["stop"]): TestGateway {
  const port = Number(address.split(":").at(-1));
  return {
    uri: `mongodb://127.0.0.1:${port}/`,
    host: "127.0.0.1",
    port,
    pid,
    log,
    stop,
    [Symbol.asyncDispose]: async () => {
      await stop();
    },
  };
}

/** Collects the log until it ends; the address is known as soon as a line tells it. */
function watchLog(
  stderr: ReadableStream<Uint8Array>,
  log: string[],
): { address: Promise<string>; ended: Promise<void> } {
  const { promise: address, resolve, reject } = Promise.withResolvers<string>();
  const collect = async () => {
    for await (const line of stderr.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream())) {
      log.push(line);
      const found = listeningAddress(line);
      if (found !== null) resolve(found);
    }
    reject(new Error("It ended before it listened"));
  };
  // Nobody waits for the address any more once it is known.
  address.catch(() => {});
  return { address, ended: collect() };
}

function listeningAddress(line: string): string | null {
  if (!line.startsWith("{")) return null;
  const { event, address }: { event?: unknown; address?: unknown } = JSON.parse(line);
  return event === "listening" && typeof address === "string" ? address : null;
}

async function withinTime(address: Promise<string>): Promise<string> {
  const { promise: expiry, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new Error(`It does not listen after ${START_TIMEOUT_MS} ms`)),
    START_TIMEOUT_MS,
  );
  try {
    return await Promise.race([address, expiry]);
  } finally {
    clearTimeout(timer);
  }
}

/** A process that has ended takes no signal, and needs none. */
function sendSignal(child: Deno.ChildProcess, signal: Deno.Signal): void {
  try {
    child.kill(signal);
  } catch (error) {
    if (!(error instanceof TypeError) && !(error instanceof Deno.errors.NotFound)) throw error;
  }
}
