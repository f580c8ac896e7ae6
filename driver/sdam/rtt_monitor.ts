import { type Connection, decodeReplyDocument } from "../connection.ts";
import { MongoNetworkTimeoutError } from "../error.ts";
import { BackgroundTimer } from "../pool/background_timer.ts";
import type { ServerApi } from "../handshake.ts";
import { encodeHello } from "./hello_command.ts";
import type { RoundTripTimes } from "./round_trip_times.ts";

export interface RttMonitorOptions {
  /** Pause between measurements, in milliseconds. */
  readonly heartbeatFrequencyMS: number;
  /** Time for a reply, in milliseconds; 0 means no limit. */
  readonly connectTimeoutMS: number;
  /** Declared with each `hello`. */
  readonly serverApi?: ServerApi;
  /** Opens a connection and greets the server. */
  readonly connect: (signal: AbortSignal) => Promise<Connection>;
  /** Where the measurements go. */
  readonly times: RoundTripTimes;
}

type RttMonitorState =
  | { readonly kind: "idle" }
  | { readonly kind: "connecting"; readonly abort: AbortController; readonly settled: Promise<void> }
  | { readonly kind: "measuring"; readonly connection: Connection }
  | { readonly kind: "waiting"; readonly connection: Connection | null }
  | { readonly kind: "stopped" };

/**
 * Measures round trips on a connection of its own, because a streamed `hello` says nothing of them
 * (server monitoring, "Measuring RTT"). It neither tells of failures nor touches the topology.
 */
export class RttMonitor {
  readonly #options: RttMonitorOptions;
  readonly #timer = new BackgroundTimer(() => this.#onTimer());
  #state: RttMonitorState = { kind: "idle" };

  constructor(options: RttMonitorOptions) {
    this.#options = options;
  }

  /** Starts measuring; does nothing if it was started before. */
  start(): void {
    if (this.#state.kind === "idle") this.#connect();
  }

  /** Stops for good; resolves when nothing of it is left. */
  async stop(): Promise<void> {
    const state = this.#state;
    this.#state = { kind: "stopped" };
    this.#timer.stop();
    if (state.kind === "measuring" || state.kind === "waiting") state.connection?.close();
    if (state.kind !== "connecting") return;
    state.abort.abort();
    await state.settled;
  }

  #onTimer(): void {
    const state = this.#state;
    if (state.kind === "measuring") {
      state.connection.close(new MongoNetworkTimeoutError("No reply to a round trip measurement"));
    } else if (state.kind === "waiting") {
      if (state.connection === null || state.connection.isClosed) this.#connect();
      else this.#measure(state.connection);
    }
  }

  #connect(): void {
    const abort = new AbortController();
    const settled = this.#options.connect(abort.signal).then(
      (connection) => {
        if (this.#state.kind === "stopped") return connection.close();
        connection.unref();
        this.#measure(connection);
      },
      () => this.#wait(null),
    );
    this.#state = { kind: "connecting", abort, settled };
  }

  #measure(connection: Connection): void {
    const startedAt = performance.now();
    this.#state = { kind: "measuring", connection };
    if (this.#options.connectTimeoutMS > 0) this.#timer.start(this.#options.connectTimeoutMS);
    connection.exchange(encodeHello(connection.hello?.helloOk === true, null, this.#options.serverApi), {
      onReply: (message) => this.#onReply(connection, message, performance.now() - startedAt),
      onFailure: () => this.#wait(null),
    });
  }

  #onReply(connection: Connection, message: Uint8Array, roundTripTime: number): void {
    if (decodeReplyDocument(message).ok === 1) {
      this.#options.times.add(roundTripTime);
      return this.#wait(connection);
    }
    this.#wait(null);
    connection.close();
  }

  #wait(connection: Connection | null): void {
    if (this.#state.kind === "stopped") return;
    this.#state = { kind: "waiting", connection };
    this.#timer.stop();
    this.#timer.start(this.#options.heartbeatFrequencyMS);
  }
}
