import { formatHostAddress, type HostAddress, parseHostAddress } from "../address.ts";
import { MongoServerSelectionError } from "../error.ts";
import { chooseServer } from "../selection/choose_server.ts";
import { validateReadPreference } from "../selection/read_preference.ts";
import { selectionProblem } from "../selection/select_servers.ts";
import { SelectionCache, type SelectionRequest } from "../selection/selection_cache.ts";
import { selectionTimeoutError } from "../selection/selection_error.ts";
import { SelectionQueue, type SelectionWaiter } from "../selection/selection_queue.ts";
import type { SdamEvent } from "./sdam_event.ts";
import { Server } from "./server.ts";
import {
  isDataBearing,
  type ServerDescription,
  serverDescriptionsEqual,
  unknownServerDescription,
} from "./server_description.ts";
import { SrvPoller } from "./srv_poller.ts";
import {
  emptyTopologyDescription,
  initialTopologyDescription,
  type TopologyDescription,
  topologyDescriptionsEqual,
} from "./topology_description.ts";
import { type TopologyOptions, type TopologySettings, topologySettings } from "./topology_options.ts";
import { compareTopologyVersion } from "./topology_version.ts";
import { followsSrvRecords, updateFromSrv } from "./update_from_srv.ts";
import { updateTopologyDescription } from "./update_topology.ts";

export type { SelectionRequest } from "../selection/selection_cache.ts";
export type { SelectionWaiter } from "../selection/selection_queue.ts";
export { Server } from "./server.ts";
export type { TopologyOptions } from "./topology_options.ts";

let lastTopologyId = 0;

/**
 * A deployment as it is now: discovers its servers, watches them, and chooses one for an operation
 * (server discovery and monitoring, and server selection specifications). Before {@linkcode Topology.open}
 * and after {@linkcode Topology.close} it has no servers.
 *
 * @example
 * ```ts ignore
 * const topology = new Topology({ seeds, createPool, createMonitorConnection, onEvent: () => {} });
 * topology.open();
 * const server = await topology.selectServer({ readPreference: PRIMARY });
 * const connection = await server.pool.checkOutAsync();
 * ```
 */
export class Topology implements AsyncDisposable {
  /** Says in events which topology they are of. */
  readonly id = ++lastTopologyId;
  readonly #settings: TopologySettings;
  readonly #servers = new Map<string, Server>();
  readonly #waiting: SelectionQueue<Server>;
  readonly #srvPoller: SrvPoller | null;
  /** What removed servers still have to let go of. */
  readonly #closing = new Set<Promise<void>>();
  #state: "new" | "open" | "closed" = "new";
  #description: TopologyDescription = emptyTopologyDescription();
  #cache: SelectionCache<Server>;

