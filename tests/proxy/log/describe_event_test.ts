import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { DriverEvent } from "../../../driver/event.ts";
import { MongoAuthError, MongoNetworkError, MongoNetworkTimeoutError } from "../../../driver/error.ts";
import { parseServerDescription, unknownServerDescription } from "../../../driver/sdam/server_description.ts";
import { initialTopologyDescription, type TopologyDescription } from "../../../driver/sdam/topology_description.ts";
import type { ClientCloseReason } from "../../../proxy/client/client_close_reason.ts";
import type { ClientId, GatewayEvent } from "../../../proxy/event.ts";
import { describeEvent } from "../../../proxy/log/describe_event.ts";
import type { LogLine } from "../../../proxy/log/log_line.ts";

const clientId = 7 as ClientId;
const remote = "10.0.0.1:5000";
const server = "db1:27017";
const address = "proxy:6000";
const refused = new MongoNetworkError("Cannot connect to db1:27017: Connection refused");

function lineOf(event: GatewayEvent): LogLine {
  const line = describeEvent(event);
  if (line === null) throw new Error(`No line for ${event.type}`);
  return line;
}

const upstream = (event: DriverEvent): GatewayEvent => ({ type: "upstream", event });

const LINES: readonly (readonly [
  event: GatewayEvent,
  level: LogLine["level"],
  message: string,
  fields: Record<string, unknown>,
])[] = [
  [{ type: "listening", address: "127.0.0.1:5" }, "info", "Clients can connect to 127.0.0.1:5", {
    address: "127.0.0.1:5",
  }],
  [
    { type: "listenerFailed", address: ":5", error: new Error("Too many open files (os error 24)") },
    "error",
    "raise the limit of open files",
    { address: ":5", error: "Too many open files (os error 24)" },
  ],
  [{ type: "clientOpened", clientId, remote }, "debug", "Client 7 connected from 10.0.0.1:5000", { clientId, remote }],
  [{ type: "clientRefused", remote, limit: "maxClients", allowed: 9 }, "warn", "raise --max-clients if", {
    remote,
    maxClients: 9,
  }],
  [
    { type: "clientRefused", remote, limit: "maxClientsPerHost", allowed: 2 },
    "warn",
    "2 are connected from 10.0.0.1; raise --max-clients-per-host",
    { remote, maxClientsPerHost: 2 },
  ],
  [{ type: "clientIdentified", clientId, application: "shop", driver: "nodejs 7" }, "debug", "Client 7 is shop", {
    clientId,
    application: "shop",
    driver: "nodejs 7",
  }],
  [
    { type: "clientIdentified", clientId, application: null, driver: null },
    "debug",
    "Client 7 is an application without a name",
    { clientId, application: null, driver: null },
  ],
  [
    {
      type: "commandRefused",
      clientId,
      command: "saslStart",
      code: 18,
      codeName: "AuthenticationFailed",
      message: "No",
    },
    "warn",
    "remove user name and password from the client's URI",
    { clientId, command: "saslStart", code: 18, codeName: "AuthenticationFailed", error: "No" },
  ],
  [
    {
      type: "commandRefused",
      clientId,
      command: "find",
      code: 462,
      codeName: "IngressRequestRateLimitExceeded",
      message: "Full",
    },
    "warn",
    "raise maxPoolSize in the URI, or --max-waiting-requests and --wait-timeout",
    { clientId, command: "find", code: 462, codeName: "IngressRequestRateLimitExceeded", error: "Full" },
  ],
  [
    { type: "commandRefused", clientId, command: "find", code: 6, codeName: "HostUnreachable", message: "Oh" },
    "warn",
    "Client 7 got an error for find",
    { clientId, command: "find", code: 6, codeName: "HostUnreachable", error: "Oh" },
  ],
  [
    { type: "commandAbandoned", clientId, command: "find", connectionId: 3, server, outcome: "drained" },
    "debug",
    "Client 7 left while find ran; its reply was read and dropped",
    { clientId, command: "find", connectionId: 3, server, outcome: "drained" },
  ],
  [
    { type: "commandAbandoned", clientId, command: "find", connectionId: 3, server, outcome: "closed" },
    "info",
    "Client 7 left while find ran; the server's connection was closed",
    { clientId, command: "find", connectionId: 3, server, outcome: "closed" },
  ],
  [
    { type: "commandAbandoned", clientId, command: "find", connectionId: 3, server, outcome: "timedOut" },
    "warn",
    "find of client 7 was not answered within --message-timeout; the server's connection was closed",
    { clientId, command: "find", connectionId: 3, server, outcome: "timedOut" },
  ],
  [
    { type: "pinned", clientId, connectionId: 3, server, reason: "cursor" },
    "debug",
    "Connection 3 to db1:27017 is held for client 7",
    { clientId, connectionId: 3, server, reason: "cursor" },
  ],
  [
    { type: "unpinned", clientId, connectionId: 3, server, reason: "cursor" },
    "debug",
    "Connection 3 to db1:27017 is no longer held for client 7",
    { clientId, connectionId: 3, server, reason: "cursor" },
  ],
  [
    { type: "orphansReleased", cursors: 2, transactions: 1, reason: "clientsGone" },
    "info",
    "2 cursors were killed and 1 transactions aborted: their clients are gone",
    { cursors: 2, transactions: 1, reason: "clientsGone" },
  ],
  [
    { type: "orphansReleased", cursors: 2, transactions: 1, reason: "limit" },
    "warn",
    "--max-cursors or --max-transactions is reached",
    { cursors: 2, transactions: 1, reason: "limit" },
  ],
  [{ type: "releaseFailed", server, error: refused }, "warn", "stay on db1:27017 until it forgets them", {
    server,
    error: refused.message,
  }],
  [{ type: "draining", clients: 9, busy: 2 }, "info", "2 of 9 clients have work in flight", { clients: 9, busy: 2 }],
  [{ type: "drained", cut: 0 }, "info", "All work in flight has ended", { cut: 0 }],
  [{ type: "drained", cut: 2 }, "warn", "2 clients were cut off; raise --drain-timeout", { cut: 2 }],
  [{ type: "memberAdded", member: server, address }, "info", `Member ${server} is reached at ${address}`, {
    member: server,
    address,
  }],
  [{ type: "memberRemoved", member: server, address }, "info", `${address} is kept for its return`, {
    member: server,
    address,
  }],
  [
    { type: "memberFailed", member: server, address, error: new Error("Address already in use (os error 98)") },
    "error",
    `Nobody can listen on ${address} for member ${server} at the moment; another process has this address`,
    { member: server, address, error: "Address already in use (os error 98)" },
  ],
  [{ type: "notOfSet", server, setName: null }, "warn", "is in no replica set, expected", { server, setName: null }],
  [{ type: "notOfSet", server, setName: "b" }, "warn", "a member of another replica set, b", { server, setName: "b" }],
  [{ type: "memberWithoutPort", member: server }, "warn", "add ports to --ports, or it to --map", { member: server }],
];

