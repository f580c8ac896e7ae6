import { assert, assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { ObjectId } from "bson";
import { MongoAPIError, MongoNetworkError, MongoServerSelectionError } from "../../../driver/error.ts";
import type { HostAddress } from "../../../driver/address.ts";
import { parseHostAddress } from "../../../driver/address.ts";
import type { SdamEvent } from "../../../driver/sdam/sdam_event.ts";
import { PRIMARY } from "../../../driver/selection/read_preference.ts";
import { EventLog } from "./event_log.ts";
import { FakeDeployment, member } from "./fake_deployment.ts";

const HOSTS = ["a:27017", "b:27017", "c:27017"];
const SECONDARY = { readPreference: { mode: "secondary" } } as const;

Deno.test("Topology discovers the members that the primary names", async () => {
  await using deployment = new FakeDeployment(["a"]);
  deployment.check("a:27017", member.primary(HOSTS));
  assertEquals(deployment.topology.servers.map(({ address }) => address), HOSTS);
  assertEquals(deployment.topology.description.type, "ReplicaSetWithPrimary");
  assertEquals(deployment.monitor("c:27017").calls, ["start"]);
});

Deno.test("Topology closes the server of a removed member", async () => {
  await using deployment = new FakeDeployment(["a", "b"]);
  const removed = deployment.topology.server("b:27017")!;
  deployment.check("a:27017", member.primary(["a:27017"]));
  assert(removed.isClosed);
  assertEquals(removed.pool.state, "closed");
  assertEquals(deployment.monitor("b:27017").calls, ["start", "stop"]);
  assertEquals(deployment.topology.server("b:27017"), null);
});

Deno.test("Topology readies the pool of a server before it can be selected", async () => {
  await using deployment = new FakeDeployment(["a"]);
  assertEquals(deployment.topology.server("a:27017")?.pool.state, "paused");
  const state = new Promise((resolve, reject) =>
    deployment.topology.select({ readPreference: PRIMARY }, {
      onServer: (server) => resolve(server.pool.state),
      onSelectionFailed: reject,
    })
  );
  deployment.check("a:27017", member.primary(["a:27017"]));
  assertEquals(await state, "ready");
});

Deno.test("Topology does not ready the pool of an arbiter, except for a direct connection", async () => {
  const arbiter = { arbiterOnly: true, setName: "rs", hosts: ["a:27017"] };
  await using deployment = new FakeDeployment(["a"]);
  deployment.check("a:27017", arbiter);
  assertEquals(deployment.topology.server("a:27017")?.pool.state, "paused");
  await using direct = new FakeDeployment(["a"], { directConnection: true });
  direct.check("a:27017", arbiter);
  assertEquals(direct.topology.trySelect({ readPreference: PRIMARY })?.pool.state, "ready");
});

Deno.test("Topology.trySelect() follows the primary", async () => {
  await using deployment = new FakeDeployment(["a", "b"], { replicaSet: "rs" });
  const hosts = ["a:27017", "b:27017"];
  deployment.check("a:27017", member.primary(hosts, { electionId: new ObjectId("000000000000000000000001") }));
  assertEquals(deployment.topology.trySelect({ readPreference: PRIMARY })?.address, "a:27017");
  deployment.check("b:27017", member.primary(hosts, { electionId: new ObjectId("000000000000000000000002") }));
  assertEquals(deployment.topology.trySelect({ readPreference: PRIMARY })?.address, "b:27017");
  deployment.fail("b:27017");
  assertEquals(deployment.topology.trySelect({ readPreference: PRIMARY }), null);
});

Deno.test("Topology.trySelect() takes the server with fewer operations of two", async () => {
  await using deployment = new FakeDeployment(HOSTS, { replicaSet: "rs", random: () => 0 });
  deployment.check("a:27017", member.primary(HOSTS));
  deployment.check("b:27017", member.secondary(HOSTS, { me: "b:27017" }));
  deployment.check("c:27017", member.secondary(HOSTS, { me: "c:27017" }));
  const busy = deployment.topology.trySelect(SECONDARY)!;
  busy.pool.checkOut({ onConnection: () => {}, onCheckOutFailed: () => {} });
  const free = deployment.topology.trySelect(SECONDARY)!;
  assert(free.address !== busy.address);
  assertEquals(
    deployment.topology.trySelect({ ...SECONDARY, deprioritized: new Set([free.address]) })?.address,
    busy.address,
  );
});

Deno.test("Topology.trySelect() sends a write to the primary whatever the read preference", async () => {
  await using deployment = new FakeDeployment(HOSTS, { replicaSet: "rs" });
  deployment.check("a:27017", member.primary(HOSTS));
  deployment.check("b:27017", member.secondary(HOSTS, { me: "b:27017" }));
  assertEquals(deployment.topology.trySelect(SECONDARY)?.address, "b:27017");
  assertEquals(deployment.topology.trySelect({ ...SECONDARY, isWrite: true })?.address, "a:27017");
});

Deno.test("Topology.select() asks for checks while it waits", async () => {
  await using deployment = new FakeDeployment(["a", "b"], { replicaSet: "rs" });
  const selected = deployment.topology.selectServer({ readPreference: PRIMARY });
  assertEquals(deployment.monitor("b:27017").calls, ["start", "requestCheck"]);
  deployment.check("a:27017", member.secondary(["a:27017", "b:27017"]));
  assertEquals(deployment.monitor("b:27017").calls, ["start", "requestCheck", "requestCheck"]);
  deployment.check("b:27017", member.primary(["a:27017", "b:27017"]));
  assertEquals((await selected).address, "b:27017");
  assertEquals(deployment.monitor("a:27017").calls.length, 3);
});

Deno.test("Topology.select() fails after serverSelectionTimeoutMS and says what ails each server", async () => {
  await using deployment = new FakeDeployment(["a", "b"], { replicaSet: "rs", serverSelectionTimeoutMS: 1 });
  deployment.check("a:27017", member.secondary(["a:27017", "b:27017"]));
  deployment.fail("b:27017", new MongoNetworkError("Connection\nrefused"));
  const error = await assertRejects(
    () => deployment.topology.selectServer({ readPreference: PRIMARY }),
    MongoServerSelectionError,
  );
  assertEquals(
    error.message,
    "No server suits read preference primary within 1 ms: " +
      'ReplicaSetNoPrimary "rs" with a:27017 RSSecondary, b:27017 Unknown (Connection refused)',
  );
});

Deno.test("Topology.select() fails at once where no server can ever suit", async () => {
  await using deployment = new FakeDeployment(["a"], { replicaSet: "rs" });
  const tooFresh = { readPreference: { mode: "secondary", maxStalenessSeconds: 1 } } as const;
  await assertRejects(() => deployment.topology.selectServer(tooFresh), MongoServerSelectionError, "at least 90");
  deployment.check("a:27017", member.primary(["a:27017"], { maxWireVersion: 5 }));
  await assertRejects(
    () => deployment.topology.selectServer({ readPreference: PRIMARY }),
    MongoServerSelectionError,
    "a:27017 reports wire version 5",
  );
});

Deno.test("Topology.selectServer() refuses a read preference that contradicts itself", async () => {
  await using deployment = new FakeDeployment(["a"]);
  const contradiction = { readPreference: { mode: "primary", tags: [{ dc: "x" }] } } as const;
  await assertRejects(() => deployment.topology.selectServer(contradiction), MongoAPIError, "tags");
});

Deno.test("Topology.cancelSelection() leaves the others waiting", async () => {
  await using deployment = new FakeDeployment(["a"]);
  const answers: string[] = [];
  const waiter = (name: string) => ({
    onServer: () => void answers.push(name),
    onSelectionFailed: () => void answers.push(`${name} failed`),
  });
  const [first, second] = [waiter("first"), waiter("second")];
  deployment.topology.select({ readPreference: PRIMARY }, first);
  deployment.topology.select({ readPreference: PRIMARY }, second);
  deployment.topology.cancelSelection(first);
  deployment.check("a:27017", member.primary(["a:27017"]));
  assertEquals(answers, ["second"]);
});

Deno.test("Topology.close() fails the waiters, closes the pools and tells it in order", async () => {
  const deployment = new FakeDeployment(["a"]);
  const selected = assertRejects(
    () => deployment.topology.selectServer({ readPreference: PRIMARY }),
    MongoServerSelectionError,
    "The topology is closed",
  );
  const server = deployment.topology.server("a:27017")!;
  deployment.events.length = 0;
  await deployment.topology.close();
  await selected;
  assertEquals(server.pool.state, "closed");
  assertEquals(deployment.events.map(({ type }) => type), [
    "serverClosed",
    "topologyDescriptionChanged",
    "topologyClosed",
  ]);
  await assertRejects(() => deployment.topology.selectServer({ readPreference: PRIMARY }), MongoServerSelectionError);
});

Deno.test("Topology ignores a check that is older than what it knows", async () => {
  const processId = new ObjectId();
  const at = (counter: bigint) => ({ topologyVersion: { processId, counter } });
  await using deployment = new FakeDeployment(["a"], { replicaSet: "rs" });
  deployment.check("a:27017", member.secondary(["a:27017"], at(2n)));
  deployment.check("a:27017", member.primary(["a:27017"], at(1n)));
  assertEquals(deployment.topology.description.type, "ReplicaSetNoPrimary");
});

Deno.test("Server.handleCommandError() marks a server that is not primary Unknown and keeps its pool", async () => {
  await using deployment = new FakeDeployment(["a"], { replicaSet: "rs" });
  deployment.check("a:27017", member.primary(["a:27017"]));
  const server = deployment.topology.server("a:27017")!;
  const failure = { code: 10107, errmsg: "not primary", topologyVersion: null };
  server.handleCommandError(failure, { generation: 0 });
  assertEquals(server.description.type, "Unknown");
  assertStringIncludes(server.description.error?.message ?? "", "not primary");
  assertEquals(server.pool.generation, 0);
  assertEquals(deployment.monitor("a:27017").calls, ["start", "requestCheck"]);
});

Deno.test("Server.handleCommandError() clears the pool of a server that shuts down, told by a write concern error too", async () => {
  await using deployment = new FakeDeployment(["a"], { replicaSet: "rs" });
  deployment.check("a:27017", member.primary(["a:27017"]));
  const server = deployment.topology.server("a:27017")!;
  const failure = { code: null, errmsg: null, writeConcernErrorCode: 91, topologyVersion: null };
  server.handleCommandError(failure, { generation: 0 });
  assertEquals(server.pool.generation, 1);
  // The same outage again, told by another connection of that time.
  deployment.check("a:27017", member.primary(["a:27017"]));
  server.handleCommandError(failure, { generation: 0 });
  assertEquals(server.pool.generation, 1);
  assertEquals(server.description.type, "RSPrimary");
});

Deno.test("Server.handleCommandError() ignores other errors", async () => {
  await using deployment = new FakeDeployment(["a"], { replicaSet: "rs" });
  deployment.check("a:27017", member.primary(["a:27017"]));
  const server = deployment.topology.server("a:27017")!;
  server.handleCommandError({ code: 11000, errmsg: "not master of duplicates", topologyVersion: null }, {
    generation: 0,
  });
  assertEquals(server.description.type, "RSPrimary");
});

Deno.test("Server.handleNetworkError() marks the server Unknown, clears its pool and cancels the check", async () => {
  await using deployment = new FakeDeployment(["a"], { replicaSet: "rs" });
  deployment.check("a:27017", member.primary(["a:27017"]));
  const server = deployment.topology.server("a:27017")!;
  server.handleNetworkError(new MongoNetworkError("Reset"), { generation: 0 });
  assertEquals(server.description.type, "Unknown");
  assertEquals(server.pool.state, "paused");
  assertEquals(deployment.monitor("a:27017").calls, ["start", "cancelCheck"]);
});

Deno.test("Server.handleNetworkError() leaves those who wait a check that comes soon", async () => {
  await using deployment = new FakeDeployment(["a"], { replicaSet: "rs" });
  deployment.check("a:27017", member.primary(["a:27017"]));
  const selected = deployment.topology.selectServer(SECONDARY);
  deployment.topology.server("a:27017")!.handleNetworkError(new MongoNetworkError("Reset"), { generation: 0 });
  assertEquals(deployment.monitor("a:27017").calls, ["start", "requestCheck", "cancelCheck", "requestCheck"]);
  deployment.check("a:27017", member.secondary(["a:27017"]));
  await selected;
});

Deno.test("Server clears its pool when a connection cannot authenticate, and not when the server is overloaded", async () => {
  await using deployment = new FakeDeployment(["a"], { replicaSet: "rs" });
  deployment.check("a:27017", member.primary(["a:27017"]));
  const server = deployment.topology.server("a:27017")!;
  const connection = { generation: 0, handshakeFinished: false };
  const overloaded = new MongoNetworkError("Reset", { errorLabels: ["SystemOverloadedError"] });
  server.handleNetworkError(overloaded, connection);
  assertEquals(server.pool.generation, 0);
  server.handleNetworkError(new MongoNetworkError("Reset"), connection);
  assertEquals(server.pool.generation, 1);
});

Deno.test("Server of a load balancer stays, and only the service's connections are cleared", async () => {
  await using deployment = new FakeDeployment(["a"], { loadBalanced: true });
  const server = deployment.topology.trySelect({ readPreference: PRIMARY })!;
  assertEquals(server.description.type, "LoadBalancer");
  server.handleNetworkError(new MongoNetworkError("Reset"), { generation: 0, serviceId: "s1" });
  assertEquals(server.description.type, "LoadBalancer");
  assertEquals(server.pool.state, "ready");
  server.handleNetworkError(new MongoNetworkError("Reset"), { generation: 0, handshakeFinished: false });
  assertEquals(server.pool.state, "ready");
});

Deno.test("Topology follows SRV records until it knows that it is no sharded cluster", async () => {
  let hosts: HostAddress[] = [parseHostAddress("a"), parseHostAddress("b")];
  const events = new EventLog<SdamEvent>();
  await using deployment = new FakeDeployment(["a"], {
    pollSrv: () => Promise.resolve(hosts),
    rescanSrvIntervalMS: 1,
    onEvent: (event) => events.push(event as SdamEvent),
  });
  await events.next("serverOpening", ({ address }) => address === "b:27017");
  hosts = [parseHostAddress("b")];
  await events.next("serverClosed", ({ address }) => address === "a:27017");
  assertEquals(deployment.topology.servers.map(({ address }) => address), ["b:27017"]);
});

Deno.test("Topology survives SRV look-ups that fail", async () => {
  let attempts = 0;
  const events = new EventLog<SdamEvent>();
  await using _deployment = new FakeDeployment(["a"], {
    pollSrv: () => ++attempts === 1 ? Promise.reject(new Error("No DNS")) : Promise.resolve([parseHostAddress("b")]),
    rescanSrvIntervalMS: 1,
    heartbeatFrequencyMS: 500,
    onEvent: (event) => events.push(event as SdamEvent),
  });
  await events.next("serverOpening", ({ address }) => address === "b:27017");
  assertEquals(attempts, 2);
});

Deno.test("Topology refuses options that do not go together", () => {
  const construct = (seeds: string[], options: object) => () => void new FakeDeployment(seeds, options);
  assertThrows(construct([], {}), MongoAPIError, "No seed");
  assertThrows(construct(["a", "b"], { directConnection: true }), MongoAPIError, "directConnection");
  assertThrows(construct(["a", "b"], { loadBalanced: true }), MongoAPIError, "loadBalanced");
  assertThrows(construct(["a"], { loadBalanced: true, replicaSet: "rs" }), MongoAPIError, "replicaSet");
  assertThrows(construct(["a"], { heartbeatFrequencyMS: 499 }), MongoAPIError, "at least 500");
});