  /**
   * {@linkcode createTopology} makes one of a connection string. Throws `MongoAPIError` for options that do not go
   * together.
   *
   * @internal
   */
  constructor(options: TopologyOptions) {
    const settings = topologySettings(options);
    this.#settings = settings;
    this.#cache = this.#newCache();
    this.#waiting = new SelectionQueue(
      settings.serverSelectionTimeoutMS,
      (request) => selectionTimeoutError(this.#description, request, settings.serverSelectionTimeoutMS),
    );
    this.#srvPoller = settings.pollSrv === undefined ? null : new SrvPoller({
      poll: settings.pollSrv,
      onHosts: (hosts) => this.#onSrvHosts(hosts),
      intervalMS: settings.rescanSrvIntervalMS,
      retryIntervalMS: settings.heartbeatFrequencyMS,
    });
  }

  /** What is known now; a value that is replaced. */
  get description(): TopologyDescription {
    return this.#description;
  }

  /** Starts discovery. Does nothing the second time, or after a close. */
  open(): void {
    if (this.#state !== "new") return;
    this.#state = "open";
    this.#tell({ type: "topologyOpening", topologyId: this.id });
    const seeds = this.#settings.seeds.map(formatHostAddress);
    this.#open(initialTopologyDescription({ ...this.#settings, seeds }));
    this.#srvPoller?.start();
  }

  /** Closes the pools, fails the waiters and stops everything; resolves when no connection attempt is left. */
  async close(): Promise<void> {
    if (this.#state === "open") this.#close();
    this.#state = "closed";
    await Promise.all(this.#closing);
  }

  /** Closes the topology. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /**
   * Chooses a server now, or gives `null` if none suits. Costs a look-up, so that it can be done for every message:
   * two of the servers in the latency window, and of them the one with fewer operations.
   */
  trySelect(request: SelectionRequest): Server | null {
    return chooseServer(this.#cache.candidates(request), operationCount, this.#settings.random);
  }

  /**
   * Tells `waiter` of a server as soon as there is one, possibly within the call, or that there was none within
   * `serverSelectionTimeoutMS` or never will be. Asks all servers to be checked.
   */
  select(request: SelectionRequest, waiter: SelectionWaiter<Server>): void {
    const problem = this.#problemOf(request);
    if (problem !== null) return waiter.onSelectionFailed(problem);
    const server = this.trySelect(request);
    if (server !== null) return waiter.onServer(server);
    this.#waiting.add(waiter, request);
    this.#requestChecks();
  }

  /** Takes `waiter` out of the queue, without an answer. Nothing happens if it does not wait. */
  cancelSelection(waiter: SelectionWaiter<Server>): void {
    this.#waiting.delete(waiter);
  }

  /** The promise form of {@linkcode select}. Rejects with `MongoAPIError` if the read preference contradicts itself. */
  selectServer(request: SelectionRequest): Promise<Server> {
    return new Promise((onServer, onSelectionFailed) => {
      validateReadPreference(request.readPreference);
      this.select(request, { onServer, onSelectionFailed });
    });
  }

  /** The server of this address (`host:port` or a socket's path), if it is part of the topology now. */
  server(address: string): Server | null {
    return this.#servers.get(address) ?? null;
  }

  /** All servers, those that cannot be reached included. */
  get servers(): Server[] {
    return [...this.#servers.values()];
  }

  #open(initial: TopologyDescription): void {
    const previousDescription = this.#description;
    this.#replace(initial);
    for (const description of initial.servers.values()) this.#add(description);
    this.#tellChanged(previousDescription);
    for (const address of initial.servers.keys()) this.#tellOpening(address);
    if (initial.type === "LoadBalanced") this.#takeLoadBalancer();
    for (const server of this.servers) server.open();
  }

  #close(): void {
    this.#srvPoller?.stop();
    const previousDescription = this.#description;
    const removed = this.servers;
    this.#servers.clear();
    this.#replace(emptyTopologyDescription());
    const error = new MongoServerSelectionError("The topology is closed");
    this.#state = "closed";
    for (const server of removed) this.#shut(server);
    this.#waiting.settle(() => null, () => error);
    this.#tellChanged(previousDescription);
    this.#tell({ type: "topologyClosed", topologyId: this.id });
  }

  /** A load balancer is not watched: it is what it is said to be. */
  #takeLoadBalancer(): void {
    for (const { address } of this.servers) {
      this.#onDescription({ ...unknownServerDescription(address), type: "LoadBalancer" });
    }
  }

  /** Takes in the outcome of a check or of an error, unless something newer is known already. */
  #onDescription(description: ServerDescription): void {
    const known = this.#description.servers.get(description.address);
    if (known === undefined) return;
    if (compareTopologyVersion(known.topologyVersion, description.topologyVersion) <= 0) {
      this.#update(updateTopologyDescription(this.#description, description), description);
    }
    this.#serveWaiters();
  }

  #onSrvHosts(hosts: readonly HostAddress[]): void {
    const { srvMaxHosts, random } = this.#settings;
    this.#update(updateFromSrv(this.#description, hosts.map(formatHostAddress), srvMaxHosts, random), null);
    this.#serveWaiters();
  }

  /** Makes `next` what is known, servers included, before anybody hears of it. */
  #update(next: TopologyDescription, checked: ServerDescription | null): void {
    const previous = this.#description;
    if (next === previous) return;
    const removed = this.servers.filter((server) => !next.servers.has(server.address));
    const added = [...next.servers.values()].filter((server) => !this.#servers.has(server.address));
    for (const server of removed) this.#servers.delete(server.address);
    for (const description of added) this.#add(description);
    this.#replace(next);
    if (checked !== null) this.#readyPool(checked);
    this.#tellServersChanged(previous, checked);
    for (const server of removed) this.#shut(server);
    for (const { address } of added) this.#tellOpening(address);
    this.#tellChanged(previous);
    for (const { address } of added) this.server(address)?.open();
    if (!followsSrvRecords(next)) this.#srvPoller?.stop();
  }

  #replace(description: TopologyDescription): void {
    this.#description = description;
    for (const server of this.#servers.values()) {
      server.description = description.servers.get(server.address) ?? server.description;
    }
    this.#cache = this.#newCache();
  }

  /** A pool is ready before its server can be chosen. */
  #readyPool({ address, type }: ServerDescription): void {
    const server = this.server(address);
    if (type === "Unknown" || server === null || server.description.type === "Unknown") return;
    if (isDataBearing(type) || this.#description.type === "Single") server.pool.ready();
  }

  #add(description: ServerDescription): void {
    const { createPool, createMonitor, createMonitorConnection, loadBalanced } = this.#settings;
    const address = parseHostAddress(description.address);
    const server = new Server({
      address,
      description,
      isLoadBalancer: loadBalanced,
      createPool,
      createMonitor: loadBalanced ? null : (listener) =>
        createMonitor({
          ...this.#settings,
          address: description.address,
          connect: (signal) => createMonitorConnection(address, signal),
          listener,
        }),
      onDescription: (changed) => this.#onDescription(changed),
      onEvent: (event) => this.#tell(event),
    });
    this.#servers.set(description.address, server);
  }

  #shut(server: Server): void {
    const closed = server.close();
    this.#closing.add(closed);
    closed.finally(() => this.#closing.delete(closed));
    this.#tell({ type: "serverClosed", topologyId: this.id, address: server.address });
  }

  #serveWaiters(): void {
    if (this.#waiting.size === 0) return;
    this.#waiting.settle((request) => this.trySelect(request), (request) => this.#problemOf(request));
    if (this.#waiting.size > 0) this.#requestChecks();
  }

  #requestChecks(): void {
    for (const server of this.#servers.values()) server.requestCheck();
  }

  #problemOf({ readPreference }: SelectionRequest): MongoServerSelectionError | null {
    if (this.#state === "closed") return new MongoServerSelectionError("The topology is closed");
    const { heartbeatFrequencyMS } = this.#settings;
    const problem = selectionProblem(this.#description, { readPreference, heartbeatFrequencyMS });
    return problem === null ? null : new MongoServerSelectionError(problem);
  }

  #newCache(): SelectionCache<Server> {
    const { localThresholdMS, heartbeatFrequencyMS } = this.#settings;
    return new SelectionCache(this.#description, {
      localThresholdMS,
      heartbeatFrequencyMS,
      toServer: ({ address }) => this.#servers.get(address)!,
    });
  }

  #tellServersChanged(previous: TopologyDescription, checked: ServerDescription | null): void {
    for (const previousDescription of previous.servers.values()) {
      const { address } = previousDescription;
      const newDescription = this.#description.servers.get(address) ??
        (checked?.address === address ? checked : previousDescription);
      if (serverDescriptionsEqual(previousDescription, newDescription)) continue;
      this.#tell({
        type: "serverDescriptionChanged",
        topologyId: this.id,
        address,
        previousDescription,
        newDescription,
      });
    }
  }

  #tellOpening(address: string): void {
    this.#tell({ type: "serverOpening", topologyId: this.id, address });
  }

  #tellChanged(previousDescription: TopologyDescription): void {
    const newDescription = this.#description;
    if (topologyDescriptionsEqual(previousDescription, newDescription)) return;
    this.#tell({ type: "topologyDescriptionChanged", topologyId: this.id, previousDescription, newDescription });
  }

  #tell(event: SdamEvent): void {
    this.#settings.onEvent(event);
  }
}

function operationCount(server: Server): number {
  return server.pool.operationCount;
}
