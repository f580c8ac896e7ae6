import type { HostAddress } from "../../driver/address.ts";
import type { ConnectionString } from "../../driver/connection_string.ts";
import type { GatewayConfig } from "../gateway_config.ts";

/** One replica set, and the listeners that stand for its members. */
export interface MirrorConfig {
  /** Name for logs and metrics. */
  readonly label: string;
  /** Members from which the others are discovered, with the sizes of every member's pool; SRV names are resolved already. */
  readonly seeds: ConnectionString;
  /** Name or address that the members' listeners are bound to. */
  readonly listenHost: string;
  /** Ports for the members, given in this order to whoever is discovered first, each to one member for good. */
  readonly ports: readonly number[];
  /** Listeners of certain members, by address as the set's configuration names it; these come before `ports`. */
  readonly map: ReadonlyMap<string, HostAddress>;
  /** Host that clients are told instead of the one that is listened on; `null` for that one. */
  readonly advertise: string | null;
  /** What the listeners of all members have in common. */
  readonly gateway: Omit<GatewayConfig, "listen" | "upstream" | "label">;
}
