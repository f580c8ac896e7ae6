import type { HostAddress } from "../../driver/address.ts";

/** Addresses that stand for every interface, and that nobody can connect to from elsewhere. */
const ALL_HOSTS: readonly string[] = ["0.0.0.0", "::"];

/**
 * What clients are told instead of an address that is listened on: `advertise` as the host if it is given, else the
 * machine's name where it is every interface that is listened on.
 */
export function advertisedAddress(
  listened: HostAddress,
  advertise: string | null,
  machine: () => string = Deno.hostname,
): HostAddress {
  if (listened.kind === "unix") return listened;
  const host = advertise ?? (ALL_HOSTS.includes(listened.host) ? machine() : listened.host);
  return { ...listened, host };
}
