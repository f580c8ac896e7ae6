import type { ServerDescription } from "../sdam/server_description.ts";
import type { TopologyDescription } from "../sdam/topology_description.ts";

/** How often an idle primary writes to its oplog, so that secondaries' write dates mean something. */
const IDLE_WRITE_PERIOD_MS = 10_000;
const SMALLEST_MAX_STALENESS_SECONDS = 90;

/** Says why `maxStalenessSeconds` cannot be honoured with this heartbeat; `null` if it can. */
export function maxStalenessProblem(
  maxStalenessSeconds: number,
  heartbeatFrequencyMS: number,
): string | null {
  if (maxStalenessSeconds < SMALLEST_MAX_STALENESS_SECONDS) {
    return `maxStalenessSeconds is ${maxStalenessSeconds}, expected at least ${SMALLEST_MAX_STALENESS_SECONDS}`;
  }
  const least = (heartbeatFrequencyMS + IDLE_WRITE_PERIOD_MS) / 1000;
  return maxStalenessSeconds < least
    ? `maxStalenessSeconds is ${maxStalenessSeconds}, expected at least ${least}, which is heartbeatFrequencyMS and ${IDLE_WRITE_PERIOD_MS} ms`
    : null;
}

/** Keeps the servers that are at most `maxStalenessSeconds` behind (max staleness specification, "Client"). */
export function filterByStaleness(
  candidates: readonly ServerDescription[],
  topology: TopologyDescription,
  maxStalenessSeconds: number,
  heartbeatFrequencyMS: number,
): ServerDescription[] {
  const lagOf = lagEstimate(topology);
  const limit = maxStalenessSeconds * 1000;
  return candidates.filter((server) => server.type !== "RSSecondary" || lagOf(server) + heartbeatFrequencyMS <= limit);
}

function lagEstimate(topology: TopologyDescription): (server: ServerDescription) => number {
  const servers = [...topology.servers.values()];
  const primary = servers.find((server) => server.type === "RSPrimary");
  if (primary !== undefined) {
    return (server) => delayOfWrites(server) - delayOfWrites(primary);
  }
  const newest = Math.max(
    ...servers.filter((server) => server.type === "RSSecondary").map(lastWrite),
  );
  return (server) => newest - lastWrite(server);
}

function delayOfWrites(server: ServerDescription): number {
  return server.lastUpdateTime - lastWrite(server);
}

function lastWrite(server: ServerDescription): number {
  return server.lastWriteDate ?? 0;
}
