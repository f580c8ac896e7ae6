import type { DriverEvent } from "../../driver/event.ts";
import type { CheckOutFailedReason } from "../../driver/pool/pool_event.ts";
import type { ServerDescription } from "../../driver/sdam/server_description.ts";
import type { TopologyDescription } from "../../driver/sdam/topology_description.ts";
import { advise } from "./advice.ts";
import { line, type LogLine } from "./log_line.ts";

/** Says what an operator should read about an event of discovery or of a pool; null where that is nothing. */
export function describeUpstreamEvent(event: DriverEvent): LogLine | null {
  switch (event.type) {
    // Once an operation or a heartbeat: figures, not lines.
    case "connectionCheckOutStarted":
    case "connectionCheckedOut":
    case "connectionCheckedIn":
    case "serverHeartbeatStarted":
    case "serverHeartbeatSucceeded":
      return null;
    case "connectionCheckOutFailed":
      return describeFailedCheckOut(event);
    case "connectionPoolCreated":
    case "connectionPoolReady":
    case "connectionPoolClosed":
      return line("debug", event.type, `The pool for ${event.address} is ${POOL_STATES[event.type]}`, {
        server: event.address,
      });
    case "connectionPoolCleared": {
      const { address: server, serviceId = null } = event;
      const message = `The connections to ${server} are given up after a failure; new ones follow when it answers`;
      return line("warn", event.type, message, { server, serviceId });
    }
    case "connectionCreated":
      return line("debug", event.type, `Connection ${event.connectionId} to ${event.address} is being opened`, {
        server: event.address,
        connectionId: event.connectionId,
      });
    case "connectionReady": {
      const { address: server, connectionId } = event;
      const durationMS = Math.round(event.durationMS);
      const message = `Connection ${connectionId} to ${server} is ready`;
      return line("debug", event.type, message, { server, connectionId, durationMS });
    }
    case "connectionClosed":
      return describeClosedConnection(event);
    case "topologyOpening":
    case "topologyClosed":
      return line("debug", event.type, `Discovery ${event.type === "topologyOpening" ? "starts" : "has ended"}`, {});
    case "topologyDescriptionChanged":
      return describeTopologyChange(event.previousDescription, event.newDescription);
    case "serverOpening":
      return line("info", event.type, `Server ${event.address} is watched`, { server: event.address });
    case "serverClosed":
      return line("info", event.type, `Server ${event.address} is no longer watched`, { server: event.address });
    case "serverDescriptionChanged":
      return describeServerChange(event.previousDescription, event.newDescription);
    case "serverHeartbeatFailed": {
      const { connectionId: server, failure, duration } = event;
      const message = `Server ${server} did not answer a check${advise(failure)}`;
      const durationMS = Math.round(duration);
      return line("debug", event.type, message, { server, durationMS, error: failure.message });
    }
  }
}

const POOL_STATES = {
  connectionPoolCreated: "set up",
  connectionPoolReady: "ready",
  connectionPoolClosed: "closed",
} as const;

type EventOf<Type extends DriverEvent["type"]> = Extract<DriverEvent, { readonly type: Type }>;

/** What a failed check-out means; null: its cause has a line of its own. */
const CHECK_OUT_FAILURES: Readonly<Record<CheckOutFailedReason, string | null>> = {
  timeout: "no connection came free in time; raise maxPoolSize in the URI, or --wait-timeout",
  queueFull: "too many commands wait already; raise maxPoolSize in the URI, or --max-waiting-requests",
  connectionError: "its connections are broken",
  poolClosed: null,
  cancelled: null,
};

function describeFailedCheckOut(event: EventOf<"connectionCheckOutFailed">): LogLine | null {
  const { type, address: server, reason, error } = event;
  const meaning = CHECK_OUT_FAILURES[reason];
  if (meaning === null) return null;
  const fields = { server, reason, durationMS: Math.round(event.durationMS), error: error?.message ?? null };
  return line("warn", type, `A command got no connection to ${server}: ${meaning}`, fields, `${server} ${reason}`);
}

function describeClosedConnection(event: EventOf<"connectionClosed">): LogLine {
  const { type, address: server, connectionId, reason, error } = event;
  const fields = { server, connectionId, reason, error: error?.message ?? null };
  const message = `Connection ${connectionId} to ${server} is closed${error === undefined ? "" : advise(error)}`;
  return reason === "error" ? line("warn", type, message, fields, server) : line("debug", type, message, fields);
}

function describeServerChange(before: ServerDescription, after: ServerDescription): LogLine | null {
  const event = "serverDescriptionChanged";
  const { address: server, type, setName, error } = after;
  const fields = { server, type, setName, previousType: before.type, error: error?.message ?? null };
  if (type === "Unknown" && error !== null) {
    return line("warn", event, `Server ${server} cannot be used${advise(error)}`, fields);
  }
  if (type === before.type) return null;
  const message = type === "Unknown"
    ? `Server ${server} must be checked before it is used again`
    : `Server ${server} is ${SERVER_TYPES[type]}`;
  return line("info", event, message, fields);
}

const SERVER_TYPES: Readonly<Record<Exclude<ServerDescription["type"], "Unknown">, string>> = {
  Standalone: "a standalone server",
  Mongos: "a mongos",
  RSPrimary: "the primary",
  RSSecondary: "a secondary",
  RSArbiter: "an arbiter",
  RSOther: "a member that cannot be read now",
  RSGhost: "not yet a member of its replica set",
  LoadBalancer: "a load balancer",
};

function describeTopologyChange(before: TopologyDescription, after: TopologyDescription): LogLine | null {
  const event = "topologyDescriptionChanged";
  const primary = primaryOf(after);
  const previousPrimary = primaryOf(before);
  const fields = { type: after.type, previousType: before.type, setName: after.setName, primary, previousPrimary };
  if (after.compatibilityError !== null && after.compatibilityError !== before.compatibilityError) {
    return line("error", event, "A server's version is not supported", { ...fields, error: after.compatibilityError });
  }
  const set = after.setName === null ? "The replica set" : `Replica set ${after.setName}`;
  if (primary !== null && primary !== previousPrimary) {
    return line("info", event, `${set} has its primary on ${primary}`, fields);
  }
  if (primary === null && previousPrimary !== null) {
    return line("warn", event, `${set} has no primary; writes wait for the election to end`, fields);
  }
  if (after.setName !== null && after.servers.size === 0 && before.servers.size > 0) {
    const message = `${set} has no servers: no host of the URI is a member of it; check hosts and replicaSet`;
    return line("warn", event, message, fields);
  }
  return after.type === before.type
    ? null
    : line("info", event, `The deployment is ${TOPOLOGY_TYPES[after.type]}`, fields);
}

const TOPOLOGY_TYPES: Readonly<Record<TopologyDescription["type"], string>> = {
  Single: "one server",
  ReplicaSetNoPrimary: "a replica set without a primary",
  ReplicaSetWithPrimary: "a replica set",
  Sharded: "a sharded cluster",
  LoadBalanced: "behind a load balancer",
  Unknown: "not known",
};

function primaryOf({ servers }: TopologyDescription): string | null {
  for (const { type, address } of servers.values()) if (type === "RSPrimary") return address;
  return null;
}
