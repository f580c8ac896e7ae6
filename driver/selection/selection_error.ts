import { MongoServerSelectionError } from "../error.ts";
import type { ServerDescription } from "../sdam/server_description.ts";
import type { TopologyDescription } from "../sdam/topology_description.ts";
import type { ReadPreference } from "./read_preference.ts";
import type { SelectionRequest } from "./selection_cache.ts";

/** The error of a selection that found nothing in `waitedMS`: the topology and what ails each server, in one line. */
export function selectionTimeoutError(
  topology: TopologyDescription,
  request: SelectionRequest,
  waitedMS: number,
): MongoServerSelectionError {
  return new MongoServerSelectionError(
    `No server suits ${describeRequest(request)} within ${waitedMS} ms: ${describeTopology(topology)}`,
    { cause: firstError(topology) },
  );
}

/**
 * One line on a topology, e.g.
 * `ReplicaSetNoPrimary "rs" with a:27017 RSSecondary, b:27017 Unknown (connection refused)`.
 */
function describeTopology(topology: TopologyDescription): string {
  const name = topology.setName === null ? "" : ` "${topology.setName}"`;
  const servers = [...topology.servers.values()].map(describeServer).join(", ");
  return `${topology.type}${name} with ${servers === "" ? "no servers" : servers}`;
}

function describeServer(server: ServerDescription): string {
  const error = server.error === null ? "" : ` (${oneLine(server.error.message)})`;
  return `${server.address} ${server.type}${error}`;
}

function describeRequest({ readPreference, isWrite }: SelectionRequest): string {
  return isWrite ? "a write" : `read preference ${describePreference(readPreference)}`;
}

function describePreference({ mode, tags, maxStalenessSeconds }: ReadPreference): string {
  const parts = [
    tags === undefined ? "" : `, tags ${JSON.stringify(tags)}`,
    maxStalenessSeconds === undefined ? "" : `, maxStalenessSeconds ${maxStalenessSeconds}`,
  ];
  return mode + parts.join("");
}

function firstError(topology: TopologyDescription): Error | undefined {
  return [...topology.servers.values()].find((server) => server.error !== null)?.error ?? undefined;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ");
}
