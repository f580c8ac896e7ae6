import type { Document } from "bson";
import { readClientEnvironment } from "../client_environment.ts";
import type { ServerMonitoringMode } from "../client_options.ts";
import { type Connection, decodeReplyDocument } from "../connection.ts";
import { MongoError, MongoNetworkError, MongoNetworkTimeoutError, MongoServerError } from "../error.ts";
import { executionEnvironment } from "../execution_environment.ts";
import { BackgroundTimer } from "../pool/background_timer.ts";
import type { ServerApi } from "../handshake.ts";
import { encodeHello } from "./hello_command.ts";
import { RoundTripTimes } from "./round_trip_times.ts";
import { RttMonitor } from "./rtt_monitor.ts";
import type { SdamEvent } from "./sdam_event.ts";
import { parseServerDescription, type ServerDescription, unknownServerDescription } from "./server_description.ts";

/** The least pause between two checks; not a matter of taste (server monitoring, "minHeartbeatFrequencyMS"). */
export const MIN_HEARTBEAT_FREQUENCY_MS = 500;

/** Who hears of a monitor's checks. */
export interface MonitorListener {
  /** A check succeeded; `description` may still be `Unknown`, if the server told nothing of use. */
  onChecked(description: ServerDescription): void;
  /** A check failed; the monitor's connection is closed. */
  onCheckFailed(description: ServerDescription, error: Error): void;
  onHeartbeat(event: SdamEvent): void;
}

/** What watches a server and tells its listener. */
export interface ServerMonitor {
  /** Begins the first check. */
  start(): void;
  /** Ends the pause between checks, but not before its least length; does nothing while a check runs. */
  requestCheck(): void;
  /** Gives up the check under way and the connection; the next check comes after the pause, on a new one. */
  cancelCheck(): void;
  /** Stops for good; resolves when nothing of it is left. */
  stop(): Promise<void>;
}

/** Options of a {@linkcode Monitor}; times are in milliseconds. */
export interface MonitorOptions {
  /** The server, as `host:port` or a socket's path. */
  readonly address: string;
  /** Opens a connection and greets the server: `hello` is set on it. */
  readonly connect: (signal: AbortSignal) => Promise<Connection>;
  readonly listener: MonitorListener;
  /** Declared with each `hello`. */
  readonly serverApi?: ServerApi;
  /** Pause between checks when polling, and the longest wait of a streamed reply. */
  readonly heartbeatFrequencyMS: number;
  /** The least pause between two checks; less than by default is for tests. @default {MIN_HEARTBEAT_FREQUENCY_MS} */
  readonly minHeartbeatFrequencyMS?: number;
  /** Time for a reply besides the wait that was asked for; 0 means no limit. */
  readonly connectTimeoutMS: number;
  /** `auto` streams, except where functions run as a service. */
  readonly serverMonitoringMode: ServerMonitoringMode;
}

type MonitorState =
  | { readonly kind: "idle" }
  | { readonly kind: "connecting"; readonly abort: AbortController; readonly startedAt: number }
  /** A reply is due; `awaited` if the server may take its time. */
  | {
    readonly kind: "checking";
    readonly connection: Connection;
    readonly awaited: boolean;
    readonly startedAt: number;
  }
  /** Between checks; without a connection after a failure. */
  | { readonly kind: "waiting"; readonly connection: Connection | null; readonly since: number }
  | { readonly kind: "stopped" };

/**
 * Watches one server: streams `hello` replies where the server can (MongoDB 4.4), polls where it cannot or must not
 * (server monitoring specification, "Multi-threaded or asynchronous monitoring").
 */
export class Monitor implements ServerMonitor {
  readonly #options: MonitorOptions;
  readonly #timer = new BackgroundTimer(() => this.#onTimer());
  readonly #times = new RoundTripTimes();
  readonly #rttMonitor: RttMonitor;
  readonly #isStreamingAllowed: boolean;
  #state: MonitorState = { kind: "idle" };
  #description: ServerDescription;
  #connecting: Promise<void> = Promise.resolve();

  constructor(options: MonitorOptions) {
    this.#options = options;
    this.#description = unknownServerDescription(options.address);
    this.#rttMonitor = new RttMonitor({ ...options, times: this.#times });
    const mode = options.serverMonitoringMode;
    this.#isStreamingAllowed = mode === "stream" || (mode === "auto" && !isFunctionAsAService());
  }

