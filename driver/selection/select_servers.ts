import type { ServerDescription } from "../sdam/server_description.ts";
import type { TopologyDescription } from "../sdam/topology_description.ts";
import { inLatencyWindow } from "./latency_window.ts";
import { filterByStaleness, maxStalenessProblem } from "./max_staleness.ts";
import type { ReadPreference, TagSet } from "./read_preference.ts";

/** What decides about a selection besides the topology. */
export interface SelectionCriteria {
  readonly readPreference: ReadPreference;
  /** A write needs a primary, a mongos or the one server, whatever the read preference. @default {false} */
  readonly isWrite?: boolean;
  /** Addresses to choose only if nothing else suits. */
  readonly deprioritized?: ReadonlySet<string>;
  readonly localThresholdMS: number;
  readonly heartbeatFrequencyMS: number;
}

/** The servers to choose from at random: suitable and within the latency window. */
export function selectServers(
  topology: TopologyDescription,
  criteria: SelectionCriteria,
): ServerDescription[] {
  return inLatencyWindow(suitableServers(topology, criteria), criteria.localThresholdMS);
}

/** Says why no server will ever suit `criteria` in this topology; `null` if one may. */
export function selectionProblem(
  topology: TopologyDescription,
  criteria: Pick<SelectionCriteria, "readPreference" | "heartbeatFrequencyMS">,
): string | null {
  if (topology.compatibilityError !== null) return topology.compatibilityError;
  const { maxStalenessSeconds } = criteria.readPreference;
  if (maxStalenessSeconds === undefined || maxStalenessSeconds === -1) return null;
  return isReplicaSet(topology) ? maxStalenessProblem(maxStalenessSeconds, criteria.heartbeatFrequencyMS) : null;
}

/** The servers that suit, near or far (server selection specification, "Rules for server selection"). */
export function suitableServers(
  topology: TopologyDescription,
  criteria: SelectionCriteria,
): ServerDescription[] {
  if (selectionProblem(topology, criteria) !== null) return [];
  const all = [...topology.servers.values()];
  const { deprioritized } = criteria;
  if (deprioritized === undefined || deprioritized.size === 0) return byTopology(all, topology, criteria);
  const preferred = all.filter((server) => !deprioritized.has(server.address));
  const found = byTopology(preferred, topology, criteria);
  return found.length > 0 ? found : byTopology(all, topology, criteria);
}

function byTopology(
  servers: readonly ServerDescription[],
  topology: TopologyDescription,
  criteria: SelectionCriteria,
): ServerDescription[] {
  switch (topology.type) {
    case "Unknown":
      return [];
    case "Single":
    case "LoadBalanced":
      return servers.filter((server) => server.type !== "Unknown");
    case "Sharded":
      return ofType(servers, "Mongos");
    case "ReplicaSetNoPrimary":
    case "ReplicaSetWithPrimary":
      return criteria.isWrite ? ofType(servers, "RSPrimary") : byMode(servers, topology, criteria);
  }
}

function byMode(
  servers: readonly ServerDescription[],
  topology: TopologyDescription,
  criteria: SelectionCriteria,
): ServerDescription[] {
  const primary = ofType(servers, "RSPrimary");
  const eligible = (candidates: readonly ServerDescription[]) =>
    byTags(byStaleness(candidates, topology, criteria), criteria.readPreference.tags);
  const secondaries = () => eligible(ofType(servers, "RSSecondary"));
  switch (criteria.readPreference.mode) {
    case "primary":
      return primary;
    case "primaryPreferred":
      return primary.length > 0 ? primary : secondaries();
    case "secondary":
      return secondaries();
    case "secondaryPreferred": {
      const found = secondaries();
      return found.length > 0 ? found : primary;
    }
    case "nearest":
      return eligible([...ofType(servers, "RSSecondary"), ...primary]);
  }
}

function byStaleness(
  candidates: readonly ServerDescription[],
  topology: TopologyDescription,
  { readPreference: { maxStalenessSeconds = -1 }, heartbeatFrequencyMS }: SelectionCriteria,
): readonly ServerDescription[] {
  return maxStalenessSeconds > 0
    ? filterByStaleness(candidates, topology, maxStalenessSeconds, heartbeatFrequencyMS)
    : candidates;
}

function byTags(
  candidates: readonly ServerDescription[],
  tagSets: readonly TagSet[] = [],
): ServerDescription[] {
  if (tagSets.length === 0) return [...candidates];
  for (const tags of tagSets) {
    const matching = candidates.filter((server) => hasTags(server, tags));
    if (matching.length > 0) return matching;
  }
  return [];
}

function hasTags(server: ServerDescription, tags: TagSet): boolean {
  return Object.entries(tags).every(([name, value]) => server.tags[name] === value);
}

function ofType(
  servers: readonly ServerDescription[],
  type: ServerDescription["type"],
): ServerDescription[] {
  return servers.filter((server) => server.type === type);
}

function isReplicaSet(topology: TopologyDescription): boolean {
  return topology.type === "ReplicaSetNoPrimary" || topology.type === "ReplicaSetWithPrimary";
}
