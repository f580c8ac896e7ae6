import { formatHostAddress, type HostAddress } from "../address.ts";
import { Connection } from "../connection.ts";
import { type MongoError, MongoNetworkTimeoutError, MongoServerError } from "../error.ts";
import type { ClearOptions, ConnectionPool, FailedConnectionInfo } from "../pool/connection_pool.ts";
import {
  type CommandFailure,
  type ErrorContext,
  type ErrorOrigin,
  type ErrorVerdict,
  judgeCommandFailure,
  judgeConnectionError,
} from "./error_rules.ts";
import type { MonitorListener, ServerMonitor } from "./monitor.ts";
import type { SdamEvent } from "./sdam_event.ts";
import { type ServerDescription, unknownServerDescription } from "./server_description.ts";

/** A connection that an error came from; a {@linkcode Connection} fits. */
export interface FailedConnection {
  /** The pool's generation when the connection was asked for; what a stale connection meets is ignored. */
  readonly generation: number;
  /** The service behind a load balancer, as hexadecimal. */
  readonly serviceId?: string | null;
  /** Whether `hello` and authentication were through. @default {true} */
  readonly handshakeFinished?: boolean;
}

/** What a {@linkcode Server} is made with. */
export interface ServerOptions {
  readonly address: HostAddress;
  readonly description: ServerDescription;
  readonly isLoadBalancer: boolean;
  readonly createPool: (
    address: HostAddress,
    onConnectionFailed: (error: MongoError, connection: FailedConnectionInfo) => void,
  ) => ConnectionPool;
  /** Makes the monitor; `null` if the server is not to be watched. */
  readonly createMonitor: ((listener: MonitorListener) => ServerMonitor) | null;
  /** Takes in what is new of the server. */
  readonly onDescription: (description: ServerDescription) => void;
  readonly onEvent: (event: SdamEvent) => void;
}

/** One server of a topology: its description, its pool and its monitor. */
export class Server {
  /** `host:port` or a socket's path. */
  readonly address: string;
  /** The same as {@linkcode Server.address}, in parts. */
  readonly hostAddress: HostAddress;
  /** The connections to this server; paused until discovery has seen it. */
  readonly pool: ConnectionPool;
  /** What is known of the server; its topology replaces it. */
  description: ServerDescription;
  readonly #options: ServerOptions;
  readonly #monitor: ServerMonitor | null;
  #isClosed = false;

  /**
   * A {@linkcode Topology} makes its servers.
   *
   * @internal
   */
  constructor(options: ServerOptions) {
    this.#options = options;
    this.hostAddress = options.address;
    this.address = formatHostAddress(options.address);
    this.description = options.description;
    this.pool = options.createPool(options.address, (error, info) => this.#onConnectionFailed(error, info));
    this.#monitor = options.createMonitor?.({
      onChecked: (description) => options.onDescription(description),
      onCheckFailed: (description, error) => this.#onCheckFailed(description, error),
      onHeartbeat: (event) => options.onEvent(event),
    }) ?? null;
  }

  /** Whether the server is out of the topology; what was pinned to it is lost. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Starts monitoring. */
  open(): void {
    if (!this.#isClosed) this.#monitor?.start();
  }

  /** Stops monitoring and closes the pool; resolves when nothing of the monitor is left. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const stopped = this.#monitor?.stop();
    this.pool.close();
    await stopped;
  }

  /** Asks for a check as soon as may be; see {@linkcode ServerMonitor.requestCheck}. */
  requestCheck(): void {
    this.#monitor?.requestCheck();
  }

  /**
   * Takes in a reply that tells of an error, or of a write concern error. To be called before the
   * connection is checked in. Anything but "not primary", "recovering" and "shutting down" is ignored.
   */
  handleCommandError(failure: CommandFailure, connection: FailedConnection): void {
    const verdict = judgeCommandFailure(failure, originOf(connection), this.#contextOf(connection));
    const { code, errmsg } = failure;
    this.#obey(verdict, connection, () => new MongoServerError({ ok: 0, code, errmsg }));
  }

  /** Takes in a failure of one of the pool's connections. To be called before the connection is checked in. */
  handleNetworkError(error: MongoError, connection: FailedConnection): void {
    const verdict = judgeConnectionError(error, originOf(connection), this.#contextOf(connection));
    this.#obey(verdict, connection, () => error);
  }

  #onConnectionFailed(error: MongoError, { generation, serviceId }: FailedConnectionInfo): void {
    this.handleNetworkError(error, { generation, serviceId, handshakeFinished: false });
  }

  #onCheckFailed(description: ServerDescription, error: Error): void {
    this.#options.onDescription(description);
    const interruptInUseConnections = error instanceof MongoNetworkTimeoutError;
    if (!this.#isClosed) this.pool.clear({ interruptInUseConnections, error });
  }

  #contextOf(connection: FailedConnection): ErrorContext {
    const { topologyVersion } = this.description;
    if (!this.#options.isLoadBalancer) return { generation: this.pool.generation, topologyVersion };
    // Every service has its own generation, which only the pool knows.
    const isStale = connection instanceof Connection && this.pool.isStale(connection);
    return { generation: isStale ? Infinity : connection.generation, topologyVersion };
  }

  #obey(verdict: ErrorVerdict, connection: FailedConnection, errorOf: () => MongoError): void {
    if (verdict.kind === "ignore" || this.#isClosed) return;
    const error = errorOf();
    const isStateChange = verdict.kind === "stateChange";
    // Before anybody hears of it: whoever still waits for a server asks for the next check then.
    if (!isStateChange) this.#monitor?.cancelCheck();
    if (!this.#options.isLoadBalancer) {
      const topologyVersion = isStateChange ? verdict.topologyVersion : null;
      const lastUpdateTime = performance.now();
      this.#options.onDescription(
        unknownServerDescription(this.address, { error, topologyVersion, lastUpdateTime }),
      );
    }
    if (!isStateChange || verdict.clearPool) this.#clearPool(connection, error);
    if (isStateChange) this.#monitor?.requestCheck();
  }

  #clearPool({ serviceId }: FailedConnection, error: Error): void {
    const options: ClearOptions = { error };
    if (!this.#options.isLoadBalancer) this.pool.clear(options);
    else if (serviceId) this.pool.clear({ ...options, serviceId });
  }
}

function originOf({ generation, handshakeFinished = true }: FailedConnection): ErrorOrigin {
  return { generation, handshakeFinished };
}
