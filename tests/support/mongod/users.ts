import { type Login, WireClient } from "../wire_client.ts";

/** A user to create besides the first one. */
export interface TestUser extends Login {
  /** The database that the user belongs to; `admin` by default. */
  readonly db?: string;
  /** The role `root` by default. */
  readonly roles?: readonly unknown[];
  /** Both of SCRAM-SHA-1 and SCRAM-SHA-256 by default. */
  readonly mechanisms?: readonly string[];
}

/** Turns authentication on: the first user gets the role `root`. */
export interface TestAuth extends Login {
  readonly users?: readonly TestUser[];
}

/** Creates the users of `auth` on a writable server that has none yet. */
export async function createUsers(server: { host: string; port: number }, auth: TestAuth): Promise<void> {
  using localhost = await WireClient.connect(server);
  await createUser(localhost, auth);
  using client = await WireClient.connect(server, auth);
  for (const user of auth.users ?? []) await createUser(client, user);
}

async function createUser(client: WireClient, { user, pwd, db = "admin", roles, mechanisms }: TestUser): Promise<void> {
  const granted = roles ?? [{ role: "root", db: "admin" }];
  const options = mechanisms === undefined ? {} : { mechanisms };
  await client.command(db, { createUser: user, pwd, roles: granted, ...options });
}
