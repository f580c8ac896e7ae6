import { formatHostAddress, type HostAddress, parseHostAddress } from "../../driver/address.ts";
import { MongoParseError } from "../../driver/error.ts";
import type { MirrorConfig } from "../mirror/mirror_config.ts";
import { ConfigError } from "./config_error.ts";
import { type FlagKey, flagName, type FlagValues } from "./flags.ts";
import { gatewayOptions } from "./gateway_options.ts";
import type { Settings } from "./gather_settings.ts";
import { parseListenAddress } from "./listen_address.ts";
import { loadUpstream } from "./load_upstream.ts";

/** A mirror that can be run. */
export interface LoadedMirror {
  readonly mirror: MirrorConfig;
  /** The connection string with its credentials filled in: a secret. */
  readonly uri: string;
  readonly warnings: readonly string[];
}

type MirrorSettings = Pick<Settings, "values" | "origins">;

/** Flags that say something of a mirror alone. */
const MIRROR_FLAGS = ["ports", "map", "listenHost", "advertise"] as const satisfies readonly FlagKey[];

/** Makes the mirror of the settings; `null` where they ask for none. Throws {@linkcode ConfigError}. */
export function loadMirror({ values, origins }: MirrorSettings): LoadedMirror | null {
  if (values.mirror === "") {
    const given = MIRROR_FLAGS.map((key) => origins[key]).find((origin) => origin !== null);
    if (given !== undefined) throw new ConfigError(`${given} is for a mirror, expected --mirror=URI with it`);
    return null;
  }
  if (values.workers !== 1) {
    throw new ConfigError(`Flag --workers is ${values.workers}, expected 1 with --mirror: one thread serves a mirror`);
  }
  const loaded = loadUpstream(values.mirror, values, "Mirror");
  const { upstream: seeds, uri, warnings } = loaded;
  refuseOptions(seeds.options);
  const label = loaded.label ?? seeds.options.replicaSet ?? "mirror";
  const map = mapOf(values);
  const taken = new Set([...map.values()].map((address) => address.kind === "tcp" ? address.port : null));
  const mirror: MirrorConfig = {
    label,
    seeds,
    listenHost: listenHostOf(values),
    ports: portsOf({ values, origins }).filter((port) => !taken.has(port)),
    map,
    advertise: values.advertise === "" ? null : hostOf("advertise", values.advertise),
    gateway: gatewayOptions(values, loaded),
  };
  return { mirror, uri, warnings: warnings.map((warning) => `Mirror ${label}: ${warning}`) };
}

/** What would make another thing of the set than a set. */
function refuseOptions({ directConnection, loadBalanced }: MirrorConfig["seeds"]["options"]): void {
  const name = directConnection ? "directConnection" : loadBalanced ? "loadBalanced" : null;
  if (name === null) return;
  throw new ConfigError(`Mirror: Option "${name}" cannot be used, expected a replica set whose members are discovered`);
}

/** Who maps members and says nothing of ports wants no others. */
function portsOf({ values: { ports, map }, origins }: MirrorSettings): readonly number[] {
  if (origins.ports === null) return map.size === 0 ? ports : [];
  if (ports.length + map.size > 0) return ports;
  throw new ConfigError(`${origins.ports} is empty, expected ports, or listeners of members by --map`);
}

function mapOf({ map, network }: FlagValues): ReadonlyMap<string, HostAddress> {
  const addresses = new Map<string, HostAddress>();
  const listeners = new Set<string>();
  for (const [member, listen] of map) {
    const address = memberListener(member, listen, network);
    const written = formatHostAddress(address);
    if (address.port !== 0 && listeners.has(written)) {
      throw new ConfigError(`Flag --map has ${written} twice, expected an address of its own for each member`);
    }
    const name = memberName(member);
    if (addresses.has(name)) throw new ConfigError(`Flag --map names ${name} twice, expected every member once`);
    addresses.set(name, address);
    listeners.add(written);
  }
  return addresses;
}

function memberListener(
  member: string,
  listen: string,
  network: FlagValues["network"],
): Extract<HostAddress, { kind: "tcp" }> {
  const address = inFlag(`Flag --map, listener of ${member}`, () => parseListenAddress(listen, network));
  if (address.kind === "tcp") return address;
  throw new ConfigError(`Flag --map has the path ${address.path}, expected host:port or :port for ${member}`);
}

/** Runs `parse`, and says where the text is from that it refuses. */
function inFlag<Result>(where: string, parse: () => Result): Result {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof ConfigError || error instanceof MongoParseError)) throw error;
    throw new ConfigError(`${where}: ${error.message}`, { cause: error });
  }
}

/** As the set's configuration writes it, the port included. */
function memberName(text: string): string {
  return inFlag(
    `Flag --map names the member ${JSON.stringify(text)}`,
    () => formatHostAddress(parseHostAddress(text)),
  );
}

function listenHostOf({ listenHost, network }: FlagValues): string {
  if (listenHost !== "") return hostOf("listenHost", listenHost);
  const address = parseListenAddress(":0", network);
  if (address.kind === "tcp") return address.host;
  throw new ConfigError("Network unix cannot be used with --mirror, expected tcp, tcp4 or tcp6");
}

/** A name or an address, IPv6 with or without brackets. */
function hostOf(key: FlagKey, text: string): string {
  const host = /^\[(.*)\]$/.exec(text)?.[1] ?? text;
  const isRight = host.includes(":") ? /^[0-9a-f:.]*:[0-9a-f:.]*:[0-9a-f:.]*(%[\w.-]+)?$/i.test(host) : isName(host);
  if (isRight) return host.toLowerCase();
  throw new ConfigError(
    `Flag --${flagName(key)} is ${JSON.stringify(text)}, expected a name or address without a port`,
  );
}

function isName(host: string): boolean {
  return /^[^\s/@?#%[\]\\:]+$/.test(host);
}
