import type { Document } from "../codec/bson_types.ts";
import { ChangeStream } from "./change_stream/change_stream.ts";
import type { ChangeStreamDocument } from "./change_stream/change_stream_document.ts";
import type { ChangeStreamOptions } from "./change_stream/change_stream_options.ts";
import { readClientEnvironment } from "./client_environment.ts";
import { buildClientMetadata, type DriverInfo } from "./client_metadata.ts";
import { type ClientOptions, clientSettings, withClientOptions } from "./client_settings.ts";
import { type ConnectionString, parseConnectionString, resolveConnectionString } from "./connection_string.ts";
import { Db, type DbOptions } from "./db.ts";
import { createTopology } from "./deployment.ts";
import { MongoNetworkError, MongoNotConnectedError } from "./error.ts";
import type { DriverEvent } from "./event.ts";
import type { ServerApi } from "./handshake.ts";
import type { ClientEvents } from "./monitoring/client_events.ts";
import { type ClientEventListener, EventHub } from "./monitoring/event_hub.ts";
import type { ClientCore } from "./operation/client_core.ts";
import { findServer } from "./operation/find_server.ts";
import { checkOut } from "./operation/check_out.ts";
import type { ReadConcern } from "./read_concern.ts";
import type { Topology } from "./sdam/topology.ts";
import type { ReadPreference } from "./selection/read_preference.ts";
import { ClientSession, type ClientSessionOptions } from "./session/client_session.ts";
import { endServerSessions } from "./session/end_server_sessions.ts";
import { ServerSessionPool } from "./session/server_session_pool.ts";
import type { WriteConcern } from "./write_concern.ts";

/** How far a client is. */
type ClientState =
  | { readonly kind: "new" }
  | { readonly kind: "opening"; readonly opened: Promise<Topology> }
  | { readonly kind: "open"; readonly topology: Topology }
  | { readonly kind: "closing"; readonly topology: Topology; readonly closed: Promise<void> }
  | { readonly kind: "closed" };

