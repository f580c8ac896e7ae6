import { type ClientOptions, clientSettings, withClientOptions } from "./client_settings.ts";
import { type ConnectionString, parseConnectionString, resolveConnectionString } from "./connection_string.ts";
import { Db, type DbOptions } from "./db.ts";
import { createTopology } from "./deployment.ts";
import { MongoNotConnectedError } from "./error.ts";
import type { DriverEvent } from "./event.ts";
import type { ClientEvents } from "./monitoring/client_events.ts";
import { EventHub, type Listener } from "./monitoring/event_hub.ts";
import type { ClientCore } from "./operation/client_core.ts";
import { findServer } from "./operation/check_out.ts";
import type { Topology } from "./sdam/topology.ts";
import { ClientSession, type ClientSessionOptions } from "./session/client_session.ts";
import { endServerSessions } from "./session/end_server_sessions.ts";
import { ServerSessionPool } from "./session/server_session_pool.ts";

/** How far a client is. */
type ClientState =
  | { readonly kind: "new" }
  | { readonly kind: "connecting"; readonly connected: Promise<Topology> }
  | { readonly kind: "connected"; readonly topology: Topology }
  | { readonly kind: "closed" };

/**
 * A deployment of MongoDB, and the connections to it. It connects with its first operation, or when
 * {@linkcode MongoClient.connect} is called. An idle client lets the process end.
 *
 * @example
 * ```ts ignore
 * await using client = new MongoClient("mongodb://127.0.0.1:27017");
 * console.log(await client.db("admin").command({ ping: 1 }));
 * ```
 */
export class MongoClient implements AsyncDisposable {
  /**
   * What operations, sessions and cursors of the client work with.
   *
   * @internal
   */
  readonly core: ClientCore;
  readonly #parsed: ConnectionString;
  readonly #uri: string;
  readonly #options: ClientOptions;
  readonly #events = new EventHub<ClientEvents>();
  #state: ClientState = { kind: "new" };

  /** Throws `MongoParseError` for a connection string or options that cannot be used. Nothing is opened yet. */
  constructor(uri: string, options: ClientOptions = {}) {
    this.#uri = uri;
    this.#options = options;
    this.#parsed = withClientOptions(parseConnectionString(uri), options);
    this.core = this.#createCore();
  }

