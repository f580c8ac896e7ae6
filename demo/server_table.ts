import type { ServerRow } from "./picture.ts";
import type { ServerFigures } from "./server_watch.ts";

/** What the demo does with the servers: nothing, direct connections, or the gateway's. */
export type Phase = "idle" | "without" | "withGateway";

/** The most connections that each server had in each phase. */
export class ServerTable {
  readonly #rows = new Map<string, ServerRow>();
  #version = "";

  get rows(): readonly ServerRow[] {
    return [...this.#rows.values()];
  }

  /** The most connections that the gateway had to any one server. */
  get upstream(): number {
    return Math.max(0, ...this.rows.map(({ gatewayConnections }) => gatewayConnections ?? 0));
  }

  /** mongod's. */
  get version(): string {
    return this.#version;
  }

  /** Takes down what the servers say. */
  record(phase: Phase, servers: readonly ServerFigures[]): void {
    for (const { name, role, version, connections, gatewayConnections } of servers) {
      this.#version = version;
      const row = this.#rows.get(name) ?? emptyRow(name);
      const counted = { ...row, role, [phase]: Math.max(row[phase] ?? 0, connections) };
      this.#rows.set(
        name,
        phase !== "withGateway"
          ? counted
          : { ...counted, gatewayConnections: Math.max(row.gatewayConnections ?? 0, gatewayConnections) },
      );
    }
  }
}

function emptyRow(name: string): ServerRow {
  return { name, role: "", idle: 0, without: null, withGateway: null, gatewayConnections: null };
}
