import type { Server, Topology } from "../driver/sdam/topology.ts";
import type { AwaitLane } from "./exchange/await_lane.ts";
import type { AwaitLanes } from "./exchange/await_lanes.ts";
import type { ClientGroups } from "./client/client_group.ts";
import type { ClientId } from "./event.ts";
import type { PinReason } from "./pins/pin_reason.ts";
import type { Pins } from "./pins/pins.ts";

/** A gateway in figures. */
export interface GatewayStatus {
  /** Client connections. */
  readonly clients: number;
  /** Client processes, as far as their connections can be told apart. */
  readonly clientGroups: number;
  /** Open cursors whose server is remembered. */
  readonly cursors: number;
  /** Open transactions whose server is remembered. */
  readonly transactions: number;
  /** All servers of the deployment, those that cannot be reached included. */
  readonly servers: readonly ServerStatus[];
  /** Every connection that is held for one client, and why. */
  readonly pinned: readonly PinStatus[];
}

/** One server and the gateway's connections to it, in figures. */
export interface ServerStatus {
  /** `host:port` or a socket's path, as the deployment names it. */
  readonly address: string;
  /** What discovery takes it for, a `ServerType` of the driver. */
  readonly type: string;
  /** Connections open or being opened. */
  readonly connections: number;
  /** Connections open and unused. */
  readonly available: number;
  /** Connections being opened. */
  readonly pending: number;
  /** Commands that wait for a connection. */
  readonly waiting: number;
  /** `getMore`s of change streams and tailable cursors that wait for data at the server. */
  readonly awaiting: number;
  /** Such `getMore`s that wait until one of those is through. */
  readonly awaitingQueue: number;
}

/** One upstream connection that is held for one client. */
export interface PinStatus {
  /** Address of the connection's server. */
  readonly server: string;
  /** Number of the connection in its server's pool, as in the log. */
  readonly connectionId: number;
  /** Number of the client connection, as in the log. */
  readonly clientId: ClientId;
  /** What keeps it pinned. */
  readonly reason: PinReason;
}

/** Gathers the figures. */
export function gatewayStatus(
  clients: number,
  groups: ClientGroups,
  topology: Topology,
  pins: Pins,
  lanes: Pick<AwaitLanes, "find">,
): GatewayStatus {
  return {
    clients,
    clientGroups: groups.size,
    cursors: pins.cursors.size,
    transactions: pins.transactions.size,
    servers: topology.servers.map((server) => serverStatus(server, lanes.find(server))),
    pinned: pins.connections.list().map((pin) => ({
      server: pin.server.address,
      connectionId: pin.connection.id,
      clientId: pin.clientId,
      reason: pin.reason,
    })),
  };
}

function serverStatus(server: Server, lane: AwaitLane | undefined): ServerStatus {
  const { pool, address, description } = server;
  return {
    address,
    type: description.type,
    connections: pool.totalConnectionCount,
    available: pool.availableConnectionCount,
    pending: pool.pendingConnectionCount,
    waiting: pool.waitQueueSize,
    awaiting: lane?.inside ?? 0,
    awaitingQueue: lane?.waiting ?? 0,
  };
}