  /** What the client was told, in code and by the connection string. */
  get options(): ClientOptions {
    return { ...this.#parsed.options, ...this.#options };
  }

  /**
   * Connects unless the client is connected: rejects if no server suits its read preference within
   * `serverSelectionTimeoutMS`. A closed client is opened again.
   */
  async connect(): Promise<this> {
    if (this.#state.kind === "closed") this.#state = { kind: "new" };
    await this.#connect();
    return this;
  }

  /** Ends sessions and cursors and closes all connections; doing it again does nothing. */
  async close(): Promise<void> {
    const state = this.#state;
    const topology = state.kind === "connecting" ? await state.connected.catch(() => null) : this.core.topology;
    if (topology === null || this.#state.kind === "closed") return;
    // Cursors first, which are closed in their sessions.
    await disposeAll([...this.core.open].filter((resource) => !(resource instanceof ClientSession)));
    await disposeAll([...this.core.open]);
    await endServerSessions(this.core);
    this.#state = { kind: "closed" };
    await topology.close();
  }

  /** Closes the client. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** A database; by default the one that the connection string names, or `test`. Nothing is sent. */
  db(name: string = this.#parsed.defaultDatabase ?? "test", options: DbOptions = {}): Db {
    return new Db(this, name, options);
  }

  /** Starts a session; it is to be ended. Throws `MongoInvalidArgumentError` for options that do not go together. */
  startSession(options: ClientSessionOptions = {}): ClientSession {
    return new ClientSession(this, this.core, options, true);
  }

  /** Runs `run` with a session that ends when it is done; gives what `run` gave. */
  withSession<Result>(run: (session: ClientSession) => Promise<Result>): Promise<Result>;
  /** The same, with a session that is told something. */
  withSession<Result>(options: ClientSessionOptions, run: (session: ClientSession) => Promise<Result>): Promise<Result>;
  async withSession<Result>(
    optionsOrRun: ClientSessionOptions | ((session: ClientSession) => Promise<Result>),
    maybeRun?: (session: ClientSession) => Promise<Result>,
  ): Promise<Result> {
    const [options, run] = typeof optionsOrRun === "function" ? [{}, optionsOrRun] : [optionsOrRun, maybeRun!];
    await using session = this.startSession(options);
    return await run(session);
  }

  /** Adds a listener for an event. */
  on<Name extends keyof ClientEvents>(name: Name, listener: Listener<ClientEvents[Name]>): this {
    this.#events.on(name, listener);
    return this;
  }

  /** Adds a listener for the next event of that name. */
  once<Name extends keyof ClientEvents>(name: Name, listener: Listener<ClientEvents[Name]>): this {
    this.#events.on(name, listener, true);
    return this;
  }

  /** Takes a listener away. */
  off<Name extends keyof ClientEvents>(name: Name, listener: Listener<ClientEvents[Name]>): this {
    this.#events.off(name, listener);
    return this;
  }

  /** The same as {@linkcode MongoClient.on}. */
  addListener<Name extends keyof ClientEvents>(name: Name, listener: Listener<ClientEvents[Name]>): this {
    return this.on(name, listener);
  }

  /** The same as {@linkcode MongoClient.off}. */
  removeListener<Name extends keyof ClientEvents>(name: Name, listener: Listener<ClientEvents[Name]>): this {
    return this.off(name, listener);
  }

  /** Takes all listeners of an event away, or all there are. */
  removeAllListeners(name?: keyof ClientEvents): this {
    this.#events.clear(name);
    return this;
  }

  /** How many listen for an event. */
  listenerCount(name: keyof ClientEvents): number {
    return this.#events.count(name);
  }

  #createCore(): ClientCore {
    const topologyOf = () => this.#state.kind === "connected" ? this.#state.topology : null;
    const { operations, ...settings } = clientSettings(this.#parsed, this.#options);
    return {
      ...settings,
      settings: operations,
      get topology() {
        return topologyOf();
      },
      events: this.#events,
      serverSessions: new ServerSessionPool(),
      clusterTime: null,
      open: new Set(),
      connect: () => this.#connect(),
    };
  }

  #connect(): Promise<Topology> {
    const state = this.#state;
    if (state.kind === "connected") return Promise.resolve(state.topology);
    if (state.kind === "connecting") return state.connected;
    if (state.kind === "closed") return Promise.reject(new MongoNotConnectedError("The client was closed"));
    const connected = this.#open();
    this.#state = { kind: "connecting", connected };
    return connected;
  }

  async #open(): Promise<Topology> {
    let topology: Topology | null = null;
    try {
      const { srvHost } = this.#parsed;
      const resolved = srvHost === null
        ? this.#parsed
        : withClientOptions(await resolveConnectionString(this.#uri), this.#options);
      topology = await this.#createTopology(resolved);
      topology.open();
      await findServer(topology, { readPreference: this.core.settings.readPreference }, null);
      this.#state = { kind: "connected", topology };
      return topology;
    } catch (error) {
      this.#state = { kind: "new" };
      await topology?.close();
      throw error;
    }
  }

  #createTopology(resolved: ConnectionString): Promise<Topology> {
    const { transport, driverInfo } = this.#options;
    const { serverApi } = this.core;
    return createTopology(resolved, {
      onEvent: (event) => this.#tell(event),
      ...(transport === undefined ? {} : { transport }),
      ...(driverInfo === undefined ? {} : { driverInfo: [driverInfo] }),
      ...(serverApi === null ? {} : { serverApi }),
    });
  }

  #tell(event: DriverEvent): void {
    if (this.#events.has(event.type)) this.#events.emit(event.type, event as never);
  }
}

async function disposeAll(resources: readonly AsyncDisposable[]): Promise<void> {
  await Promise.allSettled(resources.map((resource) => resource[Symbol.asyncDispose]()));
}
