import { freePort } from "../../tests/support/mongod/wait.ts";
import { type ChildProcess, startProcess } from "./child_process.ts";
import type { Contender } from "./contender.ts";
import { elsewhere } from "./cores.ts";
import type { LoadGenerator } from "./load_generator.ts";

/** Where load goes to, and the process whose use of the machine counts. */
export interface Endpoint extends AsyncDisposable {
  readonly addr: string;
  readonly pid: number;
}

/** How a proxy is started. */
export interface ProxySettings {
  /** The server's address. */
  readonly upstream: string;
  /** Upstream connections. */
  readonly pool: number;
  /** Whether the server has a core of its own, which the proxy must leave alone. */
  readonly isPinned: boolean;
  readonly generator: LoadGenerator;
}

const START_TIMEOUT_MS = 30_000;

/** Starts a proxy in front of a server, and waits until a `find` passes through it. Throws `Error` where none does. */
export async function startContender(contender: Contender, settings: ProxySettings): Promise<Endpoint> {
  const { upstream, pool, isPinned, generator } = settings;
  const addr = freeAddress();
  const uri = `mongodb://${upstream}/?maxPoolSize=${pool}`;
  const command = [...contender.command, "-network", "tcp4", `${addr}=${uri}`];
  const child = await startProcess(isPinned ? elsewhere(command) : command);
  await untilServing(contender.id, addr, child, generator);
  return endpoint(addr, child);
}

/** Starts the load generator's null server. */
export async function startNullServer(generator: LoadGenerator): Promise<Endpoint> {
  const addr = freeAddress();
  const child = await startProcess(generator.serving(addr));
  await untilServing("The null server", addr, child, generator);
  return endpoint(addr, child);
}

function freeAddress(): string {
  return `127.0.0.1:${freePort("127.0.0.1")}`;
}

function endpoint(addr: string, child: ChildProcess): Endpoint {
  return { addr, pid: child.pid, [Symbol.asyncDispose]: () => child[Symbol.asyncDispose]() };
}

async function untilServing(name: string, addr: string, child: ChildProcess, generator: LoadGenerator): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (child.isRunning && Date.now() < deadline) {
    const { ops, errs } = await generator.run({ addr, mode: "find", conns: 1, secs: 0.1, warm: 0 });
    if (ops > 0 && errs === 0) return;
  }
  const why = child.isRunning ? `does not serve ${addr} after ${START_TIMEOUT_MS} ms` : "ended at once";
  await child[Symbol.asyncDispose]();
  throw new Error(`${name} ${why}`);
}