const NEW: ClientState = { kind: "new" };
const CLOSED: ClientState = { kind: "closed" };

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
  readonly #driverInfo: DriverInfo[];
  #state: ClientState = NEW;

  /** Throws `MongoParseError` for a connection string or options that cannot be used. Nothing is opened yet. */
  constructor(uri: string, options: ClientOptions = {}) {
    this.#uri = uri;
    this.#options = options;
    this.#driverInfo = options.driverInfo === undefined ? [] : [options.driverInfo];
    this.#parsed = withClientOptions(parseConnectionString(uri), options);
    this.core = this.#createCore();
  }

  /** What the client was told, in code and by the connection string. */
  get options(): ClientOptions {
    return { ...this.#parsed.options, ...this.#options };
  }

  /** Makes a client and connects it; see {@linkcode MongoClient.connect}. */
  static connect(uri: string, options: ClientOptions = {}): Promise<MongoClient> {
    return new MongoClient(uri, options).connect();
  }

  /** The declared server API; `undefined` if there is none. */
  get serverApi(): ServerApi | undefined {
    return this.core.serverApi ?? undefined;
  }

  /** What reads ask for if they are not told otherwise; `undefined` for the server's default. */
  get readConcern(): ReadConcern | undefined {
    const { readConcern } = this.core.settings;
    return readConcern.level === undefined ? undefined : readConcern;
  }

  /** What writes ask for if they are not told otherwise; `undefined` for the server's default. */
  get writeConcern(): WriteConcern | undefined {
    const { writeConcern } = this.core.settings;
    return Object.keys(writeConcern).length === 0 ? undefined : writeConcern;
  }

  /** Where reads go if they are not told otherwise. */
  get readPreference(): ReadPreference {
    return this.core.settings.readPreference;
  }

  /** The limit of operations in milliseconds; `undefined` if there is none. */
  get timeoutMS(): number | undefined {
    return this.core.settings.timeoutMS;
  }

  /**
   * Makes sure that the deployment can be reached, and that it knows the user. Rejects with `MongoServerSelectionError`
   * if no server suits the client's read preference within `serverSelectionTimeoutMS`, `MongoAuthError`,
   * `MongoNetworkError` and `MongoParseError` (of DNS records and TLS files). A closed client is opened again.
   */
  async connect(): Promise<this> {
    if (this.#state.kind === "closing") await this.#state.closed;
    if (this.#state.kind === "closed") this.#state = NEW;
    const topology = await this.#open();
    try {
      await this.#greet(topology);
      return this;
    } catch (error) {
      if (this.#state.kind === "open" && this.#state.topology === topology) this.#state = NEW;
      await topology.close();
      throw error;
    }
  }

  /**
   * Ends cursors and sessions and closes all connections; doing it again does nothing. Operations under way reject with
   * `MongoClientClosedError`.
   */
  async close(): Promise<void> {
    const state = this.#state;
    if (state.kind === "closing") return await state.closed;
    if (state.kind === "open") {
      const { promise: closed, resolve, reject } = Promise.withResolvers<void>();
      // First, so that what is interrupted is not tried again.
      this.#state = { ...state, kind: "closing", closed };
      this.#shut(state.topology).then(resolve, reject);
      return await closed;
    }
    this.#state = CLOSED;
    if (state.kind === "opening") await state.opened.catch(() => {});
  }

  /** Closes the client. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** A database; by default the one that the connection string names, or `test`. Nothing is sent. */
  db(name: string = this.#parsed.defaultDatabase ?? "test", options: DbOptions = {}): Db {
    return new Db(this, name, options);
  }

  /**
   * Tells servers who uses the driver, besides what they are told already, on connections that are opened from now on.
   * Throws `MongoAPIError` if it cannot be sent.
   */
  appendMetadata(driverInfo: DriverInfo): void {
    buildClientMetadata(readClientEnvironment(), { driverInfo: [driverInfo] });
    this.#driverInfo.push(driverInfo);
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

  /** Watches all databases for changes, but `admin`, `config` and `local`. */
  watch<TSchema = Document, TChange = ChangeStreamDocument<TSchema>>(
    pipeline: readonly Document[] = [],
    options: ChangeStreamOptions = {},
  ): ChangeStream<TSchema, TChange> {
    const scope = { client: this, database: "admin", collection: null, settings: this.core.settings };
    return new ChangeStream(scope, pipeline, options, true);
  }

  /** Adds a listener for an event. */
  on<Name extends keyof ClientEvents>(name: Name, listener: ClientEventListener<ClientEvents[Name]>): this {
    this.#events.on(name, listener);
    return this;
  }

  /** Adds a listener for the next event of that name. */
  once<Name extends keyof ClientEvents>(name: Name, listener: ClientEventListener<ClientEvents[Name]>): this {
    this.#events.on(name, listener, true);
    return this;
  }

  /** Takes a listener away. */
  off<Name extends keyof ClientEvents>(name: Name, listener: ClientEventListener<ClientEvents[Name]>): this {
    this.#events.off(name, listener);
    return this;
  }

  /** The same as {@linkcode MongoClient.on}. */
  addListener<Name extends keyof ClientEvents>(name: Name, listener: ClientEventListener<ClientEvents[Name]>): this {
    return this.on(name, listener);
  }

  /** The same as {@linkcode MongoClient.off}. */
  removeListener<Name extends keyof ClientEvents>(name: Name, listener: ClientEventListener<ClientEvents[Name]>): this {
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
    const stateOf = () => this.#state;
    const { operations, ...settings } = clientSettings(this.#parsed, this.#options);
    return {
      ...settings,
      settings: operations,
      get topology() {
        const state = stateOf();
        return "topology" in state ? state.topology : null;
      },
      get isClosed() {
        const { kind } = stateOf();
        return kind === "closing" || kind === "closed";
      },
      events: this.#events,
      serverSessions: new ServerSessionPool(),
      clusterTime: null,
      open: new Set(),
      connect: () => this.#open(),
    };
  }

  #open(): Promise<Topology> {
    const state = this.#state;
    switch (state.kind) {
      case "new": {
        const opened = this.#start();
        this.#state = { kind: "opening", opened };
        return opened;
      }
      case "opening":
        return state.opened;
      case "open":
        return Promise.resolve(state.topology);
      case "closing":
      case "closed":
        return Promise.reject(closedError());
    }
  }

  async #start(): Promise<Topology> {
    try {
      const topology = await this.#createTopology(await this.#resolve());
      // Closed meanwhile; nothing is open yet.
      if (this.#state.kind !== "opening") throw closedError();
      this.#state = { kind: "open", topology };
      topology.open();
      return topology;
    } catch (error) {
      if (this.#state.kind === "opening") this.#state = NEW;
      throw error;
    }
  }

  async #resolve(): Promise<ConnectionString> {
    if (this.#parsed.srvHost === null) return this.#parsed;
    return withClientOptions(await resolveConnectionString(this.#uri), this.#options);
  }

  async #greet(topology: Topology): Promise<void> {
    const server = await findServer(topology, { readPreference: this.core.settings.readPreference }, null);
    if (this.#parsed.credentials === null) return;
    server.pool.checkIn(await checkOut(server.pool, null));
  }

  async #shut(topology: Topology): Promise<void> {
    for (const { pool } of topology.servers) pool.interrupt(new MongoNetworkError("The client was closed"));
    // Cursors first, which are closed in their sessions.
    await disposeAll([...this.core.open].filter((resource) => !(resource instanceof ClientSession)));
    await disposeAll([...this.core.open]);
    await endServerSessions(this.core);
    this.#state = CLOSED;
    await topology.close();
  }

  #createTopology(resolved: ConnectionString): Promise<Topology> {
    const { transport } = this.#options;
    const { timeoutMS } = this.core.settings;
    const { serverApi } = this.core;
    return createTopology(resolved, {
      onEvent: (event) => this.#tell(event),
      // One limit for everything takes the place of that for waiting.
      ...(timeoutMS === undefined ? {} : { pool: { waitQueueTimeoutMS: 0 } }),
      ...(transport === undefined ? {} : { transport }),
      driverInfo: this.#driverInfo,
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

function closedError(): MongoNotConnectedError {
  return new MongoNotConnectedError("The client was closed, expected it to be open");
}