for (const [event, level, message, fields] of LINES) {
  Deno.test(`describeEvent() writes ${event.type} as ${level}: ${message}`, () => {
    const line = lineOf(event);
    assertEquals([line.level, line.event, line.fields], [level, event.type, fields as LogLine["fields"]]);
    assertStringIncludes(line.message, message);
  });
}

const CLOSES: Readonly<Record<ClientCloseReason, LogLine["level"]>> = {
  clientLeft: "debug",
  clientLeftBusy: "info",
  clientLost: "info",
  badMessage: "warn",
  replyLost: "warn",
  serverLost: "debug",
  stalled: "warn",
  idle: "info",
  shutdown: "debug",
  internalError: "error",
};

for (const [reason, level] of Object.entries(CLOSES) as [ClientCloseReason, LogLine["level"]][]) {
  Deno.test(`describeEvent() writes a close of reason ${reason} as ${level}`, () => {
    const line = lineOf({ type: "clientClosed", clientId, remote, reason, message: "Why", commands: 4 });
    assertEquals([line.level, line.fields], [level, { clientId, remote, reason, error: "Why", commands: 4 }]);
    assertMatch(line.message, /^Client 7 is gone: \w/);
  });
}

const QUIET: readonly DriverEvent[] = [
  { type: "connectionCheckOutStarted", address: server },
  { type: "connectionCheckedOut", address: server, connectionId: 1, durationMS: 1 },
  { type: "connectionCheckedIn", address: server, connectionId: 1 },
  { type: "connectionCheckOutFailed", address: server, reason: "poolClosed", durationMS: 1 },
  { type: "connectionCheckOutFailed", address: server, reason: "cancelled", durationMS: 1 },
  { type: "serverHeartbeatStarted", connectionId: server, awaited: true },
  { type: "serverHeartbeatSucceeded", connectionId: server, awaited: true, duration: 1, reply: { ok: 1 } },
];

