import { formatHostAddress } from "../../driver/address.ts";
import type { MongoClientOptions } from "../../driver/client_options.ts";
import type { ConnectionString } from "../../driver/connection_string.ts";
import { URI_OPTIONS } from "../../driver/uri_option_table.ts";
import type { MirrorConfig } from "../mirror/mirror_config.ts";
import { FLAG_KEYS, type FlagKey, flagName, flagOf, isAllowedIn } from "./flags.ts";
import type { Settings } from "./gather_settings.ts";
import type { LoadedConfig } from "./load_config.ts";
import { portList } from "./port_list.ts";

const HIDDEN = "***";

/** What `--check-config` prints: every listener and every setting as it was understood, without secrets. */
export function describeConfig({ config, warnings }: LoadedConfig, { values, origins, pairsOrigin }: Settings): string {
  const listeners = config.gateways.flatMap(({ listen, label, upstream, maxWireVersion }) => [
    `  ${formatHostAddress(listen)} = ${hideSecrets(upstream)}`,
    `    label ${label}`,
    ...describeWireVersion(maxWireVersion),
  ]);
  const mirrors = config.mirrors.flatMap(describeMirror);
  const settings = FLAG_KEYS.filter((key) => isAllowedIn(key, "file")).map((key) =>
    `  --${flagName(key)}=${describeValue(key, values[key])}  (${origins[key] ?? "Default"})`
  );
  return [
    ...(listeners.length === 0 ? [] : [`Listeners (${pairsOrigin})`, ...listeners]),
    ...(mirrors.length === 0 ? [] : [`Mirror (${origins.mirror})`, ...mirrors]),
    "Settings",
    ...settings,
    ...(warnings.length === 0 ? [] : ["Warnings", ...warnings.map((warning) => `  ${warning}`)]),
    "The configuration is right",
  ].join("\n");
}

function describeMirror({ label, seeds, listenHost, ports, map, advertise, gateway }: MirrorConfig): string[] {
  const mapped = [...map].map(([member, address]) => `${member} on ${formatHostAddress(address)}`);
  const free = ports.length === 0 ? "" : `${portList.format(ports)} of ${listenHost}`;
  return [
    `  ${hideSecrets(seeds)}`,
    `    label ${label}`,
    ...mapped.map((line) => `    ${line}`),
    ...(free === "" ? [] : [`    ${mapped.length === 0 ? "" : "other "}members on ports ${free}`]),
    ...(advertise === null ? [] : [`    clients are told ${advertise}`]),
    ...describeWireVersion(gateway.maxWireVersion),
  ];
}

function describeWireVersion(version: number | null = null): string[] {
  return version === null ? [] : [`    clients are told wire version ${version} at most`];
}

function describeValue(key: FlagKey, value: unknown): string {
  const { kind, isSecret } = flagOf(key);
  const text = kind.format(value);
  return isSecret && text !== "" ? HIDDEN : text;
}

/** Writes a connection string anew from what was understood of it, so that no part of a password can be left in it. */
export function hideSecrets(upstream: ConnectionString): string {
  const { scheme, hosts, srvHost, credentials, defaultDatabase, options } = upstream;
  const password = credentials?.password ? `:${HIDDEN}` : "";
  const user = credentials?.username ? `${encodeURIComponent(credentials.username)}${password}@` : "";
  const query = Object.entries(options).map(([name, value]) => `${name}=${describeOption(name, value)}`).join("&");
  const names = srvHost ??
    hosts.map((host) => host.kind === "unix" ? encodeURIComponent(host.path) : formatHostAddress(host)).join(",");
  return `${scheme}://${user}${names}/${defaultDatabase ?? ""}${query === "" ? "" : `?${query}`}`;
}

function describeOption(name: string, value: unknown): string {
  if (URI_OPTIONS[name as keyof MongoClientOptions].isSecret) return HIDDEN;
  if (name === "readPreferenceTags") {
    const sets = value as NonNullable<MongoClientOptions["readPreferenceTags"]>;
    return sets.map(describeTags).join("&readPreferenceTags=");
  }
  return String(value);
}

function describeTags(tags: Readonly<Record<string, string>>): string {
  return Object.entries(tags).map((pair) => pair.join(":")).join(",");
}
