import type { ObjectId } from "../../codec/bson_types.ts";
import { type ServerDescription, serverDescriptionsEqual, unknownServerDescription } from "./server_description.ts";

/** What kind of deployment this is, as far as is known. */
export type TopologyType =
  | "Single"
  | "ReplicaSetNoPrimary"
  | "ReplicaSetWithPrimary"
  | "Sharded"
  | "LoadBalanced"
  | "Unknown";

/** What is known of a deployment; a value that is replaced, never changed. */
export interface TopologyDescription {
  /** Decides which server types suit which read preference. */
  readonly type: TopologyType;
  /** Name of the replica set, asked for or discovered. */
  readonly setName: string | null;
  /** The greatest that a primary of the set had, with which an older primary is told; null if none had one. */
  readonly maxElectionId: ObjectId | null;
  /** The greatest set version that a primary had, compared together with the election id; null if none had one. */
  readonly maxSetVersion: number | null;
  /** By {@linkcode ServerDescription.address}. */
  readonly servers: ReadonlyMap<string, ServerDescription>;
  /** How many servers the client was told of at first; a standalone is believed only if it was the one. */
  readonly seedCount: number;
  /** Why our wire versions and a server's do not overlap; `null` while they all do. */
  readonly compatibilityError: string | null;
  /** The smallest of the data-bearing servers', `null` if one of them has none. */
  readonly logicalSessionTimeoutMinutes: number | null;
}

/** What decides how discovery starts. */
export interface InitialTopology {
  /** Addresses as `host:port` or socket paths, lower-cased. */
  readonly seeds: readonly string[];
  readonly replicaSet?: string;
  readonly directConnection?: boolean;
  readonly loadBalanced?: boolean;
}

/** The description before the first check (SDAM, "Initial TopologyDescription"). */
export function initialTopologyDescription(initial: InitialTopology): TopologyDescription {
  const servers = new Map(initial.seeds.map((seed) => [seed, unknownServerDescription(seed)]));
  return {
    ...emptyTopologyDescription(),
    type: initialType(initial),
    setName: initial.replicaSet ?? null,
    servers,
    seedCount: servers.size,
  };
}

/** The description of a deployment that was not opened, or was closed. */
export function emptyTopologyDescription(): TopologyDescription {
  return {
    type: "Unknown",
    setName: null,
    maxElectionId: null,
    maxSetVersion: null,
    servers: new Map(),
    seedCount: 0,
    compatibilityError: null,
    logicalSessionTimeoutMinutes: null,
  };
}

/** Equality as events need it. */
export function topologyDescriptionsEqual(a: TopologyDescription, b: TopologyDescription): boolean {
  return a.type === b.type && a.setName === b.setName && a.maxSetVersion === b.maxSetVersion &&
    a.maxElectionId?.toHexString() === b.maxElectionId?.toHexString() &&
    a.compatibilityError === b.compatibilityError &&
    a.logicalSessionTimeoutMinutes === b.logicalSessionTimeoutMinutes &&
    a.servers.size === b.servers.size &&
    [...a.servers.values()].every((server) => {
      const other = b.servers.get(server.address);
      return other !== undefined && serverDescriptionsEqual(server, other);
    });
}

function initialType({ directConnection, loadBalanced, replicaSet }: InitialTopology): TopologyType {
  if (loadBalanced) return "LoadBalanced";
  if (directConnection) return "Single";
  return replicaSet === undefined ? "Unknown" : "ReplicaSetNoPrimary";
}
