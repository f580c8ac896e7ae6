/**
 * Holds the servers that the tests of one process share: `deno run -A supervisor.ts PARENT_PID FOLDER`. Listens on a unix
 * socket in the folder and answers each line with a version by a line that describes a replica set. Ends with its parent.
 *
 * @module
 */
import { Watchdog } from "../../../tools/watchdog.ts";
import type { MongodVersion } from "./find.ts";
import { startReplicaSet, type TestReplicaSet } from "./replica_set.ts";
import { requireMongod } from "./standalone.ts";
import { pause } from "./wait.ts";

/** What is asked for. */
export interface SharedRequest {
  readonly version?: MongodVersion;
}

/** What comes back: a running replica set, or why there is none. */
export type SharedReply = SharedDescription | { readonly error: string };

/** A running replica set. */
export interface SharedDescription {
  readonly uri: string;
  readonly setName: string;
  readonly members: readonly SharedServer[];
}

/** A member of a shared replica set. */
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
  /** By the path of the program. */
  readonly #replicaSets = new Map<string, Promise<TestReplicaSet>>();

  async serve(listener: Deno.UnixListener): Promise<void> {
    for await (const connection of listener) void this.#answer(connection);
  }

  async #answer(connection: Deno.UnixConn): Promise<void> {
    using _ = connection;
    const { version }: SharedRequest = JSON.parse(await readLine(connection));
    const reply = await this.#replicaSet(version).then(describe, (error) => ({ error: String(error) }));
    await connection.write(new TextEncoder().encode(`${JSON.stringify(reply)}\n`));
  }

  async #replicaSet(version: MongodVersion | undefined): Promise<TestReplicaSet> {
    const { path } = await requireMongod(version);
    const known = this.#replicaSets.get(path);
    if (known !== undefined) return await known;
    const started = startReplicaSet({ version });
    this.#replicaSets.set(path, started);
    return await started;
  }
}

function describe({ uri, setName, members }: TestReplicaSet): SharedReply {
  return { uri, setName, members: members.map(({ uri, host, port, pid }) => ({ uri, host, port, pid })) };
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
