import type { ServerDescription } from "../../driver/sdam/server_description.ts";
import type { TopologyDescription } from "../../driver/sdam/topology_description.ts";

/** The members of a replica set, as far as its members tell. */
export interface SetMembers {
  /** Addresses as the set's configuration has them, in lower case, in its order. */
  readonly listed: readonly string[];
  /** Those that only vote. */
  readonly arbiters: ReadonlySet<string>;
  /** Null where no member says that it is. Where one does, whoever is not listed is no member, or a hidden one. */
  readonly primary: string | null;
}

/** Reads who the members are. A seed that nobody lists is none, or goes by another name in the set. */
export function setMembers({ servers }: TopologyDescription): SetMembers {
  const told = [...servers.values()];
  const primary = told.find(({ type }) => type === "RSPrimary");
  const sources = primary === undefined ? told : [primary];
  const listed = sources.flatMap(({ hosts, passives, arbiters }) => [...hosts, ...passives, ...arbiters]);
  return {
    listed: [...new Set(listed)].filter((address) => servers.has(address)),
    arbiters: new Set(sources.flatMap(({ arbiters }: ServerDescription) => arbiters)),
    primary: primary?.address ?? null,
  };
}
