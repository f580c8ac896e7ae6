import type { ServerDescription } from "../sdam/server_description.ts";

/** Keeps the servers that are at most `localThresholdMS` slower than the fastest. */
export function inLatencyWindow(
  servers: readonly ServerDescription[],
  localThresholdMS: number,
): ServerDescription[] {
  const fastest = Math.min(...servers.map(roundTripTime));
  return servers.filter((server) => roundTripTime(server) <= fastest + localThresholdMS);
}

function roundTripTime(server: ServerDescription): number {
  return server.roundTripTime ?? 0;
}
