import type { TestServer } from "../../tests/support/mongod.ts";
import { WireClient } from "../../tests/support/wire_client.ts";

/** What the server itself counts. */
export interface ServerFigures {
  /** Connections, the one that asks included. */
  readonly connections: number;
  readonly cursors: number;
  readonly transactions: number;
}

/** Asks the server on a connection of its own. */
export async function serverFigures(server: TestServer): Promise<ServerFigures> {
  using admin = await WireClient.connect(server);
  const { connections, metrics, transactions } = await admin.command("admin", { serverStatus: 1 });
  return {
    connections: connections.current,
    cursors: metrics.cursor.open.total,
    transactions: transactions.currentOpen,
  };
}
