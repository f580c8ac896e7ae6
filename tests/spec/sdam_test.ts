import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type Document, EJSON } from "bson";
import { parseConnectionString } from "../../driver/connection_string.ts";
import { formatHostAddress } from "../../driver/address.ts";
import { MongoNetworkError, MongoNetworkTimeoutError, MongoServerError } from "../../driver/error.ts";
import type { Server } from "../../driver/sdam/server.ts";
import type { ServerDescription } from "../../driver/sdam/server_description.ts";
import type { TopologyDescription } from "../../driver/sdam/topology_description.ts";
import { parseTopologyVersion } from "../../driver/sdam/topology_version.ts";
import { FakeDeployment } from "../driver/sdam/fake_deployment.ts";
import { type SpecCase, specSuite } from "../support/spec_suite.ts";

const NEEDS_UNIFIED_RUNNER = "needs the unified test runner and the client's operations";

const UNIFIED_FILES = [
  "auth-misc-command-error",
  "auth-network-error",
  "auth-network-timeout-error",
  "backpressure-network-error-fail-replicaset",
  "backpressure-network-error-fail-single",
  "backpressure-network-timeout-fail-replicaset",
  "backpressure-network-timeout-fail-single",
  "backpressure-server-description-unchanged-on-min-pool-size-population-error",
  "find-network-timeout-error",
  "find-shutdown-error",
  "hello-timeout",
  "insert-shutdown-error",
  "interruptInUse-pool-clear",
  "logging-loadbalanced",
  "logging-replicaset",
  "logging-sharded",
  "logging-standalone",
  "minPoolSize-error",
  "pool-clear-application-error",
  "pool-clear-checkout-error",
  "pool-clear-min-pool-size-error",
  "pool-cleared-error",
  "rediscover-quickly-after-step-down",
  "replicaset-emit-topology-changed-before-close",
  "serverMonitoringMode",
  "sharded-emit-topology-changed-before-close",
  "standalone-emit-topology-changed-before-close",
];

specSuite("server-discovery-and-monitoring/tests", function* (file): Generator<SpecCase> {
  const json = file.json as Document;
  if (file.path.startsWith("unified/")) {
    for (const { description } of json.tests) yield { name: description, run: () => {} };
  } else {
    yield { name: json.description, run: () => runScenario(json, file.path.startsWith("single/")) };
  }
}, Object.fromEntries(UNIFIED_FILES.map((name) => [`unified/${name}.json`, NEEDS_UNIFIED_RUNNER])));

async function runScenario(scenario: Document, isSingle: boolean): Promise<void> {
  const { hosts, options } = parseConnectionString(scenario.uri);
  const isDirect = isSingle && options.directConnection === undefined && hosts.length === 1 &&
    options.replicaSet === undefined;
  await using deployment = new FakeDeployment(hosts.map(formatHostAddress), {
    ...options,
    ...(isDirect ? { directConnection: true } : {}),
  });
  for (const phase of scenario.phases) runPhase(deployment, phase);
}

function runPhase(deployment: FakeDeployment, phase: Document): void {
  for (const [address, response] of phase.responses ?? []) {
    const isKnown = deployment.topology.description.servers.has(address);
    if (Object.keys(response).length === 0) deployment.fail(address);
    else deployment.check(address, { ok: 0, maxWireVersion: 0, ...parse(response) });
    assert(isKnown || !deployment.topology.description.servers.has(address), "A removed server came back");
  }
  for (const error of phase.applicationErrors ?? []) applyError(deployment, error);
  const { events, ...outcome } = phase.outcome;
  if (events === undefined) assertTopology(deployment, outcome);
  else assertEvents(deployment, events);
}

function applyError({ topology }: FakeDeployment, failure: Document): void {
  const server = topology.server(failure.address)!;
  const handshakeFinished = failure.when === "afterHandshakeCompletes";
  const connection = { generation: failure.generation ?? server.pool.generation, handshakeFinished };
  if (failure.type !== "command") {
    const errorLabels = handshakeFinished ? [] : ["SystemOverloadedError", "RetryableError"];
    const NetworkError = failure.type === "timeout" ? MongoNetworkTimeoutError : MongoNetworkError;
    return server.handleNetworkError(new NetworkError("Connection failed", { errorLabels }), connection);
  }
  const reply = parse(failure.response);
  if (!handshakeFinished) return server.handleNetworkError(new MongoServerError(reply), connection);
  server.handleCommandError({
    code: reply.code ?? null,
    errmsg: reply.errmsg ?? null,
    writeConcernErrorCode: reply.writeConcernError?.code ?? null,
    topologyVersion: parseTopologyVersion(reply),
  }, connection);
}

