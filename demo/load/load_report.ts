import type { HistogramCounts } from "./histogram.ts";

/** What a load process is started with. */
export interface LoadPlan {
  readonly uri: string;
  /** Applications of all processes. */
  readonly applications: number;
  /** This process has the application with this number, and further ones at a distance of `loadProcesses`. */
  readonly firstApplication: number;
  readonly loadProcesses: number;
  /** Connections that each application keeps open to each server. */
  readonly poolSize: number;
  /** Pause between the applications' starts. */
  readonly connectIntervalMs: number;
  /** Each connection's worker begins an operation so often, unless its last one still runs. */
  readonly intervalMs: number;
  /** Time between the beginnings of the first and the last application's work. */
  readonly warmUpMs: number;
}

/** A line to a load process: begin to work; end what runs and begin nothing. The end of its input ends the process. */
export type LoadOrder = "work" | "rest";

/** A line from a load process; what is counted is counted since its last line. */
export interface LoadReport {
  /** Pooled connections that are open now. */
  readonly connections: number;
  /** Of all connections, how many have carried an operation. */
  readonly workedConnections: number;
  readonly operations: number;
  readonly latencies: HistogramCounts;
  /** Errors that a driver got, and retried with success. */
  readonly retried: number;
  /** Cursors that were interrupted, and read again from the start by the application. */
  readonly restarted: number;
  /** Errors that reached the application. */
  readonly errors: readonly string[];
  /** Documents inserted, as acknowledged. */
  readonly inserted: number;
  /** Kinds of the operations that still run after the order to rest. */
  readonly late: readonly string[];
  /** Nothing runs, and nothing will until the next order. */
  readonly isResting: boolean;
}
