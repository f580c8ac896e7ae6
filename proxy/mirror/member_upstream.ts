import { formatHostAddress, parseHostAddress } from "../../driver/address.ts";
import type { ConnectionString } from "../../driver/connection_string.ts";

/**
 * How long a command waits for a member that cannot be reached, in milliseconds: while a lost connection makes it be
 * checked again, not for its return, since clients can go to other members meanwhile.
 */
const SELECTION_TIMEOUT_MS = 2_000;

/**
 * The set behind a mirror, to be discovered and not to be used: no connections but those that watch. Members that are
 * named otherwise are seeds too.
 */
export function discoveryUpstream(seeds: ConnectionString, members: Iterable<string>): ConnectionString {
  const hosts = new Set([...seeds.hosts.map(formatHostAddress), ...members]);
  return {
    ...seeds,
    hosts: [...hosts].map(parseHostAddress),
    options: { ...seeds.options, directConnection: false, loadBalanced: false, minPoolSize: 0 },
  };
}

/** One member of a set, and nobody else. An arbiter has no users to log in as. */
export function memberUpstream(
  seeds: ConnectionString,
  member: string,
  { setName, isArbiter }: { readonly setName: string | null; readonly isArbiter: boolean },
): ConnectionString {
  return {
    ...seeds,
    scheme: "mongodb",
    hosts: [parseHostAddress(member)],
    srvHost: null,
    credentials: isArbiter ? null : seeds.credentials,
    options: {
      ...optionsOfConnections(seeds),
      ...setName === null ? {} : { replicaSet: setName },
      ...isArbiter ? { minPoolSize: 0 } : {},
      directConnection: true,
      serverSelectionTimeoutMS: Math.min(
        seeds.options.serverSelectionTimeoutMS ?? SELECTION_TIMEOUT_MS,
        SELECTION_TIMEOUT_MS,
      ),
    },
  };
}

/** Options besides those that are about finding servers. */
function optionsOfConnections({ options }: ConnectionString): ConnectionString["options"] {
  const { loadBalanced: _loadBalanced, srvMaxHosts: _srvMaxHosts, srvServiceName: _srvServiceName, ...rest } = options;
  return rest;
}
