import type { Connection } from "../connection.ts";
import type { MongoError } from "../error.ts";
import type { PoolEvent, PoolEventOptions } from "./pool_event.ts";

/** What a pool tells the function that establishes a connection for it. */
export interface ConnectInfo {
  /** The connection's number in its pool, from 1. */
  readonly id: number;
  /** The pool's generation at this moment. */
  readonly generation: number;
  /** Aborted when the pool does not want the connection any more. */
  readonly signal: AbortSignal;
  /** To be called between `hello` and authentication, so that a failure after it counts for the right service. */
  readonly onHandshake: (serviceId: string | null) => void;
}

/** Which connection could not be established, for the error rules of discovery. */
export interface FailedConnectionInfo {
  /** The pool's generation when the connection was asked for. */
  readonly generation: number;
  /** The service behind a load balancer, as hexadecimal; null elsewhere, and before `hello` was answered. */
  readonly serviceId: string | null;
  /** Whether `hello` had been answered, so that authentication failed. */
  readonly isHelloAnswered: boolean;
}

/** Options of a {@linkcode ConnectionPool}; times are in milliseconds. */
export interface PoolOptions {
  /** The server, as `host:port` or a socket's path; for events and messages. */
  readonly address: string;
  /** Establishes a connection: transport, handshake, authentication. */
  readonly connect: (info: ConnectInfo) => Promise<Connection>;
  /** Most connections at a time, those in use included; 0 means no limit. @default {100} */
  readonly maxPoolSize?: number;
  /** Connections to keep open while the pool is ready. @default {0} */
  readonly minPoolSize?: number;
  /** How long a connection may lie unused before it is closed; 0 means no limit. @default {0} */
  readonly maxIdleTimeMS?: number;
  /** Most connections to establish at a time. @default {2} */
  readonly maxConnecting?: number;
  /** How long a check-out may wait, the establishment it waits for included; 0 means no limit. @default {0} */
  readonly waitQueueTimeoutMS?: number;
  /** Most check-outs that may wait; a further one fails at once; 0 means no limit. @default {0} */
  readonly maxWaitQueueSize?: number;
  /** Whether the server is a load balancer: generations count for each service. @default {false} */
  readonly loadBalanced?: boolean;
  /** Whether unused connections keep the process alive. @default {false} */
  readonly keepAlive?: boolean;
  /** Whether events tell of every check-out and check-in too, which is noticeable on each. @default {true} */
  readonly tellsCheckOuts?: boolean;
  /** Gets the pool's events and must not throw; events are not even built without it. */
  readonly onEvent?: ((event: PoolEvent) => void) | null;
  /** Told of every failed establishment, before a waiter is; discovery may clear the pool in it. */
  readonly onConnectionFailed?: (error: MongoError, info: FailedConnectionInfo) => void;
}

/** What `ConnectionPool.clear` accepts. */
export interface ClearOptions {
  /** Behind a load balancer, and only there: the service whose connections become stale. */
  readonly serviceId?: string;
  /** Also closes the connections in use; what runs on them fails with `MongoPoolClearedError`. @default {false} */
  readonly interruptInUseConnections?: boolean;
  /** What went wrong; the `cause` of the errors that waiters get. */
  readonly error?: Error;
}

/** The sizes and times of a pool, with the defaults filled in. */
export type PoolLimits = Required<
  Pick<
    PoolOptions,
    | "maxPoolSize"
    | "minPoolSize"
    | "maxIdleTimeMS"
    | "maxConnecting"
    | "waitQueueTimeoutMS"
    | "maxWaitQueueSize"
  >
>;

const DEFAULT_LIMITS: PoolLimits = {
  maxPoolSize: 100,
  minPoolSize: 0,
  maxIdleTimeMS: 0,
  maxConnecting: 2,
  waitQueueTimeoutMS: 0,
  maxWaitQueueSize: 0,
};

const LIMIT_NAMES = Object.keys(DEFAULT_LIMITS) as (keyof PoolLimits)[];

export function poolLimits(options: PoolOptions): PoolLimits {
  const limits = { ...DEFAULT_LIMITS };
  for (const name of LIMIT_NAMES) limits[name] = options[name] ?? DEFAULT_LIMITS[name];
  return limits;
}

/** The limits that differ from the defaults, as the `connectionPoolCreated` event tells them. */
export function changedLimits(limits: PoolLimits): PoolEventOptions {
  return Object.fromEntries(
    LIMIT_NAMES.filter((name) => limits[name] !== DEFAULT_LIMITS[name])
      .map((name) => [name, limits[name]]),
  );
}
