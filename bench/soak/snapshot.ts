import type { TestGateway } from "../../tests/support/gateway.ts";
import type { TestServer } from "../../tests/support/mongod.ts";
import { connectionsOf, type ProcessFigures, processFigures } from "./process_figures.ts";
import { type ServerFigures, serverFigures } from "./server_figures.ts";

/** Everything that can be seen of gateway and server from outside at one moment. */
export interface Snapshot {
  /** Milliseconds since some moment. */
  readonly time: number;
  readonly gateway: ProcessFigures;
  /** Connections at the gateway's port. */
  readonly clientConnections: number;
  readonly server: ServerFigures;
}

/** Looks at both. */
export async function takeSnapshot(gateway: TestGateway, server: TestServer): Promise<Snapshot> {
  return {
    time: performance.now(),
    gateway: await processFigures(gateway.pid),
    clientConnections: await connectionsOf(gateway.port),
    server: await serverFigures(server),
  };
}

/** Percent of one processor that the gateway took from one moment to another. */
export function cpuPercent(from: Snapshot, to: Snapshot): number {
  return 100 * (to.gateway.cpuMS - from.gateway.cpuMS) / (to.time - from.time);
}
