import { assert, assertEquals, assertRejects } from "@std/assert";
import { type Document, MongoNetworkError, parseHostAddress } from "../../driver/mod.ts";
import { readClientEnvironment } from "../../driver/client_environment.ts";
import { buildClientMetadata } from "../../driver/client_metadata.ts";
import { connect } from "../../driver/connect.ts";
import { resolveConnectionString } from "../../driver/connection_string.ts";
import { createTopology } from "../../driver/deployment.ts";
import { PRIMARY } from "../../driver/selection/read_preference.ts";
import { readTlsOptions } from "../../driver/tls_files.ts";
import { certificatePath } from "../driver/transport/certificates.ts";
import { startGateway } from "../support/gateway.ts";
import { liveTest } from "../support/live_test.ts";
import { startStandalone, type TestServer } from "../support/mongod.ts";
import { CommandFailedError, WireClient } from "../support/wire_client.ts";

const VERSION = "6.0";
const ROOT = { user: "root", pwd: "root" };
const ALICE = "CN=alice,OU=Clients,O=Torana tests";

type Options = Record<string, string | boolean>;

const CA: Options = { tlsCAFile: certificatePath("ca") };
const CLIENT: Options = { ...CA, tlsCertificateKeyFile: certificatePath("client") };
const ENCRYPTED: Options = {
  ...CA,
  tlsCertificateKeyFile: certificatePath("client_encrypted"),
  tlsCertificateKeyFilePassword: "secret",
};
const X509: Options = { authMechanism: "MONGODB-X509" };

