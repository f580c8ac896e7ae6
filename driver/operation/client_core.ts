import type { ServerApi } from "../handshake.ts";
import type { ClientEvents } from "../monitoring/client_events.ts";
import type { EventHub } from "../monitoring/event_hub.ts";
import type { Topology } from "../sdam/topology.ts";
import type { ClusterTime } from "../session/cluster_time.ts";
import type { ServerSessionPool } from "../session/server_session_pool.ts";
import type { OperationSettings } from "./operation_settings.ts";

/** What a client is to its operations, sessions and cursors. */
export interface ClientCore {
  /** `null` before the client is connected, and after it is closed. */
  readonly topology: Topology | null;
  /** Whether the client is closed or about to be, so that nothing is tried again. */
  readonly isClosed: boolean;
  /** What databases inherit. */
  readonly settings: OperationSettings;
  /** How operations are retried. */
  readonly retries: RetryOptions;
  /** The declared API; `null` if there is none. */
  readonly serverApi: ServerApi | null;
  /** Milliseconds to wait for a reply; 0 means no limit. */
  readonly socketTimeoutMS: number;
  /** Whether events of commands are wanted. */
  readonly monitorsCommands: boolean;
  readonly events: EventHub<ClientEvents>;
  readonly serverSessions: ServerSessionPool;
  /** The latest that any server told; `null` before one did. */
  clusterTime: ClusterTime | null;
  /** Sessions and cursors that are open; a close of the client closes them first. */
  readonly open: Set<AsyncDisposable>;
  /** Connects the client unless it is; rejects with `MongoNotConnectedError` once it is closed. */
  connect(): Promise<Topology>;
}

/** How a client's operations are retried. */
export interface RetryOptions {
  readonly retryReads: boolean;
  readonly retryWrites: boolean;
  /** How often an operation is sent again when a server is overloaded. */
  readonly maxAdaptiveRetries: number;
  /** Whether another server is preferred then. */
  readonly enableOverloadRetargeting: boolean;
}
