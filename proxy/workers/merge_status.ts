import type { GatewayStatus, ServerStatus } from "../gateway_status.ts";
import { sum } from "./sum.ts";

/** What one worker says of a gateway. */
export interface StatusPart {
  readonly status: GatewayStatus;
  /** The client groups that the worker knows: the same client process may be connected to several. */
  readonly groups: readonly string[];
}

/** The figures of a gateway of all workers together. Servers come in the order in which they are found first. */
export function mergeStatus(parts: readonly StatusPart[]): GatewayStatus {
  const all = parts.map(({ status }) => status);
  const servers = Map.groupBy(all.flatMap((status) => status.servers), ({ address }) => address);
  return {
    clients: sum(all.map(({ clients }) => clients)),
    clientGroups: new Set(parts.flatMap(({ groups }) => groups)).size,
    cursors: sum(all.map(({ cursors }) => cursors)),
    transactions: sum(all.map(({ transactions }) => transactions)),
    servers: [...servers.values()].map(mergeServer),
    pinned: all.flatMap(({ pinned }) => pinned),
  };
}

/** Discovery is each worker's own; one that has not found the server yet says nothing of it. */
function mergeServer(parts: readonly ServerStatus[]): ServerStatus {
  const total = (key: Exclude<keyof ServerStatus, "address" | "type">) => sum(parts.map((part) => part[key]));
  const known = parts.find(({ type }) => type !== "Unknown") ?? parts[0]!;
  return {
    address: known.address,
    type: known.type,
    connections: total("connections"),
    available: total("available"),
    pending: total("pending"),
    waiting: total("waiting"),
    awaiting: total("awaiting"),
    awaitingQueue: total("awaitingQueue"),
  };
}
