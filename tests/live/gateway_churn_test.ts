import { assertEquals, assertLess } from "@std/assert";
import { Binary, type Document, Long } from "bson";
import { runInNewContext } from "node:vm";
import { setFlagsFromString } from "node:v8";
import { resolveConnectionString } from "../../driver/connection_string.ts";
import { Gateway } from "../../proxy/gateway.ts";
import { DEFAULT_LIMITS } from "../../proxy/limits.ts";
import { testTransport } from "../proxy/support/test_transport.ts";
import { liveTest } from "../support/live_test.ts";
import { until } from "../support/mongod/wait.ts";
import { WireClient } from "../support/wire_client.ts";

const ROUNDS = 2;
const CLIENTS_A_ROUND = 5_000;
const CLIENTS_AT_ONCE = 100;
const MAX_POOL_SIZE = 8;
/** Well below what a leak of a kilobyte a client would make. */
const MAX_GROWTH_BYTES = CLIENTS_A_ROUND * 512;

liveTest("Gateway is back where it was after 10,000 clients", async ({ replicaSet }) => {
  const { uri } = await replicaSet();
  const gateway = new Gateway(
    {
      listen: { kind: "tcp", host: "127.0.0.1", port: 0 },
      unlink: false,
      label: "churn",
      upstream: await resolveConnectionString(`${uri}&maxPoolSize=${MAX_POOL_SIZE}`),
      compressors: [],
      limits: { ...DEFAULT_LIMITS, orphanTimeoutMS: 100 },
    },
    () => {},
    testTransport,
  );
  await gateway.open({ ping: true });
  try {
    await prepare(gateway);
    const openBefore = await openAtServer(gateway);
    const used: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      await runClients(gateway, round);
      await untilAtRest(gateway);
      used.push(heapUsed());
    }
    assertLess(used.at(-1)! - used[0]!, MAX_GROWTH_BYTES);
    const { pinned, servers } = gateway.status();
    assertEquals(pinned, []);
    for (const { connections } of servers) assertLess(connections, MAX_POOL_SIZE + 1);
    assertLess(await openAtServer(gateway), openBefore + 1);
  } finally {
    await gateway.close();
  }
});

function client(gateway: Gateway): Promise<WireClient> {
  const { address } = gateway;
  if (address.kind !== "tcp") throw new TypeError("The gateway listens on a port");
  return WireClient.connect({ host: address.host, port: address.port });
}

async function prepare(gateway: Gateway): Promise<void> {
  using writer = await client(gateway);
  await writer.command("churn", { drop: "films" }).catch(() => {});
  await writer.command("churn", { insert: "films", documents: Array.from({ length: 10 }, (_, _id) => ({ _id })) });
}

/** Every client says hello; then some leave a cursor open, some a transaction, some finish, some just go. */
async function runClients(gateway: Gateway, round: number): Promise<void> {
  let next = 0;
  const work = async () => {
    for (let i = next++; i < CLIENTS_A_ROUND; i = next++) await behave(gateway, round * CLIENTS_A_ROUND + i);
  };
  await Promise.all(Array.from({ length: CLIENTS_AT_ONCE }, work));
}

async function behave(gateway: Gateway, number: number): Promise<void> {
  using it = await client(gateway);
  await it.command("admin", { hello: 1, client: { application: { name: `churn ${number % 7}` } } });
  switch (number % 4) {
    case 0:
      await it.command("churn", { find: "films", batchSize: 2 });
      break;
    case 1: {
      const { cursor } = await it.command("churn", { find: "films", batchSize: 2 }, { promoteLongs: false });
      await it.command("churn", { getMore: cursor.id, collection: "films" });
      break;
    }
    case 2:
      await it.command("churn", { find: "films", ...firstStatement(number) });
      break;
  }
}

function firstStatement(number: number): Document {
  const id = new Uint8Array(16);
  new DataView(id.buffer).setInt32(0, number);
  return {
    lsid: { id: new Binary(id, Binary.SUBTYPE_UUID) },
    txnNumber: Long.fromNumber(1),
    startTransaction: true,
    autocommit: false,
  };
}

function untilAtRest(gateway: Gateway): Promise<unknown> {
  return until("the gateway is at rest", () => {
    const { clients, clientGroups, cursors, transactions, servers } = gateway.status();
    const inUse = servers.reduce((sum, server) => sum + server.connections - server.available + server.waiting, 0);
    return Promise.resolve(clients + clientGroups + cursors + transactions + inUse === 0 ? true : null);
  }, 30_000);
}

/** What the primary itself has open: its members' cursors on the oplog, and what clients left. */
async function openAtServer(gateway: Gateway): Promise<number> {
  using admin = await client(gateway);
  const { metrics, transactions } = await admin.command("admin", { serverStatus: 1 });
  return metrics.cursor.open.total + transactions.currentOpen;
}

function heapUsed(): number {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
  return Deno.memoryUsage().heapUsed;
}