for (const event of QUIET) {
  Deno.test(`describeEvent() writes nothing for ${event.type} ${"reason" in event ? event.reason : ""}`, () => {
    assertEquals(describeEvent(upstream(event)), null);
  });
}

const unknown = unknownServerDescription(server);
const failed = unknownServerDescription(server, { error: refused });
const member = (reply: Record<string, unknown>) =>
  parseServerDescription(server, { ok: 1, setName: "rs", ...reply }, 1);
const primary = member({ isWritablePrimary: true });
const secondary = member({ secondary: true });

function topology(description: Partial<TopologyDescription>, servers = [unknown]): TopologyDescription {
  return {
    ...initialTopologyDescription({ seeds: [] }),
    ...description,
    servers: new Map(servers.map((each) => [each.address, each])),
  };
}

const serverChange = (previousDescription: typeof unknown, newDescription: typeof unknown): DriverEvent => ({
  type: "serverDescriptionChanged",
  topologyId: 1,
  address: server,
  previousDescription,
  newDescription,
});
const topologyChange = (
  previousDescription: TopologyDescription,
  newDescription: TopologyDescription,
): DriverEvent => ({ type: "topologyDescriptionChanged", topologyId: 1, previousDescription, newDescription });
const elected = topology({ type: "ReplicaSetWithPrimary", setName: "rs" }, [primary]);
const electing = topology({ type: "ReplicaSetNoPrimary", setName: "rs" }, [secondary]);

const UPSTREAM_LINES: readonly (readonly [event: DriverEvent, level: LogLine["level"], message: string])[] = [
  [{ type: "connectionPoolCreated", address: server, options: {} }, "debug", "The pool for db1:27017 is set up"],
  [{ type: "connectionPoolReady", address: server }, "debug", "The pool for db1:27017 is ready"],
  [{ type: "connectionPoolClosed", address: server }, "debug", "The pool for db1:27017 is closed"],
  [
    { type: "connectionPoolCleared", address: server, interruptInUseConnections: true },
    "warn",
    "The connections to db1:27017 are given up after a failure",
  ],
  [
    { type: "connectionCreated", address: server, connectionId: 3 },
    "debug",
    "Connection 3 to db1:27017 is being opened",
  ],
  [
    { type: "connectionReady", address: server, connectionId: 3, durationMS: 2.4 },
    "debug",
    "Connection 3 to db1:27017 is ready",
  ],
  [
    { type: "connectionClosed", address: server, connectionId: 3, reason: "idle" },
    "debug",
    "Connection 3 to db1:27017 is closed",
  ],
  [
    {
      type: "connectionClosed",
      address: server,
      connectionId: 3,
      reason: "error",
      error: new MongoAuthError("Authentication failed", { code: 18 }),
    },
    "warn",
    "Connection 3 to db1:27017 is closed; check user name and password of the URI, and authSource",
  ],
  [
    { type: "connectionCheckOutFailed", address: server, reason: "timeout", durationMS: 9_999.7 },
    "warn",
    "raise maxPoolSize in the URI, or --wait-timeout",
  ],
  [
    { type: "connectionCheckOutFailed", address: server, reason: "queueFull", durationMS: 0 },
    "warn",
    "raise maxPoolSize in the URI, or --max-waiting-requests",
  ],
  [
    { type: "connectionCheckOutFailed", address: server, reason: "connectionError", durationMS: 0, error: refused },
    "warn",
    "its connections are broken",
  ],
  [{ type: "topologyOpening", topologyId: 1 }, "debug", "Discovery starts"],
  [{ type: "topologyClosed", topologyId: 1 }, "debug", "Discovery has ended"],
  [{ type: "serverOpening", topologyId: 1, address: server }, "info", "Server db1:27017 is watched"],
  [{ type: "serverClosed", topologyId: 1, address: server }, "info", "Server db1:27017 is no longer watched"],
  [
    {
      type: "serverHeartbeatFailed",
      connectionId: server,
      awaited: false,
      duration: 5,
      failure: new MongoNetworkTimeoutError("No connection to db1:27017 within 5 ms"),
    },
    "debug",
    "Server db1:27017 did not answer a check; check the network and firewalls",
  ],
  [
    serverChange(unknown, failed),
    "warn",
    "Server db1:27017 cannot be used; check that the server runs and listens there",
  ],
  [serverChange(primary, failed), "warn", "Server db1:27017 cannot be used"],
  [serverChange(primary, unknown), "info", "Server db1:27017 must be checked before it is used again"],
  [serverChange(unknown, primary), "info", "Server db1:27017 is the primary"],
  [serverChange(primary, secondary), "info", "Server db1:27017 is a secondary"],
  [topologyChange(topology({}), elected), "info", "Replica set rs has its primary on db1:27017"],
  [topologyChange(elected, electing), "warn", "Replica set rs has no primary; writes wait for the election to end"],
  [
    topologyChange(electing, topology({ type: "ReplicaSetNoPrimary", setName: "rs" }, [])),
    "warn",
    "Replica set rs has no servers: no host of the URI is a member of it; check hosts and replicaSet",
  ],
  [topologyChange(topology({}), topology({ type: "Sharded" })), "info", "The deployment is a sharded cluster"],
  [
    topologyChange(topology({}), topology({ compatibilityError: "Server at db1:27017 is too old" })),
    "error",
    "A server's version is not supported",
  ],
];

