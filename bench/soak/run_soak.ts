import { startGateway, type TestGateway } from "../../tests/support/gateway.ts";
import { startReplicaSet, type TestServer } from "../../tests/support/mongod.ts";
import { pause } from "../../tests/support/mongod/wait.ts";
import { WireClient } from "../../tests/support/wire_client.ts";
import { DATABASE, PAGE_COUNT, PAGES, WRITES } from "./client.ts";
import { ClientsThread } from "./clients_thread.ts";
import { memoryTrend } from "./memory_trend.ts";
import type { SoakOptions } from "./options.ts";
import { type Moment, progressLine } from "./progress_line.ts";
import { serverFigures } from "./server_figures.ts";
import { type Snapshot, takeSnapshot } from "./snapshot.ts";
import { type Finding, judge } from "./verdict.ts";

const SERVER = { version: "6.0", members: 1 } as const;
const MAX_POOL_SIZE = 32;
const PROGRESS_MS = 10_000;
/** What has not come to rest by then never will. */
const REST_TIMEOUT_MS = 60_000;
const REST_POLL_MS = 1_000;
const RESTED_MS = 5_000;

/** Who is there during a run. */
interface Stage {
  readonly server: TestServer;
  readonly gateway: TestGateway;
  readonly clients: ClientsThread;
  readonly print: (line: string) => void;
}

/** Runs everything, and gives what was found. Throws `Error` if server or gateway do not start, or end on the way. */
export async function runSoak(options: SoakOptions, print: (line: string) => void): Promise<Finding[]> {
  await using set = await startReplicaSet(SERVER);
  const server = await set.primary();
  await prepare(server);
  const { connections: connectionsWithoutGateway } = await serverFigures(server);
  await using gateway = await startGateway(`${set.uri}&maxPoolSize=${MAX_POOL_SIZE}`, {
    args: [
      "--ping",
      `--io=${options.io}`,
      `--workers=${options.workers}`,
      `--orphan-timeout=${options.orphanTimeoutMS}ms`,
    ],
  });
  using clients = new ClientsThread();
  const stage = { server, gateway, clients, print };
  const before = await takeSnapshot(gateway, server);
  const samples = await withLog(gateway, () => underLoad(stage, options, before));
  const figures = await clients.leave();
  print("All clients have left");
  await pause(options.orphanTimeoutMS);
  const after = await atRest(stage, before);
  await pause(RESTED_MS);
  const rested = await takeSnapshot(gateway, server);
  const exitCode = await gateway.stop();
  const connectionsAfterGateway = await settled(server, connectionsWithoutGateway);
  const writes = await clients.audit({ hostname: server.host, port: server.port });
  print(`${figures.came} clients came, ${figures.operations} operations, ${writes.acknowledged} acknowledged writes`);
  return judge({
    connectionsWithoutGateway,
    before,
    after,
    rested,
    connectionsAfterGateway,
    exitCode,
    clients: figures,
    writes,
    memory: memoryTrend(samples.map(({ time, gateway: { residentBytes } }) => ({ time, residentBytes }))),
    maxPoolSize: MAX_POOL_SIZE,
  });
}

/** A gateway that ends on the way says why in its log. */
async function withLog<T>({ log, pid }: TestGateway, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
    throw new Error(`The gateway, process ${pid}, has ended. The end of its log:\n${log.slice(-20).join("\n")}`, {
      cause,
    });
  }
}

async function prepare(server: TestServer): Promise<void> {
  using admin = await WireClient.connect(server);
  const documents = Array.from({ length: PAGE_COUNT }, (_, _id) => ({ _id, text: "x".repeat(200) }));
  await admin.command(DATABASE, { insert: PAGES, documents });
  const indexes = [{ name: "client", key: { client: 1, write: 1 } }];
  await admin.command(DATABASE, { createIndexes: WRITES, indexes });
}

/** Tells every ten seconds what happens, until the time is over. */
async function underLoad(stage: Stage, options: SoakOptions, before: Snapshot): Promise<Snapshot[]> {
  const { server, gateway, clients, print } = stage;
  const samples: Snapshot[] = [];
  let last: Moment = { clients: await clients.figures(), snapshot: before };
  await clients.come(options.clients, { hostname: gateway.host, port: gateway.port });
  const durationMS = options.minutes * 60_000;
  for (let line = 1; line <= Math.ceil(durationMS / PROGRESS_MS); line++) {
    const next = before.time + Math.min(line * PROGRESS_MS, durationMS);
    await pause(Math.max(0, next - performance.now()));
    const now = { clients: await clients.figures(), snapshot: await takeSnapshot(gateway, server) };
    print(progressLine(before.time, last, now));
    samples.push(now.snapshot);
    last = now;
  }
  return samples;
}

/** What clients left open should be gone by now; if it is not, waits a while longer. */
async function atRest({ server, gateway }: Stage, before: Snapshot): Promise<Snapshot> {
  const deadline = performance.now() + REST_TIMEOUT_MS;
  for (;;) {
    const now = await takeSnapshot(gateway, server);
    const isAtRest = now.clientConnections === 0 && now.server.cursors <= before.server.cursors &&
      now.server.transactions <= before.server.transactions;
    if (isAtRest || performance.now() > deadline) return now;
    await pause(REST_POLL_MS);
  }
}

/** The server notices a moment later that connections are closed. */
async function settled(server: TestServer, least: number): Promise<number> {
  const deadline = performance.now() + REST_TIMEOUT_MS;
  for (;;) {
    const { connections } = await serverFigures(server);
    if (connections <= least || performance.now() > deadline) return connections;
    await pause(REST_POLL_MS);
  }
}
