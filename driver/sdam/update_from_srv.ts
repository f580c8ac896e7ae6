import { unknownServerDescription } from "./server_description.ts";
import type { TopologyDescription } from "./topology_description.ts";

/** Says whether SRV records still decide which servers there are: only until a replica set or a standalone is found. */
export function followsSrvRecords(topology: TopologyDescription): boolean {
  return topology.type === "Unknown" || topology.type === "Sharded";
}

/**
 * Takes in the hosts of the SRV records: servers without a record go, new hosts come, at most `srvMaxHosts` in all
 * (0 means any number), chosen by `random` (polling SRV records specification).
 */
export function updateFromSrv(
  topology: TopologyDescription,
  hosts: readonly string[],
  srvMaxHosts = 0,
  random: () => number = Math.random,
): TopologyDescription {
  if (hosts.length === 0 || !followsSrvRecords(topology)) return topology;
  const kept = [...topology.servers].filter(([address]) => hosts.includes(address));
  const added = hosts.filter((host) => !topology.servers.has(host));
  const room = srvMaxHosts === 0 ? added.length : Math.max(0, srvMaxHosts - kept.length);
  const chosen = room < added.length ? shuffled(added, random).slice(0, room) : added;
  return {
    ...topology,
    servers: new Map([
      ...kept,
      ...chosen.map((host) => [host, unknownServerDescription(host)] as const),
    ]),
  };
}

/** Fisher and Yates's shuffle. */
function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const result = [...items];
  for (let last = result.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [result[last], result[other]] = [result[other]!, result[last]!];
  }
  return result;
}
