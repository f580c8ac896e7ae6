/** Why a connection left its pool. */
export type ConnectionClosedReason = "stale" | "idle" | "error" | "poolClosed";

/**
 * Why a check-out failed. `connectionError`, `timeout` and `poolClosed` are the specification's;
 * `queueFull` and `cancelled` are added, since no other value says it.
 */
export type CheckOutFailedReason =
  | "connectionError"
  | "timeout"
  | "poolClosed"
  | "queueFull"
  | "cancelled";

/** The options of a pool that differ from the defaults. */
export interface PoolEventOptions {
  /** Most connections at a time; 0 means no limit. */
  readonly maxPoolSize?: number;
  /** Connections to keep open. */
  readonly minPoolSize?: number;
  /** How long a connection may lie unused, in milliseconds; 0 means no limit. */
  readonly maxIdleTimeMS?: number;
  /** Most connections to establish at a time. */
  readonly maxConnecting?: number;
  /** How long a check-out may wait, in milliseconds; 0 means no limit. */
  readonly waitQueueTimeoutMS?: number;
  /** Most check-outs that may wait; 0 means no limit. */
  readonly maxWaitQueueSize?: number;
}

/**
 * What a connection pool tells its listener, after "Connection Pool Monitoring" of the
 * Connection Monitoring and Pooling specification. `address` is the server as `host:port` or a
 * socket's path, `connectionId` the number of the connection in its pool, a duration is in milliseconds.
 */
export type PoolEvent =
  | {
    readonly type: "connectionPoolCreated";
    readonly address: string;
    readonly options: PoolEventOptions;
  }
  | { readonly type: "connectionPoolReady"; readonly address: string }
  | {
    readonly type: "connectionPoolCleared";
    readonly address: string;
    /** Behind a load balancer: the service that was cleared, as hexadecimal. */
    readonly serviceId?: string;
    readonly interruptInUseConnections: boolean;
  }
  | { readonly type: "connectionPoolClosed"; readonly address: string }
  | {
    readonly type: "connectionCreated";
    readonly address: string;
    readonly connectionId: number;
  }
  | {
    readonly type: "connectionReady";
    readonly address: string;
    readonly connectionId: number;
    readonly durationMS: number;
  }
  | {
    readonly type: "connectionClosed";
    readonly address: string;
    readonly connectionId: number;
    readonly reason: ConnectionClosedReason;
    readonly serviceId?: string;
    readonly error?: Error;
  }
  | { readonly type: "connectionCheckOutStarted"; readonly address: string }
  | {
    readonly type: "connectionCheckOutFailed";
    readonly address: string;
    readonly reason: CheckOutFailedReason;
    readonly durationMS: number;
    readonly error?: Error;
  }
  | {
    readonly type: "connectionCheckedOut";
    readonly address: string;
    readonly connectionId: number;
    readonly durationMS: number;
  }
  | {
    readonly type: "connectionCheckedIn";
    readonly address: string;
    readonly connectionId: number;
  };
