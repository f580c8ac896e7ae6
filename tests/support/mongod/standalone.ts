import { findMongod, HOW_TO_GET_MONGOD, type Mongod, type MongodVersion } from "./find.ts";
import { ServerProcess } from "./server.ts";
import { type TestServer, testServer } from "./test_server.ts";
import { createUsers, type TestAuth } from "./users.ts";

/** What servers are started with. */
export interface ServerOptions {
  /** Any that can be found by default, 6.0 first. */
  readonly version?: MongodVersion | undefined;
  /** Further arguments of mongod. */
  readonly args?: readonly string[];
  /** None by default. */
  readonly auth?: TestAuth;
}

/** Starts one mongod. Throws `Error` where there is none of this version, or it does not start. */
export async function startStandalone(options: ServerOptions = {}): Promise<TestServer> {
  const { auth, args = [] } = options;
  const mongod = await requireMongod(options.version);
  const server = await ServerProcess.start(mongod, { args: [...args, ...auth === undefined ? [] : ["--auth"]] });
  try {
    if (auth !== undefined) await createUsers(server, auth);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return testServer(server, auth);
}

/** Finds a mongod; throws `Error` where there is none. */
export async function requireMongod(version: MongodVersion | undefined): Promise<Mongod> {
  const mongod = await findMongod(version);
  if (mongod !== null) return mongod;
  throw new Error(`There is no mongod ${version ?? ""}: ${HOW_TO_GET_MONGOD}`);
}