  start(): void {
    if (this.#state.kind === "idle") this.#check(null);
  }

  requestCheck(): void {
    const state = this.#state;
    if (state.kind !== "waiting") return;
    this.#timer.stop();
    const { minHeartbeatFrequencyMS = MIN_HEARTBEAT_FREQUENCY_MS } = this.#options;
    this.#timer.start(Math.max(0, state.since + minHeartbeatFrequencyMS - performance.now()));
  }

  cancelCheck(): void {
    if (this.#state.kind === "idle" || this.#state.kind === "stopped") return;
    this.#abandon("The check was cancelled");
    this.#wait(null);
  }

  async stop(): Promise<void> {
    this.#abandon("The monitor was stopped");
    this.#timer.stop();
    this.#state = { kind: "stopped" };
    await Promise.all([this.#rttMonitor.stop(), this.#connecting]);
  }

  #onTimer(): void {
    const state = this.#state;
    if (state.kind === "checking") {
      state.connection.close(
        new MongoNetworkTimeoutError(`No reply from ${this.#options.address} to a check in time`),
      );
    } else if (state.kind === "waiting") this.#check(state.connection);
  }

  #check(connection: Connection | null): void {
    this.#timer.stop();
    if (connection === null || connection.isClosed) this.#connect();
    else this.#greet(connection);
  }

  #connect(): void {
    const abort = new AbortController();
    const state: MonitorState = { kind: "connecting", abort, startedAt: performance.now() };
    this.#state = state;
    this.#tellStarted(false);
    if (this.#state !== state) return;
    this.#connecting = this.#options.connect(abort.signal).then(
      (connection) => {
        if (this.#state !== state) return connection.close();
        connection.unref();
        this.#times.estimate(performance.now() - state.startedAt);
        this.#onReply(connection, connection.hello ?? {}, { ...state, awaited: false }, false);
      },
      (error) => {
        if (this.#state === state) this.#onFailure(error, { ...state, awaited: false });
      },
    );
  }

  #greet(connection: Connection): void {
    const awaited = this.#nextAwaited();
    this.#expectReply(connection, awaited !== null);
    // A listener may have stopped the monitor.
    if (connection.isClosed) return;
    connection.exchange(encodeHello(connection.hello?.helloOk === true, awaited, this.#options.serverApi), {
      onReply: (message, more) => this.#onMessage(connection, decodeReplyDocument(message), more),
      onFailure: (error) => {
        const state = this.#state;
        if (state.kind === "checking" && state.connection === connection) this.#onFailure(error, state);
      },
    });
  }

  #nextAwaited() {
    const { topologyVersion } = this.#description;
    return this.#isStreamingAllowed && topologyVersion !== null
      ? { topologyVersion, maxAwaitTimeMS: this.#options.heartbeatFrequencyMS }
      : null;
  }

  #expectReply(connection: Connection, awaited: boolean): void {
    this.#state = { kind: "checking", connection, awaited, startedAt: performance.now() };
    const { connectTimeoutMS, heartbeatFrequencyMS } = this.#options;
    this.#timer.stop();
    if (connectTimeoutMS > 0) this.#timer.start(connectTimeoutMS + (awaited ? heartbeatFrequencyMS : 0));
    this.#tellStarted(awaited);
  }

  #onMessage(connection: Connection, reply: Document, more: boolean): void {
    const state = this.#state;
    if (state.kind !== "checking" || state.connection !== connection) return;
    if (reply.ok !== 1) return this.#onFailure(new MongoServerError(reply), state);
    connection.hello = reply;
    if (!state.awaited) this.#times.add(performance.now() - state.startedAt);
    this.#onReply(connection, reply, state, more);
  }

  /** Takes in a successful check, and begins or awaits what follows. */
  #onReply(connection: Connection, reply: Document, check: Check, more: boolean): void {
    const { address, listener } = this.#options;
    const { average, minimum } = this.#times;
    this.#description = parseServerDescription(address, reply, average, { minRoundTripTime: minimum });
    const state = this.#wait(connection);
    listener.onHeartbeat({ type: "serverHeartbeatSucceeded", ...this.#outcome(check), reply });
    listener.onChecked(this.#description);
    // The listener may have cancelled or stopped the monitor.
    if (this.#state !== state) return;
    if (more) return this.#expectReply(connection, true);
    if (this.#nextAwaited() === null) return;
    this.#rttMonitor.start();
    this.#check(connection);
  }

  /** Takes in a failed check: a server that was well until now gets one more chance at once. */
  #onFailure(reason: unknown, check: Check): void {
    const { address, listener } = this.#options;
    const error = asMongoError(reason, address);
    const isSecondChance = this.#description.type !== "Unknown" && error instanceof MongoNetworkError;
    this.#description = unknownServerDescription(address, { error, lastUpdateTime: performance.now() });
    this.#times.reset();
    const connection = this.#state.kind === "checking" ? this.#state.connection : null;
    const state = this.#wait(null);
    connection?.close();
    listener.onHeartbeat({ type: "serverHeartbeatFailed", ...this.#outcome(check), failure: error });
    listener.onCheckFailed(this.#description, error);
    if (isSecondChance && this.#state === state) this.#check(null);
  }

  /** Closes the connection, and tells that the check under way failed. */
  #abandon(reason: string): void {
    const state = this.#state;
    this.#state = { kind: "waiting", connection: null, since: performance.now() };
    if (state.kind === "connecting") state.abort.abort();
    if (state.kind === "checking" || state.kind === "waiting") state.connection?.close();
    if (state.kind !== "connecting" && state.kind !== "checking") return;
    this.#options.listener.onHeartbeat({
      type: "serverHeartbeatFailed",
      ...this.#outcome({ awaited: false, ...state }),
      failure: new MongoNetworkError(reason),
    });
  }

  #wait(connection: Connection | null): MonitorState {
    const state: MonitorState = { kind: "waiting", connection, since: performance.now() };
    this.#state = state;
    this.#timer.stop();
    this.#timer.start(this.#options.heartbeatFrequencyMS);
    return state;
  }

  #tellStarted(awaited: boolean): void {
    this.#options.listener.onHeartbeat({
      type: "serverHeartbeatStarted",
      connectionId: this.#options.address,
      awaited,
    });
  }

  #outcome({ awaited, startedAt }: Check) {
    return { connectionId: this.#options.address, awaited, duration: performance.now() - startedAt };
  }
}

interface Check {
  readonly awaited: boolean;
  readonly startedAt: number;
}

function asMongoError(reason: unknown, address: string): MongoError {
  if (reason instanceof MongoError) return reason;
  return new MongoNetworkError(`Check of ${address} failed: ${reason}`, { cause: reason });
}

/**
 * Where functions are frozen between calls a stream would be found dead each time (server monitoring, "Streaming
 * disabled").
 */
function isFunctionAsAService(): boolean {
  return executionEnvironment(readClientEnvironment())?.name !== undefined;
}
