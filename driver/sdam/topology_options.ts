import type { HostAddress } from "../address.ts";
import type { MongoClientOptions } from "../client_options.ts";
import { DEFAULT_CLIENT_OPTIONS } from "../client_options.ts";
import type { Connection } from "../connection.ts";
import { MongoAPIError } from "../error.ts";
import type { DriverEventListener } from "../event.ts";
import type { ServerApi } from "../handshake.ts";
import { MIN_HEARTBEAT_FREQUENCY_MS, Monitor, type MonitorOptions, type ServerMonitor } from "./monitor.ts";
import type { ServerOptions } from "./server.ts";

/** The client's options that discovery, monitoring and selection follow. */
export type TopologyClientOptions = Pick<
  MongoClientOptions,
  | "connectTimeoutMS"
  | "directConnection"
  | "heartbeatFrequencyMS"
  | "loadBalanced"
  | "localThresholdMS"
  | "replicaSet"
  | "serverMonitoringMode"
  | "serverSelectionTimeoutMS"
  | "srvMaxHosts"
>;

/** Options of a topology; times are in milliseconds, and defaults are those of the client's options. */
export interface TopologyOptions extends TopologyClientOptions {
  /** Where to start; exactly one with `directConnection` or `loadBalanced`. */
  readonly seeds: readonly HostAddress[];
  /** Makes a server's pool, and passes `onConnectionFailed` on to it. */
  readonly createPool: ServerOptions["createPool"];
  /** Opens a connection for monitoring: greeted with `hello`, not authenticated, not compressed. */
  readonly createMonitorConnection: (address: HostAddress, signal: AbortSignal) => Promise<Connection>;
  /** Makes what watches a server. @default {(options) => new Monitor(options)} */
  readonly createMonitor?: (options: MonitorOptions) => ServerMonitor;
  /** Declared with each `hello`; absent: none is. */
  readonly serverApi?: ServerApi;
  /** Gets the events of discovery and monitoring; those of pools come from the pools. */
  readonly onEvent: DriverEventListener;
  /** Looks up the hosts of a `mongodb+srv` URI again; without it SRV records are not followed. */
  readonly pollSrv?: () => Promise<readonly HostAddress[]>;
  /** Pause after a look-up of SRV records that found hosts. @default {60_000} */
  readonly rescanSrvIntervalMS?: number;
  /** The least pause between two checks of a server; less than by default is for tests. @default {500} */
  readonly minHeartbeatFrequencyMS?: number;
  /** Gives numbers from 0 up to, not including, 1. @default {Math.random} */
  readonly random?: () => number;
}

/** {@linkcode TopologyOptions} with the defaults filled in. */
export type TopologySettings =
  & TopologyOptions
  & Required<
    Pick<
      TopologyOptions,
      Exclude<keyof TopologyClientOptions, "replicaSet"> | "createMonitor" | "rescanSrvIntervalMS" | "random"
    >
  >;

/** Fills the defaults in. Throws `MongoAPIError` for options that do not go together. */
export function topologySettings(options: TopologyOptions): TopologySettings {
  const settings = {
    connectTimeoutMS: DEFAULT_CLIENT_OPTIONS.connectTimeoutMS,
    directConnection: DEFAULT_CLIENT_OPTIONS.directConnection,
    heartbeatFrequencyMS: DEFAULT_CLIENT_OPTIONS.heartbeatFrequencyMS,
    loadBalanced: DEFAULT_CLIENT_OPTIONS.loadBalanced,
    localThresholdMS: DEFAULT_CLIENT_OPTIONS.localThresholdMS,
    serverMonitoringMode: DEFAULT_CLIENT_OPTIONS.serverMonitoringMode,
    serverSelectionTimeoutMS: DEFAULT_CLIENT_OPTIONS.serverSelectionTimeoutMS,
    srvMaxHosts: DEFAULT_CLIENT_OPTIONS.srvMaxHosts,
    createMonitor: (options: MonitorOptions) => new Monitor(options),
    rescanSrvIntervalMS: 60_000,
    random: Math.random,
    ...options,
  };
  const problem = problemOf(settings);
  if (problem !== null) throw new MongoAPIError(problem);
  return settings;
}

function problemOf({ seeds, ...options }: TopologySettings): string | null {
  if (seeds.length === 0) return "No seed was given, expected at least one";
  if (seeds.length > 1 && options.directConnection) {
    return `directConnection is set with ${seeds.length} seeds, expected one`;
  }
  const { heartbeatFrequencyMS, minHeartbeatFrequencyMS = MIN_HEARTBEAT_FREQUENCY_MS } = options;
  if (heartbeatFrequencyMS < minHeartbeatFrequencyMS) {
    return `heartbeatFrequencyMS is ${heartbeatFrequencyMS}, expected at least ${minHeartbeatFrequencyMS}`;
  }
  if (!options.loadBalanced) return null;
  if (seeds.length > 1) return `loadBalanced is set with ${seeds.length} seeds, expected one`;
  if (options.directConnection) return "loadBalanced and directConnection are both set, expected one";
  return options.replicaSet === undefined ? null : "loadBalanced and replicaSet are both set, expected one";
}
