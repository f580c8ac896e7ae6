import type { HostAddress } from "../driver/address.ts";
import { formatHostAddress } from "../driver/address.ts";
import { DEFAULT_CLIENT_OPTIONS } from "../driver/client_options.ts";
import { createTopology } from "../driver/deployment.ts";
import { MongoServerSelectionError } from "../driver/error.ts";
import type { DriverEvent } from "../driver/event.ts";
import type { Topology } from "../driver/sdam/topology.ts";
import { denoTransport } from "../driver/transport/deno_transport.ts";
import type { Listener, Stream, Transport } from "../driver/transport/transport.ts";
import { DRIVER_VERSION } from "../driver/version.ts";
import { ByteBudget } from "./client/byte_budget.ts";
import { StallWatch } from "./client/stall_watch.ts";
import { UploadPlaces } from "./client/upload_places.ts";
import { AwaitLanes } from "./exchange/await_lanes.ts";
import { BuildInfo } from "./local/build_info.ts";
import type { ClientGroup } from "./client/client_group.ts";
import { Clients } from "./client/clients.ts";
import type { ClientRequest } from "./client/client_request.ts";
import type { ClientSession, SessionOwner } from "./client/client_session.ts";
import type { GatewayEventListener } from "./event.ts";
import { CommandWatch } from "./exchange/command_watch.ts";
import type { ExchangeContext } from "./exchange/exchange_context.ts";
import type { CreateFront, Front } from "./front.ts";
import type { GatewayConfig } from "./gateway_config.ts";
import { type GatewayStatus, gatewayStatus } from "./gateway_status.ts";
import { GatewayFront } from "./hello/gateway_front.ts";
import type { LegacyContext } from "./legacy/legacy_context.ts";
import { LegacyCursors } from "./legacy/legacy_cursors.ts";
import { aimAtListing } from "./legacy/legacy_listing.ts";
import { refusesQueryCommand } from "./legacy/refuse_query_command.ts";
import { runHere } from "./legacy/run_here.ts";
import { serveKillCursors } from "./local/kill_cursors.ts";
import { type LocalContext, serveLocally } from "./local/local_commands.ts";
import type { Ongoing } from "./client/ongoing.ts";
import { OwnCommands } from "./local/own_commands.ts";
import { Pins } from "./pins/pins.ts";
import type { ProxyError } from "./exchange/proxy_error.ts";
import { Releaser } from "./pins/release.ts";
import { trailOf } from "./pins/trail.ts";
import type { GatewayTeam } from "./team/gateway_team.ts";
import { GuestHost } from "./team/guest_host.ts";
import { sendAway } from "./team/send_away.ts";

/** How often idle clients, empty groups and unused pins are looked for, in milliseconds. */
const SWEEP_INTERVAL_MS = 1_000;

/** Commands that take documents in sections of their own, and that nobody but a server serves. */
const STREAMED_COMMANDS: ReadonlySet<string> = new Set(["insert", "update", "delete", "bulkWrite"]);
/** Share of a server's pool that waits for other members may hold. */
const MAX_MEMBER_WAITS_SHARE = 0.5;
/** Share of a server's pool that clients may hold while they send large requests. */
const MAX_UPLOADING_SHARE = 0.5;

/** What is there once a gateway is open. */
interface Running {
  readonly topology: Topology;
  readonly listener: Listener;
  readonly exchanges: ExchangeContext;
  readonly legacy: LegacyContext;
  readonly local: LocalContext;
  readonly releaser: Releaser;
  readonly guests: GuestHost;
  readonly sweepTimer: ReturnType<typeof setInterval>;
}

/**
 * One listening address in front of one deployment: looks like a `mongos` (like a standalone server in front of one),
 * and runs any number of clients on a few connections.
 *
 * @example
 * ```ts ignore
 * const gateway = new Gateway(config, (event) => console.log(event.type));
 * await gateway.open({ ping: false });
 * await gateway.drain(30_000);
 * ```
 */
