import { readClientEnvironment } from "./client_environment.ts";
import { buildClientMetadata, type DriverInfo } from "./client_metadata.ts";
import { DEFAULT_CLIENT_OPTIONS } from "./client_options.ts";
import { connect, type ConnectOptions } from "./connect.ts";
import type { ConnectionString } from "./connection_string.ts";
import { formatHostAddress } from "./address.ts";
import type { DriverEventListener } from "./event.ts";
import type { ServerApi } from "./handshake.ts";
import { ConnectionPool, type PoolOptions } from "./pool/connection_pool.ts";
import { Topology, type TopologyOptions } from "./sdam/topology.ts";
import { pollSrv } from "./srv.ts";
import { readTlsOptions } from "./tls_files.ts";
import type { Transport } from "./transport/transport.ts";

/** Options of pools that a connection string cannot give, or that override it. */
export type DeploymentPoolOptions = Pick<
  PoolOptions,
  "keepAlive" | "maxWaitQueueSize" | "tellsCheckOuts" | "waitQueueTimeoutMS"
>;

/** What a deployment is reached with, besides its connection string. */
export interface DeploymentOptions {
  /** Gets the events of discovery, monitoring and pools. */
  readonly onEvent: DriverEventListener;
  /** What opens the sockets, those of monitors included. @default {denoTransport} */
  readonly transport?: Transport;
  /** Who uses the driver, for the servers' logs; what is added later counts for connections that are opened then. */
  readonly driverInfo?: readonly DriverInfo[];
  /** Declared on every connection; absent: none is. */
  readonly serverApi?: ServerApi;
  /** What the pools do that the connection string does not say. */
  readonly pool?: DeploymentPoolOptions;
}

/**
 * Makes the topology, with its pools and monitors, that a resolved connection string speaks of. It is not open yet.
 * Throws `MongoParseError` if a TLS file cannot be used.
 *
 * @example
 * ```ts ignore
 * const topology = await createTopology(await resolveConnectionString(uri), { onEvent: console.log });
 * topology.open();
 * ```
 */
export async function createTopology(
  upstream: ConnectionString,
  options: DeploymentOptions,
): Promise<Topology> {
  const common = await commonConnectOptions(upstream, options);
  return new Topology({
    ...upstream.options,
    seeds: upstream.hosts,
    onEvent: options.onEvent,
    ...(options.serverApi === undefined ? {} : { serverApi: options.serverApi }),
    createPool: (address, onConnectionFailed) =>
      new ConnectionPool({
        ...upstream.options,
        ...options.pool,
        address: formatHostAddress(address),
        connect: ({ signal, ...info }) =>
          connect(address, { ...common, ...info, ...pooledConnectOptions(upstream) }, signal),
        onConnectionFailed,
        onEvent: options.onEvent,
      }),
    createMonitorConnection: (address, signal) => connect(address, { ...common, isMonitor: true }, signal),
    ...srvPolling(upstream),
  });
}

async function commonConnectOptions(
  { options }: ConnectionString,
  { transport, driverInfo = [], serverApi }: DeploymentOptions,
): Promise<ConnectOptions> {
  const tls = await readTlsOptions(options);
  const { appName } = options;
  const environment = readClientEnvironment();
  const metadata = () =>
    buildClientMetadata(environment, { driverInfo, ...(appName === undefined ? {} : { appName }) });
  // A name that is too long is told before anything is opened.
  metadata();
  return {
    // Read for each connection: more may be known of who uses the driver by then.
    get clientMetadata() {
      return metadata();
    },
    connectTimeoutMS: options.connectTimeoutMS ?? DEFAULT_CLIENT_OPTIONS.connectTimeoutMS,
    loadBalanced: options.loadBalanced ?? false,
    ...(tls === null ? {} : { tls }),
    ...(transport === undefined ? {} : { transport }),
    ...(serverApi === undefined ? {} : { serverApi }),
  };
}

/** Monitors neither log in nor compress. */
function pooledConnectOptions({ credentials, options }: ConnectionString): Partial<ConnectOptions> {
  const { compressors = [], zlibCompressionLevel = -1 } = options;
  return { credentials, compressors, zlibCompressionLevel };
}

function srvPolling({ srvHost, options }: ConnectionString): Pick<TopologyOptions, "pollSrv"> {
  if (srvHost === null) return {};
  return { pollSrv: () => pollSrv({ ...options, srvHost }) };
}
