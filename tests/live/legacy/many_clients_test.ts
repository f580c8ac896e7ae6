import { assertGreater, assertGreaterOrEqual, assertLessOrEqual } from "@std/assert";
import { startGateway, type TestGateway } from "../../support/gateway.ts";
import { gatewayKind } from "../../support/gateway_kind.ts";
import { chosenVersions, liveTest } from "../../support/live_test.ts";
import { startStandalone } from "../../support/mongod.ts";
import { until } from "../../support/mongod/wait.ts";
import { WireClient } from "../../support/wire_client.ts";
import { LOOSE_DATABASE, runLooseWriters } from "./clients/loose_writers.ts";

const CLIENTS = 200;
/** So many once; another backend changes nothing of what is kept with a client. */
const ANSWERS = gatewayKind().io === "deno" ? 100_000 : 20_000;
/** Queries between the writes, which 5.0 gets as they are, are all that is different with it. */
const ANSWERS_OF_OLD_SERVER = 20_000;
const UPSTREAM_CONNECTIONS = 4;
/** The share of writes at which the server closes the connection. */
const LOSS = 0.005;

liveTest("gateway tells each of 200 old clients of its own writes, over 4 connections", {
  versions: chosenVersions(["6.0", "5.0"]),
}, async ({ t, version }) => {
  const answers = version === "5.0" ? ANSWERS_OF_OLD_SERVER : ANSWERS;
  await using server = await startStandalone({ version });
  if (version === "5.0") {
    await t.step("a server that knows the old operations tells the same", async () => {
      await runLooseWriters(server, { clients: 20, answers: 2000 });
    });
  }
  await t.step("the gateway", async () => {
    await using gateway = await startGateway(`${server.uri}&maxPoolSize=${UPSTREAM_CONNECTIONS}`);
    assertGreaterOrEqual((await runLooseWriters(gateway, { clients: CLIENTS, answers })).checked, answers);
    using admin = await WireClient.connect(server);
    const { connections } = await admin.command("admin", { serverStatus: 1 });
    // The pool, each worker's monitoring with its round trip times, and this client.
    assertLessOrEqual(connections.current, UPSTREAM_CONNECTIONS + 2 * Number(gatewayKind().workers) + 1);
  });
});

liveTest("gateway tells an old client that its write was lost, and no other client", {
  versions: ["6.0"],
}, async ({ version }) => {
  await using server = await startStandalone({ version });
  using admin = await WireClient.connect(server);
  await admin.command("admin", {
    configureFailPoint: "failCommand",
    mode: { activationProbability: LOSS },
    data: { failCommands: ["insert", "update", "delete"], closeConnection: true },
  });
  await using gateway = await startGateway(`${server.uri}&maxPoolSize=${UPSTREAM_CONNECTIONS}`);
  const { lost } = await runLooseWriters(gateway, { clients: 50, answers: 3000, losesWrites: true });
  assertGreater(lost, 0);
});

liveTest("gateway tells old clients which writes an election refused them", {
  versions: ["6.0"],
}, async ({ replicaSet }) => {
  const set = await replicaSet();
  await using gateway = await startGateway(`${set.uri}&maxPoolSize=${UPSTREAM_CONNECTIONS}`);
  const writing = runLooseWriters(gateway, { clients: 50, answers: 20_000, losesWrites: true });
  const [{ checked }] = await Promise.all([writing, untilWritten(gateway, 1000).then(() => set.stepDown())]);
  assertGreaterOrEqual(checked, 20_000);
});

async function untilWritten(gateway: TestGateway, documents: number): Promise<void> {
  using admin = await WireClient.connect(gateway);
  await until(`there are ${documents} documents`, async () => {
    const { n } = await admin.command(LOOSE_DATABASE, { count: "loose" });
    return n >= documents || null;
  });
}
