import { importMapArgs, repositoryPath } from "../../tools/import_map.ts";
import { freePort } from "../../tests/support/mongod/wait.ts";
import { type ChildProcess, startProcess } from "./child_process.ts";
import type { LoadGenerator } from "./load_generator.ts";

/** A proxy that takes part. */
export interface Contender {
  readonly name: string;
  /** The program and its first arguments; `-network tcp4 ADDRESS=URI` follows. */
  readonly command: readonly string[];
}

/** Where load goes to, and the process whose use of the machine counts. */
export interface Endpoint extends AsyncDisposable {
  /** The contender's name, or {@linkcode DIRECT}. */
  readonly through: string;
  readonly addr: string;
  readonly pid: number;
}

/** Stands for no proxy at all. */
export const DIRECT = "direct";

const START_TIMEOUT_MS = 30_000;

/** The gateway, and the peers that `TORANA_PEERS` names. Throws `Error` where it cannot be understood. */
export function findContenders(): Contender[] {
  const peers = (Deno.env.get("TORANA_PEERS") ?? "").split(/\s+/).filter((text) => text !== "");
  return [gateway(), ...peers.map(parsePeer)];
}

function gateway(): Contender {
  const args = ["run", "-A", "--unstable-net", "--no-check", ...importMapArgs(), repositoryPath("proxy/main.ts")];
  return { name: "torana", command: [Deno.execPath(), ...args] };
}

function parsePeer(text: string): Contender {
  const [name = "", path = ""] = text.split("=", 2);
  if (name !== "" && path !== "") return { name, command: [path] };
  throw new Error(`TORANA_PEERS: expected name=/path/to/program, got ${JSON.stringify(text)}`);
}

/** Starts a proxy in front of a server, and waits until a `find` passes through it. */
export async function startContender(
  contender: Contender,
  upstream: string,
  pool: number,
  generator: LoadGenerator,
): Promise<Endpoint> {
  const addr = `127.0.0.1:${freePort("127.0.0.1")}`;
  const uri = `mongodb://${upstream}/?maxPoolSize=${pool}`;
  const child = await startProcess([...contender.command, "-network", "tcp4", `${addr}=${uri}`]);
  await untilServing(contender.name, addr, child, generator);
  return endpoint(contender.name, addr, child);
}

/** Starts the load generator's null server. */
export async function startNullServer(generator: LoadGenerator): Promise<Endpoint> {
  const addr = `127.0.0.1:${freePort("127.0.0.1")}`;
  const child = await startProcess(generator.serving(addr));
  await untilServing("The null server", addr, child, generator);
  return endpoint(DIRECT, addr, child);
}

function endpoint(through: string, addr: string, child: ChildProcess): Endpoint {
  return { through, addr, pid: child.pid, [Symbol.asyncDispose]: () => child[Symbol.asyncDispose]() };
}

async function untilServing(name: string, addr: string, child: ChildProcess, generator: LoadGenerator): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline) {
    const { ops, errs } = await generator.run({ addr, mode: "find", conns: 1, secs: 0.1, warm: 0 });
    if (ops > 0 && errs === 0) return;
  }
  await child[Symbol.asyncDispose]();
  throw new Error(`${name} does not serve ${addr} after ${START_TIMEOUT_MS} ms`);
}