for (const [event, level, message] of UPSTREAM_LINES) {
  Deno.test(`describeEvent() writes ${event.type} as ${level}: ${message}`, () => {
    const line = lineOf(upstream(event));
    assertEquals([line.level, line.event], [level, event.type]);
    assertStringIncludes(line.message, message);
  });
}

Deno.test("describeEvent() writes events of a member's listener with its name, and each member's for itself", () => {
  const event: GatewayEvent = {
    type: "commandRefused",
    clientId,
    command: "find",
    code: 6,
    codeName: "X",
    message: "m",
  };
  const line = lineOf({ type: "member", member: server, event });
  const { repeatKey, ...own } = lineOf(event);
  assertEquals(line, { ...own, fields: { member: server, ...own.fields }, repeatKey: `${server} ${repeatKey}` });
  const quiet: GatewayEvent = { type: "drained", cut: 2 };
  assertEquals("repeatKey" in lineOf({ type: "member", member: server, event: quiet }), false);
  const nothing = upstream(QUIET[0]!);
  assertEquals(describeEvent({ type: "member", member: server, event: nothing }), null);
});

Deno.test("describeEvent() writes nothing for changes that nobody acts on", () => {
  assertEquals(describeEvent(upstream(serverChange(secondary, member({ secondary: true, setVersion: 2 })))), null);
  assertEquals(describeEvent(upstream(topologyChange(elected, { ...elected, maxSetVersion: 2 }))), null);
});

Deno.test("describeEvent() gives lines of an outage one key and others none", () => {
  const key = (event: GatewayEvent) => lineOf(event).repeatKey;
  const refusedCommand = (command: string): GatewayEvent => ({
    type: "commandRefused",
    clientId,
    command,
    code: 6,
    codeName: "HostUnreachable",
    message: "x",
  });
  assertEquals(key(refusedCommand("find")), key(refusedCommand("find")));
  assertEquals(key(refusedCommand("find")), "commandRefused find HostUnreachable");
  assertEquals(key(refusedCommand("insert")), "commandRefused insert HostUnreachable");
  assertEquals(key({ type: "drained", cut: 3 }), undefined);
  assertEquals(key(upstream(serverChange(primary, failed))), undefined);
});
