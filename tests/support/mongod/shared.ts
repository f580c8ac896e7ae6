import { importMapArgs } from "../../../tools/import_map.ts";
import { fromFileUrl } from "../spec_files.ts";
import type { MongodVersion } from "./find.ts";
import { findPrimary, stepDown } from "./replica_set_commands.ts";
import {
  readLine,
  type SharedDescription,
  type SharedReply,
  type SharedRequest,
  type SharedServer,
  socketPath,
} from "./supervisor.ts";
import { exists } from "./cache.ts";
import { until } from "./wait.ts";

/** A replica set that outlives the test: leave no users, parameters or stopped members behind. */
export interface SharedReplicaSet extends SharedDescription {
  /** Waits until there is a primary. */
  primary(): Promise<SharedServer>;
  /** Makes the primary step down and resolves when another member has taken over. */
  stepDown(): Promise<void>;
}

/** Where the process's test files, each an isolate of its own, find the one supervisor. */
const VARIABLE = "TORANA_TEST_SERVERS";

/**
 * Starts the process that holds the shared servers, once for all test files of this process. It must be called while
 * test files load: a test that leaves a process behind fails.
 */
export function openSharedServers(): void {
  if (supervisorFolder() !== null) return;
  const folder = Deno.makeTempDirSync({ prefix: "torana-servers-" });
  const script = fromFileUrl(new URL("./supervisor.ts", import.meta.url));
  new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", ...importMapArgs(), script, String(Deno.pid), folder],
    stdin: "null",
    stdout: "null",
  }).spawn().unref();
  Deno.env.set(VARIABLE, `${Deno.pid}:${folder}`);
}

/**
 * A three-member replica set that all tests of this process share, started on first use and ended with the process.
 * Throws `Error` where there is no mongod of this version.
 */
export async function sharedReplicaSet(version?: MongodVersion): Promise<SharedReplicaSet> {
  return await askForSet("replicaSet", version);
}

/** The same replica set with the URI of a gateway that stands before it; its members are reached as ever. */
export async function sharedGateway(version?: MongodVersion): Promise<SharedReplicaSet> {
  return await askForSet("gateway", version);
}

async function askForSet(
  kind: "replicaSet" | "gateway",
  version: MongodVersion | undefined,
): Promise<SharedReplicaSet> {
  const shared = await ask({ kind, ...version === undefined ? {} : { version } });
  return { ...shared, primary: () => findPrimary(shared.members), stepDown: () => stepDown(shared.members) };
}

/** A server of no replica set, which all tests of this process share like {@linkcode sharedReplicaSet}. */
export async function sharedStandalone(version?: MongodVersion): Promise<SharedServer> {
  const { members } = await ask({ kind: "standalone", ...version === undefined ? {} : { version } });
  return members[0] as SharedServer;
}

async function ask(request: SharedRequest): Promise<SharedDescription> {
  const folder = supervisorFolder();
  if (folder === null) throw new Error("Shared servers are for tests that liveTest() registers");
  await until("the shared servers can be asked for", async () => await exists(socketPath(folder)) || null);
  using connection = await Deno.connect({ transport: "unix", path: socketPath(folder) });
  await connection.write(new TextEncoder().encode(`${JSON.stringify(request)}\n`));
  const reply: SharedReply = JSON.parse(await readLine(connection));
  if ("error" in reply) throw new Error(reply.error);
  return reply;
}

/** A child process inherits the variable, but not the servers. */
function supervisorFolder(): string | null {
  const [pid, folder] = (Deno.env.get(VARIABLE) ?? "").split(/:(.*)/s);
  return Number(pid) === Deno.pid ? folder ?? null : null;
}
