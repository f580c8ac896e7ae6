import { formatHostAddress } from "../../driver/address.ts";
import type { GatewayConfig, LogLevel, ProxyConfig } from "../gateway_config.ts";
import type { MirrorConfig } from "../mirror/mirror_config.ts";
import { ConfigError } from "./config_error.ts";
import type { FlagValues } from "./flags.ts";
import { gatewayOptions } from "./gateway_options.ts";
import type { Settings } from "./gather_settings.ts";
import { parseListenAddress } from "./listen_address.ts";
import { loadMirror } from "./load_mirror.ts";
import { loadUpstream } from "./load_upstream.ts";
import type { PairText } from "./split_pairs.ts";

/** A configuration that can be run. */
export interface LoadedConfig {
  readonly config: ProxyConfig;
  /** The connection string of each gateway and mirror with its credentials filled in: a secret. */
  readonly uris: ReadonlyMap<GatewayConfig | MirrorConfig, string>;
  /** What was left out or should be written otherwise, for the log; no secrets. */
  readonly warnings: readonly string[];
}

/** Makes the configuration of the settings. Throws {@linkcode ConfigError}, whose message has no password. */
export function loadConfig(settings: Settings): LoadedConfig {
  const { values, pairs, warnings: early } = settings;
  const loadedMirror = loadMirror(settings);
  if (pairs.length === 0 && loadedMirror === null) {
    throw new ConfigError(
      'No address=uri given, expected for example ":27016=mongodb://localhost:27017", or --mirror=URI',
    );
  }
  const loadedGateways = pairs.map((pair) => loadGateway(pair, values));
  const gateways = loadedGateways.map(({ gateway }) => gateway);
  const mirrors = loadedMirror === null ? [] : [loadedMirror.mirror];
  refuseSameAddresses(gateways, mirrors);
  const { pretty, ping, drainTimeout: drainTimeoutMS } = values;
  const config: ProxyConfig = {
    gateways,
    mirrors,
    logLevel: logLevelOf(values.logLevel),
    pretty,
    ping,
    drainTimeoutMS,
    io: values.io,
    coalescingWindowMS: values.coalescingWindow,
    workers: values.workers,
  };
  const uris = new Map<GatewayConfig | MirrorConfig, string>(loadedGateways.map(({ gateway, uri }) => [gateway, uri]));
  if (loadedMirror !== null) uris.set(loadedMirror.mirror, loadedMirror.uri);
  const warnings = [...early, ...loadedGateways.flatMap(({ warnings }) => warnings), ...loadedMirror?.warnings ?? []];
  return { config, uris, warnings };
}

interface LoadedGateway {
  readonly gateway: GatewayConfig;
  readonly uri: string;
  readonly warnings: readonly string[];
}

function loadGateway(pair: PairText, values: FlagValues): LoadedGateway {
  const listen = parseListenAddress(pair.address, values.network);
  const address = formatHostAddress(listen);
  const loaded = loadUpstream(pair.uri, values, `Listener ${address}`);
  const { upstream, uri, warnings } = loaded;
  return {
    gateway: { listen, label: loaded.label ?? address, upstream, ...gatewayOptions(values, loaded) },
    uri,
    warnings: warnings.map((warning) => `Listener ${address}: ${warning}`),
  };
}

/** A mirror takes its ports when members are found, which must not be too late to say that one is not free. */
function refuseSameAddresses(gateways: readonly GatewayConfig[], mirrors: readonly MirrorConfig[]): void {
  const ofMirrors = mirrors.flatMap(({ listenHost: host, ports, map }) => [
    ...ports.map((port) => formatHostAddress({ kind: "tcp", host, port })),
    ...[...map.values()].map(formatHostAddress),
  ]);
  const taken = new Set(ofMirrors);
  for (const { listen } of gateways) {
    const address = formatHostAddress(listen);
    if (taken.has(address)) throw new ConfigError(`Address ${address} is given twice, expected every address once`);
    taken.add(address);
  }
}

/** The levels that mongobetween has above `error` end a program there; here nothing is worse than an error. */
function logLevelOf(level: FlagValues["logLevel"]): LogLevel {
  return level === "dpanic" || level === "panic" || level === "fatal" ? "error" : level;
}
