import { assertEquals, assertRejects } from "@std/assert";
import type { AuthMechanism } from "../../../driver/auth/credentials.ts";
import { connect } from "../../../driver/connect.ts";
import { parseConnectionString } from "../../../driver/connection_string.ts";
import { MongoAuthError } from "../../../driver/error.ts";
import { liveTest } from "../../support/live_test.ts";
import { startStandalone, type TestServer } from "../../support/mongod.ts";

/** The users of the authentication specification's test plan. */
const USERS = [
  { user: "sha1", pwd: "sha1", mechanisms: ["SCRAM-SHA-1"] },
  { user: "sha256", pwd: "sha256", mechanisms: ["SCRAM-SHA-256"] },
  { user: "both", pwd: "both", mechanisms: ["SCRAM-SHA-1", "SCRAM-SHA-256"] },
  { user: "IX", pwd: "IX", mechanisms: ["SCRAM-SHA-256"] },
  { user: "\u2168", pwd: "\u2163", mechanisms: ["SCRAM-SHA-256"] },
  { user: "a=b,c", pwd: "p:@/%", mechanisms: ["SCRAM-SHA-1", "SCRAM-SHA-256"] },
];

// 4.2 knows neither speculative authentication nor skipEmptyExchange.
liveTest("startAuth authenticates to a real server", { versions: ["6.0", "4.2"] }, async ({ t, version }) => {
  const auth = { user: "root", pwd: "root", users: USERS };
  await using server = await startStandalone({ ...version === undefined ? {} : { version }, auth });
  for (const user of ["sha1", "sha256", "both"]) await t.step(user, () => checkMechanisms(server, user));
  await t.step("prepares passwords and not names", async () => {
    for (const password of ["IX", "I\u00adX"]) await logIn(server, "IX", password);
    for (const password of ["IV", "I\u00adV"]) await logIn(server, "\u2168", password);
  });
  await t.step("escapes names and passwords", async () => {
    for (const mechanism of [null, "SCRAM-SHA-1"] as const) await logIn(server, "a=b,c", "p:@/%", mechanism);
  });
  await t.step("refuses strangers", async () => {
    for (const user of ["nobody", "both"]) {
      assertEquals((await assertRejects(() => logIn(server, user, "wrong"), MongoAuthError)).code, 18);
    }
  });
});

async function checkMechanisms(server: TestServer, user: string): Promise<void> {
  const has = USERS.find((candidate) => candidate.user === user)!.mechanisms;
  await logIn(server, user, user);
  for (const mechanism of ["SCRAM-SHA-1", "SCRAM-SHA-256"] as const) {
    if (has.includes(mechanism)) await logIn(server, user, user, mechanism);
    else await assertRejects(() => logIn(server, user, user, mechanism), MongoAuthError);
  }
}

/** Opens a connection as a user, asks the server who that is, and closes it. */
async function logIn(
  { host, port }: TestServer,
  user: string,
  password: string,
  mechanism: AuthMechanism | null = null,
): Promise<void> {
  const [name, secret] = [user, password].map(encodeURIComponent);
  const query = mechanism === null ? "" : `authMechanism=${mechanism}`;
  const { hosts, credentials } = parseConnectionString(`mongodb://${name}:${secret}@${host}:${port}/?${query}`);
  const clientMetadata = { driver: { name: "test", version: "0" }, os: { type: "test" } };
  const connection = await connect(hosts[0]!, { credentials, clientMetadata, connectTimeoutMS: 10_000 });
  try {
    const status = await connection.command("admin", { connectionStatus: 1 });
    assertEquals(status.authInfo.authenticatedUsers, [{ user, db: "admin" }]);
  } finally {
    connection.close();
  }
}
