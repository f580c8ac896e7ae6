import type { TestServer } from "../tests/support/mongod.ts";
import { WireClient } from "../tests/support/wire_client.ts";
import { GATEWAY_APP_NAME } from "./gateway_process.ts";

/** What a server says of itself. */
export interface ServerFigures {
  /** `host:port` */
  readonly name: string;
  readonly role: "primary" | "secondary" | "other";
  /** mongod's, e.g. `6.0.5`. */
  readonly version: string;
  /** `connections.current` of `serverStatus`. */
  readonly connections: number;
  /** How many of them `$currentOp` finds to be the gateway's. */
  readonly gatewayConnections: number;
}

/** Asks servers for their figures, each on a connection of its own. */
export class ServerWatch implements Disposable {
  readonly #clients: readonly (readonly [name: string, client: WireClient])[];

  private constructor(clients: readonly (readonly [string, WireClient])[]) {
    this.#clients = clients;
  }

  static async connect(servers: readonly TestServer[]): Promise<ServerWatch> {
    return new ServerWatch(
      await Promise.all(servers.map(async (server) => {
        return [`${server.host}:${server.port}`, await WireClient.connect(server)] as const;
      })),
    );
  }

  /** Asks all servers. */
  ask(): Promise<ServerFigures[]> {
    return Promise.all(this.#clients.map(async ([name, client]) => {
      const status = await client.command("admin", { serverStatus: 1, metrics: 0, wiredTiger: 0 });
      const { ismaster, isWritablePrimary = ismaster, secondary } = status.repl;
      return {
        name,
        role: isWritablePrimary ? "primary" : secondary ? "secondary" : "other",
        version: String(status.version),
        connections: Number(status.connections.current),
        gatewayConnections: await countGatewayConnections(client),
      };
    }));
  }

  [Symbol.dispose](): void {
    for (const [, client] of this.#clients) client.close();
  }
}

async function countGatewayConnections(client: WireClient): Promise<number> {
  const { cursor } = await client.command("admin", {
    aggregate: 1,
    pipeline: [
      { $currentOp: { allUsers: true, idleConnections: true } },
      { $match: { appName: GATEWAY_APP_NAME } },
      { $group: { _id: "$connectionId" } },
      { $count: "connections" },
    ],
    cursor: {},
    $readPreference: { mode: "nearest" },
  });
  return Number(cursor.firstBatch[0]?.connections ?? 0);
}
