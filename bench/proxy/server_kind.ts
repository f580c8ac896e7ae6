import { findMongod, startStandalone } from "../../tests/support/mongod.ts";
import { CommandFailedError, WireClient } from "../../tests/support/wire_client.ts";
import { canPin, pinServer } from "./cores.ts";
import { type Endpoint, startNullServer } from "./endpoint.ts";
import type { LoadGenerator } from "./load_generator.ts";

/** A server that knows nothing, a mongod beside everything else, a mongod with a core of its own. */
export type ServerId = "null" | "mongod" | "pinned";

/** A server to measure in front of. */
export interface BenchServer extends Endpoint {
  /** Makes the data as it was, and the document that clients read so large. */
  prepare(documentBytes: number): Promise<void>;
}

/** What servers there can be. */
export interface ServerKinds {
  readonly ids: readonly ServerId[];
  /** Of mongod; null where there is none. */
  readonly version: string | null;
  start(id: ServerId): Promise<BenchServer>;
}

/** The most that a document of 16 MB leaves for its text. */
const LARGE_TEXT_BYTES = 16 * 1024 * 1024 - 100;
const SINK_BYTES = 128 * 1024 * 1024;
const NAMESPACE_NOT_FOUND = 26;

/** Finds out what servers there can be on this machine; `tell` hears of those that there cannot. */
export async function findServers(generator: LoadGenerator, tell: (line: string) => void): Promise<ServerKinds> {
  const version = (await findMongod("6.0"))?.version ?? null;
  const pins = await canPin();
  if (version === null) tell("There is no mongod: only the null server is measured");
  else if (!pins) tell("There is no taskset, or one core only: nothing is measured with mongod on a core of its own");
  return {
    ids: ["null", ...version === null ? [] : ["mongod" as const, ...pins ? ["pinned" as const] : []]],
    version,
    start: (id) => id === "null" ? nullServer(generator) : mongod(id),
  };
}

async function nullServer(generator: LoadGenerator): Promise<BenchServer> {
  const { addr, pid, [Symbol.asyncDispose]: stop } = await startNullServer(generator);
  return { addr, pid, prepare: () => Promise.resolve(), [Symbol.asyncDispose]: stop };
}

async function mongod(id: "mongod" | "pinned"): Promise<BenchServer> {
  const server = await startStandalone({ version: "6.0" });
  try {
    if (id === "pinned") await pinServer(server.pid);
    using client = await WireClient.connect(server);
    await client.command("bench", { insert: "large", documents: [{ _id: 1, text: "x".repeat(LARGE_TEXT_BYTES) }] });
    await client.command("bench", { create: "sink", capped: true, size: SINK_BYTES });
  } catch (error) {
    await server.stop();
    throw error;
  }
  return {
    addr: `${server.host}:${server.port}`,
    pid: server.pid,
    prepare: (documentBytes) => prepare(server, documentBytes),
    [Symbol.asyncDispose]: () => server.stop(),
  };
}

async function prepare(server: { host: string; port: number }, documentBytes: number): Promise<void> {
  using client = await WireClient.connect(server);
  await client.command("bench", { drop: "bench" }).catch((error) => {
    if (!(error instanceof CommandFailedError) || error.code !== NAMESPACE_NOT_FOUND) throw error;
  });
  await client.command("bench", { insert: "bench", documents: [{ _id: 1, text: "x".repeat(documentBytes) }] });
}