function assertTopology({ topology }: FakeDeployment, expected: Document): void {
  const actual = topology.description;
  assertEquals(actual.type, expected.topologyType);
  assertEquals(actual.setName, expected.setName ?? null);
  assertEquals(actual.compatibilityError === null, expected.compatible ?? true);
  if ("logicalSessionTimeoutMinutes" in expected) {
    assertEquals(actual.logicalSessionTimeoutMinutes, expected.logicalSessionTimeoutMinutes);
  }
  if ("maxSetVersion" in expected) assertEquals(actual.maxSetVersion, expected.maxSetVersion);
  if ("maxElectionId" in expected) assertEquals(actual.maxElectionId, parse(expected).maxElectionId);
  assertEquals([...actual.servers.keys()].sort(), Object.keys(expected.servers).sort());
  for (const [address, server] of Object.entries(expected.servers)) {
    assertServer(topology.server(address)!, parse(server as Document));
  }
}

/** Fields that a server's expectation may have and that compare as they are. */
const COMPARED_FIELDS = [
  "setName",
  "setVersion",
  "electionId",
  "logicalSessionTimeoutMinutes",
  "minWireVersion",
  "maxWireVersion",
] as const;

/** What stands for "not known" where it is not null (SDAM, "ServerDescription"). */
const DEFAULTS: Readonly<Record<string, number>> = { minWireVersion: 0, maxWireVersion: 0 };

function assertServer({ description, pool }: Server, expected: Document): void {
  assertEquals(description.type, typeOf(expected.type));
  for (const field of COMPARED_FIELDS) {
    if (field in expected) assertEquals(description[field], expected[field] ?? DEFAULTS[field] ?? null, field);
  }
  if ("topologyVersion" in expected) {
    assertEquals(description.topologyVersion, parseTopologyVersion(expected));
  }
  if (expected.error) assertStringIncludes(description.error?.message ?? "", expected.error);
  if (expected.pool) assertEquals(pool.generation, expected.pool.generation);
}

/** Only a client with one thread needs to know which server to check first; here it is `Unknown` like others. */
function typeOf(type: string): string {
  return type === "PossiblePrimary" ? "Unknown" : type;
}

function assertEvents(deployment: FakeDeployment, expected: Document[]): void {
  const actual = deployment.events.splice(0);
  assertEquals(actual.map(({ type }) => type), expected.map(eventName).map(camelCased));
  for (const [index, wanted] of expected.entries()) {
    const { address, previousDescription, newDescription } = wanted[eventName(wanted)];
    const event = actual[index] as Document;
    assertEquals(event.address, address);
    assertDescription(event.previousDescription, previousDescription);
    assertDescription(event.newDescription, newDescription);
  }
}

function eventName(event: Document): string {
  return Object.keys(event)[0]!;
}

function camelCased(name: string): string {
  return name.replace(/_event$/, "").replaceAll(/_(\w)/g, (_, letter) => letter.toUpperCase());
}

function assertDescription(
  actual: ServerDescription | TopologyDescription | undefined,
  expected: Document | undefined,
): void {
  if (expected === undefined || actual === undefined) return assertEquals(actual, expected);
  if (!("servers" in actual)) return assertFields(actual, expected);
  const { topologyType, servers, ...rest } = expected;
  assertEquals(actual.type, topologyType);
  assertFields(actual, rest);
  assertEquals([...actual.servers.keys()], servers.map((server: Document) => server.address));
  for (const server of servers) {
    assertFields(actual.servers.get(server.address)!, { ...server, type: typeOf(server.type) });
  }
}

function assertFields(actual: object, expected: Document): void {
  const values = actual as Document;
  assertEquals(Object.fromEntries(Object.keys(expected).map((key) => [key, values[key]])), expected);
}

function parse(json: Document): Document {
  return EJSON.deserialize(json);
}
