import type { Server, Topology } from "../driver/sdam/topology.ts";
import type { AwaitLane } from "./await_lane.ts";
import type { ClientGroups } from "./client_group.ts";
import type { ClientId } from "./event.ts";
import type { PinReason } from "./pin_reason.ts";
import type { Pins } from "./pins.ts";

/** A gateway in figures. */
export interface GatewayStatus {
  readonly clients: number;
  /** Client processes, as far as their connections can be told apart. */
  readonly clientGroups: number;
  readonly cursors: number;
  readonly transactions: number;
  readonly servers: readonly ServerStatus[];
  /** Every connection that is held for one client, and why. */
  readonly pinned: readonly PinStatus[];
}

export interface ServerStatus {
  readonly address: string;
  readonly type: string;
  /** Connections open, of them unused, and being opened. */
  readonly connections: number;
  readonly available: number;
  readonly pending: number;
  /** Commands that wait for a connection. */
  readonly waiting: number;
  /** Commands that wait for data at the server, and those that wait to be let there. */
  readonly awaiting: number;
  readonly awaitingQueue: number;
}

export interface PinStatus {
  readonly server: string;
  readonly connectionId: number;
  readonly clientId: ClientId;
  readonly reason: PinReason;
}

/** Gathers the figures. */
export function gatewayStatus(
  clients: number,
  groups: ClientGroups,
  topology: Topology,
  pins: Pins,
  lanes: ReadonlyMap<Server, AwaitLane>,
): GatewayStatus {
  return {
    clients,
    clientGroups: groups.size,
    cursors: pins.cursors.size,
    transactions: pins.transactions.size,
    servers: topology.servers.map((server) => serverStatus(server, lanes.get(server))),
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