export class Gateway {
  readonly #config: GatewayConfig;
  readonly #emit: GatewayEventListener;
  readonly #transport: Transport;
  readonly #clients: Clients;
  readonly #front: Front;
  readonly #lanes: AwaitLanes;
  readonly #memberLanes: AwaitLanes;
  readonly #owner: SessionOwner;
  readonly #stalls: StallWatch;
  readonly #commands: CommandWatch | null;
  /** What is to be closed while there is nothing more. */
  #opening: Topology | null = null;
  #running: Running | null = null;
  readonly #team: GatewayTeam | null;
  #isDraining = false;
  #isClosing = false;
  #onEmpty: (() => void) | null = null;

  /**
   * Keeps the configuration and does nothing yet. `onEvent` must not throw; `transport` opens all sockets, those of
   * clients and those to servers; `team` are the gateways of other threads that serve the same address, if there are;
   * `createFront` makes what clients see, by default one server that stands for the deployment.
   */
  constructor(
    config: GatewayConfig,
    onEvent: GatewayEventListener,
    transport: Transport = denoTransport,
    team: GatewayTeam | null = null,
    createFront: CreateFront = (options) => new GatewayFront(options),
  ) {
    this.#config = config;
    this.#emit = onEvent;
    this.#transport = transport;
    this.#team = team;
    this.#clients = new Clients({
      limits: config.limits,
      emit: onEvent,
      team,
      release: (group) => this.#release(group),
      onEmpty: () => this.#tellIfEmpty(),
    });
    this.#front = createFront({
      compressors: config.compressors,
      maxWireVersion: config.maxWireVersion ?? null,
      discoveryTimeoutMS: config.upstream.options.serverSelectionTimeoutMS ??
        DEFAULT_CLIENT_OPTIONS.serverSelectionTimeoutMS,
      onHello: (session, hello) => this.#clients.identify(session, hello),
    });
    const { maxAwaitingShare } = config.limits;
    this.#lanes = new AwaitLanes(Math.floor(this.#maxPoolSize * maxAwaitingShare));
    this.#memberLanes = new AwaitLanes(Math.floor(this.#maxPoolSize * MAX_MEMBER_WAITS_SHARE));
    this.#stalls = new StallWatch(config.limits.stallTimeoutMS);
    const { messageTimeoutMS } = config.limits;
    this.#commands = messageTimeoutMS === 0 ? null : new CommandWatch(messageTimeoutMS);
    // Who wants messages compressed on their way to the servers gets them so: they are collected.
    const isPlain = (config.upstream.options.compressors ?? []).length === 0;
    this.#owner = {
      maxMessageSizeBytes: config.limits.maxMessageSizeBytes,
      budget: new ByteBudget(config.limits.maxBufferedBytes),
      uploads: new UploadPlaces(Math.floor(this.#maxPoolSize * MAX_UPLOADING_SHARE)),
      stalls: this.#stalls,
      // A statement of a transaction may have to go to another worker, as a whole.
      mayStream: ({ name, autocommit }) =>
        isPlain && STREAMED_COMMANDS.has(name) && (team === null || autocommit === null),
      serve: (request, session) => this.#serve(request, session),
      reworded: (request, error) => this.#front.rewordedError(request, error),
      onCommandRefused: (session, request, error) => this.#onCommandRefused(session, request, error),
      onClientClosed: (session, reason, message) =>
        this.#clients.onClosed(session, reason, message, this.#open.exchanges.pins.now),
      onClientDone: (session) => this.#clients.onDone(session),
    };
  }

  /** Where it listens, the real port included. Throws before {@linkcode open}. */
  get address(): HostAddress {
    return this.#open.listener.address;
  }

  /** The client processes that are told apart, as {@linkcode GatewayStatus.clientGroups} counts them. */
  get clientGroupKeys(): string[] {
    return [...this.#clients.groups.keys];
  }

  /** Figures as they are now. */
  status(): GatewayStatus {
    const { topology, exchanges } = this.#open;
    return gatewayStatus(this.#clients.size, this.#clients.groups, topology, exchanges.pins, this.#lanes);
  }

  /**
   * Starts discovery, then listens. With `ping`, listens only when the deployment has answered.
   * Throws `MongoServerSelectionError` if it does not or the gateway is closed meanwhile, `MongoParseError` for a TLS
   * file that cannot be used, or `MongoNetworkError` if it cannot listen there.
   */
  async open(options: { readonly ping: boolean }): Promise<void> {
    const topology = await this.#createTopology();
    this.#refuseIfClosed();
    this.#opening = topology;
    const { exchanges, releaser, buildInfo } = this.#build(topology);
    const legacy = { exchanges, opcodes: this.#config.legacyOpcodes ?? "auto", cursors: new LegacyCursors() };
    const guests = this.#host(legacy);
    this.#front.watch(topology, () => void buildInfo.refresh());
    topology.open();
    try {
      if (options.ping) await topology.selectServer({ readPreference: { mode: "nearest" } });
      this.#refuseIfClosed();
      const listener = this.#listen();
      const name = formatHostAddress(listener.address);
      this.#running = {
        topology,
        listener,
        exchanges,
        legacy,
        local: { topology, exchanges, front: this.#front, buildInfo, listener: name },
        releaser,
        guests,
        sweepTimer: setInterval(() => this.#sweep(), SWEEP_INTERVAL_MS),
      };
      this.#sweep();
      this.#emit({ type: "listening", address: name });
    } catch (error) {
      exchanges.ownCommands.cut();
      await topology.close();
      throw error;
    }
  }

  /** Stops accepting, lets what runs end for at most `timeoutMS` milliseconds, and closes everything. */
  async drain(timeoutMS: number): Promise<void> {
    await this.windDown(timeoutMS);
    await this.close();
  }

  /** Like {@linkcode drain}, but stays there for what others of its team go on with. */
  async windDown(timeoutMS: number): Promise<void> {
    const { listener, releaser } = this.#open;
    this.#isDraining = true;
    listener.close();
    this.#clients.closeDoor();
    const empty = new Promise<void>((resolve) => this.#onEmpty = resolve);
    this.#clients.closeWhenIdle();
    this.#front.answerWaiting();
    this.#tellIfEmpty();
    const timeUp = Promise.withResolvers<void>();
    const timer = setTimeout(timeUp.resolve, timeoutMS);
    await Promise.race([empty.then(() => releaser.settled()), timeUp.promise]);
    clearTimeout(timer);
    this.#emit({ type: "drained", cut: this.#clients.size });
  }

  /** Closes everything now. A closed gateway cannot be opened again. */
  async close(): Promise<void> {
    const running = this.#running;
    if (running === null) {
      this.#isClosing = true;
      return await this.#opening?.close();
    }
    this.#isDraining = true;
    this.#clients.closeDoor();
    const { listener, sweepTimer, releaser, exchanges, topology, guests } = running;
    listener.close();
    clearInterval(sweepTimer);
    this.#clients.cut();
    guests.close();
    releaser.stop();
    exchanges.ownCommands.cut();
    this.#isClosing = true;
    await topology.close();
    await releaser.settled();
    this.#running = null;
  }

  #serve(request: ClientRequest, session: ClientSession): Ongoing | null {
    const { local, exchanges, legacy } = this.#open;
    session.usedAt = exchanges.pins.now;
    session.onOperation(request.command);
    if (refusesQueryCommand(request, session)) return null;
    const answer = serveLocally(request, session, local);
    if (answer !== "forward") return answer;
    if (request.failing.name === "killCursors") return serveKillCursors(request, session, exchanges, this.#team);
    aimAtListing(request, legacy);
    const trail = trailOf(request.command, session, exchanges.pins);
    const away = this.#team === null ? null : sendAway(request, session, trail, legacy, this.#team);
    return away ?? runHere(request, session, trail, legacy);
  }

  #onCommandRefused({ id }: Pick<ClientSession, "id">, request: ClientRequest, error: ProxyError): void {
    const { code, codeName, errmsg: message } = error;
    const command = request.failing.name;
    this.#emit({ type: "commandRefused", clientId: id, command, code, codeName, message });
  }

  get #open(): Running {
    if (this.#running === null) throw new Error("The gateway is not open");
    return this.#running;
  }

  get #maxPoolSize(): number {
    const size = this.#config.upstream.options.maxPoolSize ?? DEFAULT_CLIENT_OPTIONS.maxPoolSize;
    return size === 0 ? Infinity : size;
  }

  #refuseIfClosed(): void {
    if (this.#isClosing) throw new MongoServerSelectionError("The gateway was closed while it opened");
  }

  #createTopology(): Promise<Topology> {
    const { upstream, limits } = this.#config;
    return createTopology(upstream, {
      onEvent: (event) => this.#onUpstreamEvent(event),
      transport: this.#transport,
      driverInfo: [{ name: "torana-proxy", version: DRIVER_VERSION }],
      pool: {
        keepAlive: true,
        tellsCheckOuts: false,
        maxWaitQueueSize: limits.maxWaitingRequests,
        waitQueueTimeoutMS: upstream.options.waitQueueTimeoutMS ?? limits.waitTimeoutMS,
      },
    });
  }

  /** Makes what works on a topology. */
  #build(topology: Topology): Pick<Running, "exchanges" | "releaser"> & { readonly buildInfo: BuildInfo } {
    const ownCommands = new OwnCommands();
    const releaser = new Releaser(topology, ownCommands, this.#emit);
    const { limits } = this.#config;
    const pins = new Pins(
      limits,
      this.#maxPoolSize,
      this.#emit,
      (cursors, transactions) => releaser.release(cursors, transactions),
      this.#team?.directory,
    );
    const buildInfo = new BuildInfo(topology, ownCommands);
    const exchanges: ExchangeContext = {
      topology,
      pins,
      limits,
      emit: this.#emit,
      ownCommands,
      stalls: this.#stalls,
      commands: this.#commands,
      load: this.#transport.load,
      front: this.#front,
      laneOf: (server) => this.#lanes.of(server),
      memberLaneOf: (server) => this.#memberLanes.of(server),
    };
    return { exchanges, releaser, buildInfo };
  }

  /** Makes what runs the commands that others of the team forward. */
  #host(legacy: LegacyContext): GuestHost {
    const guests = new GuestHost({
      legacy,
      groups: this.#clients.groups,
      maxMessageSizeBytes: this.#config.limits.maxMessageSizeBytes,
      onRefused: (client, request, error) => this.#onCommandRefused(client, request, error),
      onDone: () => this.#tellIfEmpty(),
    });
    this.#team?.join(guests);
    return guests;
  }

  #listen(): Listener {
    const { listen, unlink } = this.#config;
    return this.#transport.listen(
      listen,
      { unlink, reusePort: this.#team !== null },
      (stream) => this.#accept(stream),
      (error) => this.#emit({ type: "listenerFailed", address: formatHostAddress(listen), error }),
    );
  }

  #accept(stream: Stream): void {
    if (this.#front.isOpen) this.#clients.accept(stream, this.#owner, this.#open.exchanges.pins.now);
    else stream.close();
  }

  #onUpstreamEvent(event: DriverEvent): void {
    // The end of discovery tells of no servers any more, which is no news.
    if (this.#isClosing) return;
    this.#front.onEvent(event);
    this.#emit({ type: "upstream", event });
  }

  #sweep(): void {
    const { pins } = this.#open.exchanges;
    const now = performance.now();
    pins.sweep(now);
    this.#stalls.look(now);
    this.#commands?.look(now);
    this.#front.sweep();
    this.#clients.sweep(now);
    this.#lanes.sweep();
    this.#memberLanes.sweep();
  }

  /** Ends what a group left open. While draining it stays: the clients go on with it through another proxy. */
  #release(group: ClientGroup): void {
    if (this.#isDraining) return;
    this.#open.exchanges.pins.release([...group.cursors], [...group.transactions]);
  }

  #tellIfEmpty(): void {
    const guests = this.#running?.guests.size ?? 0;
    if (this.#clients.isEmpty && guests === 0) this.#onEmpty?.();
  }
}
