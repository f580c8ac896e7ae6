import { assertEquals, assertThrows } from "@std/assert";
import { type Document, EJSON } from "bson";
import { MongoAPIError } from "../../driver/error.ts";
import { type ReadPreference, validateReadPreference } from "../../driver/selection/read_preference.ts";
import {
  type SelectionCriteria,
  selectionProblem,
  selectServers,
  suitableServers,
} from "../../driver/selection/select_servers.ts";
import { type ServerDescription, unknownServerDescription } from "../../driver/sdam/server_description.ts";
import { emptyTopologyDescription, type TopologyDescription } from "../../driver/sdam/topology_description.ts";

const MODES = ["primary", "primaryPreferred", "secondary", "secondaryPreferred", "nearest"] as const;

/** Runs a case of the server selection and max staleness specifications, whose format is one. */
export function runSelectionCase(test: Document): void {
  const topology = topologyOf(test.topology_description);
  const criteria = criteriaOf(test);
  if (test.error) return assertRefused(topology, criteria);
  assertEquals(addresses(suitableServers(topology, criteria)), addresses(test.suitable_servers));
  assertEquals(addresses(selectServers(topology, criteria)), addresses(test.in_latency_window));
}

/** Builds the topology that a case describes. */
export function topologyOf({ type, servers }: Document): TopologyDescription {
  const descriptions: ServerDescription[] = EJSON.deserialize(servers).map(serverOf);
  return {
    ...emptyTopologyDescription(),
    type,
    servers: new Map(descriptions.map((server) => [server.address, server])),
  };
}

function serverOf(server: Document): ServerDescription {
  return {
    ...unknownServerDescription(server.address),
    // A server that only is said to be primary was never reached.
    type: server.type === "PossiblePrimary" ? "Unknown" : server.type,
    roundTripTime: server.avg_rtt_ms ?? null,
    tags: server.tags ?? {},
    lastUpdateTime: server.lastUpdateTime ?? 0,
    lastWriteDate: server.lastWrite === undefined ? null : Number(server.lastWrite.lastWriteDate),
    maxWireVersion: server.maxWireVersion ?? 21,
  };
}

function criteriaOf(test: Document): SelectionCriteria {
  return {
    readPreference: readPreferenceOf(test.read_preference ?? {}),
    isWrite: test.operation === "write",
    deprioritized: new Set(addresses(test.deprioritized_servers ?? [])),
    localThresholdMS: 15,
    heartbeatFrequencyMS: test.heartbeatFrequencyMS ?? 10_000,
  };
}

function readPreferenceOf({ mode = "primary", tag_sets, maxStalenessSeconds }: Document): ReadPreference {
  return {
    mode: MODES.find((known) => known.toLowerCase() === mode.toLowerCase())!,
    ...(tag_sets === undefined ? {} : { tags: tag_sets }),
    ...(maxStalenessSeconds === undefined ? {} : { maxStalenessSeconds }),
  };
}

function assertRefused(topology: TopologyDescription, criteria: SelectionCriteria): void {
  assertThrows(() => {
    validateReadPreference(criteria.readPreference);
    const problem = selectionProblem(topology, criteria);
    if (problem !== null) throw new MongoAPIError(problem);
  }, MongoAPIError);
}

function addresses(servers: readonly { readonly address: string }[]): string[] {
  return servers.map(({ address }) => address).sort();
}
