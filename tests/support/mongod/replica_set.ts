import { randomBytes } from "node:crypto";
import { findPrimary, initiate, stepDown, untilCaughtUp } from "./replica_set_commands.ts";
import { ServerProcess } from "./server.ts";
import { requireMongod, type ServerOptions } from "./standalone.ts";
import { authSource, type TestServer, testServer, userinfo } from "./test_server.ts";
import type { Login } from "../wire_client.ts";
import { createUsers } from "./users.ts";

/** A running replica set. */
export interface TestReplicaSet extends AsyncDisposable {
  /** Names all members, with the credentials if there are any. */
  readonly uri: string;
  readonly setName: string;
  readonly members: readonly TestServer[];
  /** Waits until there is a primary. */
  primary(): Promise<TestServer>;
  /** Makes the primary step down and resolves when another member has taken over. */
  stepDown(): Promise<void>;
  /** Ends all members and removes their data. */
  stop(): Promise<void>;
}

/** What a replica set is started with. */
export interface ReplicaSetOptions extends ServerOptions {
  /** 3 by default. */
  readonly members?: number;
}

const SET_NAME = "torana";

/**
 * Starts a replica set and waits until it has a primary, and all its members what the primary has. Throws `Error` where
 * there is no mongod of this version, or it does not start.
 */
export async function startReplicaSet(options: ReplicaSetOptions = {}): Promise<TestReplicaSet> {
  const servers = await startMembers(options);
  try {
    const primary = await initiate(SET_NAME, servers);
    if (options.auth !== undefined) await createUsers(primary, options.auth);
    await untilCaughtUp(servers, options.auth);
  } catch (error) {
    await stopAll(servers);
    throw error;
  }
  return testReplicaSet(servers, options.auth);
}

async function startMembers(options: ReplicaSetOptions): Promise<ServerProcess[]> {
  const { members = 3, args = [], auth } = options;
  const mongod = await requireMongod(options.version);
  const key = auth === undefined ? {} : { keyFile: randomBytes(64).toString("base64") };
  const started = await Promise.allSettled(Array.from({ length: members }, () => {
    return ServerProcess.start(mongod, { args: ["--replSet", SET_NAME, "--oplogSize", "256", ...args], ...key });
  }));
  const servers = started.flatMap((result) => result.status === "fulfilled" ? [result.value] : []);
  const failure = started.find((result) => result.status === "rejected");
  if (failure === undefined) return servers;
  await stopAll(servers);
  throw failure.reason;
}

function testReplicaSet(servers: readonly ServerProcess[], login: Login | undefined): TestReplicaSet {
  const members = servers.map((server) => testServer(server, login));
  return {
    uri: replicaSetUri(servers, login),
    setName: SET_NAME,
    members,
    primary: () => findPrimary(members),
    stepDown: () => stepDown(members, login),
    stop: () => stopAll(servers),
    [Symbol.asyncDispose]: () => stopAll(servers),
  };
}

function replicaSetUri(servers: readonly ServerProcess[], login: Login | undefined): string {
  const hosts = servers.map(({ host, port }) => `${host}:${port}`).join(",");
  return `mongodb://${userinfo(login)}${hosts}/?replicaSet=${SET_NAME}${authSource(login)}`;
}

async function stopAll(servers: readonly ServerProcess[]): Promise<void> {
  await Promise.all(servers.map((server) => server.stop()));
}
