/** What one proxy costs, as a run measured it. */
export interface ProxyCost {
  readonly cpuMicrosecondsPerOperation: number;
  readonly cpuMicrosecondsPerConnection: number;
  /** Without clients. */
  readonly baseMegabytes: number;
  readonly kilobytesPerClient: number;
}

/** What applications ask of a fleet of proxies. */
export interface FleetDemand {
  readonly hosts: number;
  readonly connectionsPerHost: number;
  readonly operationsPerHost: number;
  /** Seconds in which all hosts may come back at once, after a deployment. */
  readonly reconnectSeconds: number;
}

/** How far a proxy is loaded, and what it may open. */
export interface ProxyLimits {
  /** Threads of a proxy that serve clients, each at most one core. */
  readonly workers: number;
  /** Share of a core's time that is planned with. */
  readonly utilisation: number;
  readonly fileDescriptors: number;
  /** To all servers together. */
  readonly upstreamConnections: number;
}

/** What a fleet needs. */
export interface FleetPlan {
  readonly connections: number;
  readonly operations: number;
  /** Cores' worth of work, of operations alone. */
  readonly cores: number;
  /** Cores' worth of work while all hosts come back. */
  readonly reconnectCores: number;
  /** What one proxy carries. */
  readonly operationsPerProxy: number;
  readonly connectionsPerProxy: number;
  /** With one more than needed, so that one may be missing. */
  readonly proxies: number;
  /** Of each proxy while one is missing. */
  readonly connectionsEach: number;
  readonly megabytesEach: number;
}

/** Logs, listeners, and what else a process has open. */
const OTHER_FILE_DESCRIPTORS = 100;
const MICROSECONDS = 1e6;
const KILOBYTES = 1024;

/** Plans a fleet of proxies. */
export function planFleet(cost: ProxyCost, demand: FleetDemand, limits: ProxyLimits): FleetPlan {
  const connections = demand.hosts * demand.connectionsPerHost;
  const operations = demand.hosts * demand.operationsPerHost;
  const cores = operations * cost.cpuMicrosecondsPerOperation / MICROSECONDS;
  const reconnectCores = connections / demand.reconnectSeconds * cost.cpuMicrosecondsPerConnection / MICROSECONDS;
  const coresPerProxy = limits.workers * limits.utilisation;
  const connectionsPerProxy = limits.fileDescriptors - limits.upstreamConnections - OTHER_FILE_DESCRIPTORS;
  const needed = Math.max(
    1,
    Math.ceil((cores + reconnectCores) / coresPerProxy),
    Math.ceil(connections / connectionsPerProxy),
  );
  const connectionsEach = Math.ceil(connections / needed);
  return {
    connections,
    operations,
    cores,
    reconnectCores,
    operationsPerProxy: coresPerProxy * MICROSECONDS / cost.cpuMicrosecondsPerOperation,
    connectionsPerProxy,
    proxies: needed + 1,
    connectionsEach,
    megabytesEach: cost.baseMegabytes + connectionsEach * cost.kilobytesPerClient / KILOBYTES,
  };
}
