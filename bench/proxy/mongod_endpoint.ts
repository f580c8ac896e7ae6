import { findMongod, startStandalone } from "../../tests/support/mongod.ts";
import { WireClient } from "../../tests/support/wire_client.ts";
import { DIRECT, type Endpoint } from "./contender.ts";

/** A real server of the series that is measured, and its version; null where there is none. */
export async function mongodVersion(): Promise<string | null> {
  return (await findMongod("6.0"))?.version ?? null;
}

/** Starts a mongod that holds the document which the load reads. */
export async function startMongod(): Promise<Endpoint> {
  const server = await startStandalone({ version: "6.0" });
  using client = await WireClient.connect(server);
  await client.command("bench", { insert: "bench", documents: [{ _id: 1, text: "x".repeat(100) }] });
  return {
    through: DIRECT,
    addr: `${server.host}:${server.port}`,
    pid: server.pid,
    [Symbol.asyncDispose]: () => server.stop(),
  };
}