/** Speaks TLS alone once it is set up, and demands a certificate of whoever connects. Alice may do everything. */
async function startDemandingServer(): Promise<TestServer> {
  const server = await startTlsServer("server", { auth: ROOT });
  try {
    using client = await WireClient.connect(server, ROOT);
    await client.command("$external", { createUser: ALICE, roles: [{ role: "root", db: "admin" }] });
    await client.command("admin", { setParameter: 1, tlsMode: "requireTLS" });
    return server;
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** Has a certificate of another host, and demands none. */
function startMisnamedServer(): Promise<TestServer> {
  return startTlsServer("other_host", { args: ["--tlsAllowConnectionsWithoutCertificates"] });
}

/** The helpers that start a server speak no TLS, so it takes both at first. */
function startTlsServer(
  certificate: "server" | "other_host",
  { args = [], auth }: { args?: readonly string[]; auth?: typeof ROOT },
): Promise<TestServer> {
  const tls = ["--tlsCertificateKeyFile", certificatePath(certificate), "--tlsCAFile", certificatePath("ca")];
  return startStandalone({
    version: VERSION,
    args: ["--tlsMode", "preferTLS", ...tls, ...args],
    ...(auth === undefined ? {} : { auth }),
  });
}

function uriOf(server: TestServer, options: Options): string {
  const pairs = Object.entries({ tls: true, directConnection: true, ...options });
  const query = pairs.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&");
  return `mongodb://127.0.0.1:${server.port}/?${query}`;
}

/** Runs a command as a driver does: discovery, selection, a connection of the pool. */
async function runByDriver(server: TestServer, options: Options, command: Document): Promise<Document> {
  const topology = await createTopology(await resolveConnectionString(uriOf(server, options)), { onEvent: () => {} });
  topology.open();
  try {
    const { pool } = await topology.selectServer({ readPreference: PRIMARY });
    const connection = await pool.checkOutAsync();
    try {
      return await connection.command("admin", command);
    } finally {
      pool.checkIn(connection);
    }
  } finally {
    await topology.close();
  }
}

/** Why no connection can be opened. */
async function connectFailure(server: TestServer, options: Options): Promise<MongoNetworkError> {
  const { options: parsed } = await resolveConnectionString(uriOf(server, options));
  const tls = await readTlsOptions(parsed);
  assert(tls !== null);
  const clientMetadata = buildClientMetadata(readClientEnvironment());
  return await assertRejects(
    () => connect(parseHostAddress(`127.0.0.1:${server.port}`), { clientMetadata, connectTimeoutMS: 10_000, tls }),
    MongoNetworkError,
  );
}

async function userOf(server: TestServer, options: Options): Promise<unknown> {
  const { authInfo } = await runByDriver(server, options, { connectionStatus: 1 });
  return authInfo.authenticatedUsers;
}

liveTest(
  "Driver reaches a server that demands TLS, certificates and authentication",
  { versions: [VERSION] },
  async ({ t }) => {
    await using server = await startDemandingServer();
    await t.step("with a client certificate", async () => {
      assertEquals((await runByDriver(server, CLIENT, { ping: 1 })).ok, 1);
      assertEquals(await userOf(server, CLIENT), []);
    });
    await t.step("as the certificate's user, by MONGODB-X509", async () => {
      const alice = [{ user: ALICE, db: "$external" }];
      assertEquals(await userOf(server, { ...CLIENT, ...X509 }), alice);
      assertEquals(await userOf(server, { ...ENCRYPTED, ...X509 }), alice);
      const lax = { ...CLIENT, ...X509, tlsAllowInvalidCertificates: true };
      assertEquals(await userOf(server, lax), alice);
    });
    await t.step("and says that it wants a client certificate", async () => {
      const { message } = await connectFailure(server, CA);
      assert(message.includes("it may require a client certificate (tlsCertificateKeyFile)"), message);
    });
  },
);

liveTest("Driver verifies a server's certificate unless told otherwise", { versions: [VERSION] }, async ({ t }) => {
  await using server = await startMisnamedServer();
  await t.step("by its host", async () => {
    const { message, errorLabels } = await connectFailure(server, CA);
    const start = `Cannot connect to 127.0.0.1:${server.port}: The server's certificate is for another host (`;
    assert(message.startsWith(start), message);
    assertEquals(errorLabels, []);
  });
  await t.step("by its authority", async () => {
    const options = { tlsCAFile: certificatePath("other_ca"), tlsAllowInvalidHostnames: true };
    const { message } = await connectFailure(server, options);
    assert(message.includes("The server's certificate is not signed by an authority of tlsCAFile"), message);
  });
  await t.step("not by its host with tlsAllowInvalidHostnames", async () => {
    const options = { ...CA, tlsAllowInvalidHostnames: true };
    assertEquals((await runByDriver(server, options, { ping: 1 })).ok, 1);
  });
  for (const option of ["tlsInsecure", "tlsAllowInvalidCertificates"]) {
    await t.step(`not at all with ${option}`, async () => {
      const echo = { hello: 1, comment: "x".repeat(200_000) };
      assertEquals((await runByDriver(server, { [option]: true }, echo)).isWritablePrimary, true);
    });
  }
});

liveTest("Gateway reaches servers by TLS", { versions: [VERSION] }, async ({ t }) => {
  await using demanding = await startDemandingServer();
  await using misnamed = await startMisnamedServer();
  await t.step("as the certificate's user", async () => {
    assertEquals(await countThroughGateway(uriOf(demanding, { ...CLIENT, ...X509 })), 1000);
  });
  await t.step("without verification", async () => {
    assertEquals(await countThroughGateway(uriOf(misnamed, { tlsInsecure: true })), 1000);
  });
  await t.step("and tells clients what is wrong with a certificate", async () => {
    const uri = uriOf(misnamed, { ...CA, serverSelectionTimeoutMS: "500" });
    const error = await assertRejects(() => countThroughGateway(uri), CommandFailedError);
    assert(error.message.includes("The server's certificate is for another host"), error.message);
  });
});

/** Writes a few hundred kilobytes through a gateway, reads them back, and counts them. */
async function countThroughGateway(upstream: string): Promise<number> {
  await using gateway = await startGateway(upstream);
  using client = await WireClient.connect(gateway);
  const documents = Array.from({ length: 1000 }, (_, index) => ({ _id: index, text: "x".repeat(500) }));
  await client.command("tls", { insert: "c", documents });
  const { cursor } = await client.command("tls", { find: "c", batchSize: 1001 });
  return cursor.firstBatch.length;
}
