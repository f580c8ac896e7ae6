/** The numbers of the demo. */
export interface DemoPlan {
  /** Programs with a driver and its pool each. */
  readonly applications: number;
  /** Connections that each application keeps open to each server that it knows. */
  readonly poolSize: number;
  /** Processes that share the applications. */
  readonly loadProcesses: number;
  /** Pause between the starts of a process's applications. */
  readonly connectIntervalMs: number;
  /** How often each connection is given an operation. */
  readonly intervalMs: number;
  /** How long the load grows, application by application, before anything is measured. */
  readonly warmUpMs: number;
  readonly loadMs: number;
  /** When the primary steps down, after the beginning of the load. */
  readonly stepDownAfterMs: number;
  /** The gateway's `maxPoolSize`; discovery adds two connections a server. */
  readonly upstreamPoolSize: number;
  /** Client connections that the demo promises. */
  readonly targetClients: number;
  /** The most upstream connections a server that it promises for them. */
  readonly targetUpstream: number;
}

const APPLICATIONS = 100;
const POOL_SIZE = 20;
/** What a core can do with ease while it runs servers, gateway and applications all together. */
const OPERATIONS_PER_SECOND_AND_CORE = 400;

/** A load that suits a machine with so many cores. */
export function demoPlan(cores: number): DemoPlan {
  const operationsPerSecond = OPERATIONS_PER_SECOND_AND_CORE * Math.min(cores, 8);
  return {
    applications: APPLICATIONS,
    poolSize: POOL_SIZE,
    loadProcesses: 2,
    connectIntervalMs: 20,
    intervalMs: Math.round(APPLICATIONS * POOL_SIZE * 1000 / operationsPerSecond),
    warmUpMs: 5_000,
    loadMs: 30_000,
    stepDownAfterMs: 14_000,
    upstreamPoolSize: 40,
    targetClients: 2_000,
    targetUpstream: 50,
  };
}
