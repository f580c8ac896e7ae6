import { formatHostAddress, type HostAddress } from "../../driver/address.ts";
import type { MirrorConfig } from "./mirror_config.ts";

/** Where each member's listener is, in the order in which they were found; null for a member that got no port. */
export type MemberPorts = ReadonlyMap<string, HostAddress | null>;

/** The ports before any member is found: those of the members that were named to the proxy. */
export function mappedPorts({ map }: Pick<MirrorConfig, "map">): MemberPorts {
  return new Map(map);
}

/**
 * Gives every member that has no port yet the next free one. Nobody's port is ever given to somebody else, since clients
 * may still take it for that member's.
 */
export function assignPorts(
  known: MemberPorts,
  members: readonly string[],
  { listenHost, ports }: Pick<MirrorConfig, "listenHost" | "ports">,
): MemberPorts {
  const taken = new Set([...known.values()].flatMap((address) => address === null ? [] : formatHostAddress(address)));
  const free = ports.map((port): HostAddress => ({ kind: "tcp", host: listenHost, port }))
    .filter((address) => !taken.has(formatHostAddress(address))).values();
  const found = [...new Set(members)].filter((member) => !known.has(member));
  return new Map([...known, ...found.map((member) => [member, free.next().value ?? null] as const)]);
}
