/**
 * Holds the servers that the tests of one process share: `deno run -A supervisor.ts PARENT_PID FOLDER`. Listens on a unix
 * socket in the folder and answers each line that asks for servers by a line that describes them. Ends with its parent.
 *
 * @module
 */
import { Watchdog } from "../../../tools/watchdog.ts";
import { startGateway } from "../gateway.ts";
import type { MongodVersion } from "./find.ts";
import { startReplicaSet } from "./replica_set.ts";
import { requireMongod, startStandalone } from "./standalone.ts";
import type { TestServer } from "./test_server.ts";
import { pause } from "./wait.ts";

/** What is asked for. */
export interface SharedRequest {
  readonly version?: MongodVersion;
  /** A gateway stands before the replica set that is shared as such. */
  readonly kind: "replicaSet" | "standalone" | "gateway";
}

/** What comes back: running servers, or why there are none. */
export type SharedReply = SharedDescription | { readonly error: string };

/** A running replica set, or a server that is of none. */
export interface SharedDescription {
  /** The gateway's, where one was asked for. */
  readonly uri: string;
  /** Empty for a server of none. */
  readonly setName: string;
  readonly members: readonly SharedServer[];
}

/** One shared server. */
export interface SharedServer {
  readonly uri: string;
  readonly host: string;
  readonly port: number;
  readonly pid: number;
}

const PARENT_POLL_MS = 200;

/** The socket in a supervisor's folder. */
export function socketPath(folder: string): string {
  return `${folder}/socket`;
}

class Supervisor {
  /** By the kind and the path of the program. */
  readonly #started = new Map<string, Promise<SharedDescription>>();

  async serve(listener: Deno.UnixListener): Promise<void> {
    for await (const connection of listener) void this.#answer(connection);
  }

  async #answer(connection: Deno.UnixConn): Promise<void> {
    using _ = connection;
    const request: SharedRequest = JSON.parse(await readLine(connection));
    const reply: SharedReply = await this.#servers(request).catch((error) => ({ error: String(error) }));
    await connection.write(new TextEncoder().encode(`${JSON.stringify(reply)}\n`));
  }

  async #servers(request: SharedRequest): Promise<SharedDescription> {
    const { version, kind } = request;
    const { path } = await requireMongod(version);
    const key = `${kind} ${path}`;
    const known = this.#started.get(key);
    if (known !== undefined) return await known;
    const started = this.#start(request);
    this.#started.set(key, started);
    return await started;
  }

  async #start({ kind, ...request }: SharedRequest): Promise<SharedDescription> {
    if (kind === "replicaSet") return await sharedReplicaSet(request.version);
    if (kind === "standalone") return await sharedStandalone(request.version);
    const upstream = await this.#servers({ ...request, kind: "replicaSet" });
    const { uri } = await startGateway(upstream.uri);
    return { ...upstream, uri };
  }
}

async function sharedReplicaSet(version: MongodVersion | undefined): Promise<SharedDescription> {
  const { uri, setName, members } = await startReplicaSet({ version });
  return { uri, setName, members: members.map(describe) };
}

async function sharedStandalone(version: MongodVersion | undefined): Promise<SharedDescription> {
  const server = await startStandalone({ version });
  return { uri: server.uri, setName: "", members: [describe(server)] };
}

function describe({ uri, host, port, pid }: TestServer): SharedServer {
  return { uri, host, port, pid };
}

/** Reads up to the first line feed; lines are short and come alone. */
export async function readLine(connection: Deno.UnixConn): Promise<string> {
  const buffer = new Uint8Array(65_536);
  let filled = 0;
  while (!buffer.subarray(0, filled).includes(0x0a)) {
    const count = await connection.read(buffer.subarray(filled));
    if (count === null) throw new Deno.errors.UnexpectedEof("The line has no end");
    filled += count;
  }
  return new TextDecoder().decode(buffer.subarray(0, filled));
}

if (import.meta.main) {
  const [parent = "", folder = ""] = Deno.args;
  const watchdog = new Watchdog({ folder });
  await watchdog.guard(null);
  void new Supervisor().serve(Deno.listen({ transport: "unix", path: socketPath(folder) }));
  while (Deno.ppid === Number(parent)) await pause(PARENT_POLL_MS);
  // The watchdogs clear up after this process.
  Deno.exit(0);
}
