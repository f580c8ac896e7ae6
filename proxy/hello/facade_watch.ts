import type { Document } from "bson";
import type { DriverEvent } from "../../driver/event.ts";
import { isDataBearing, type ServerDescription } from "../../driver/sdam/server_description.ts";
import type { Topology } from "../../driver/sdam/topology.ts";
import { describeFacade, type Facade } from "./facade.ts";

/** Keeps what each server says of itself, and from it what clients are told. */
export class FacadeWatch {
  readonly #onFacade: (facade: Facade | null) => void;
  /** The last `hello` of each server, by address. */
  readonly #hellos = new Map<string, Document>();
  #topology: Topology | null = null;
  #isAsking = false;
  #onTopologyChange: () => void = () => {};

  constructor(onFacade: (facade: Facade | null) => void) {
    this.#onFacade = onFacade;
  }

  /** Watches `topology`; `onTopologyChange` is called when its servers, or their states, are others. */
  watch(topology: Topology, onTopologyChange: () => void): void {
    this.#topology = topology;
    this.#onTopologyChange = onTopologyChange;
  }

  /** Asks a load balancer, which is not monitored, over a connection of its pool. To be called until it answers. */
  async askLoadBalancer(): Promise<void> {
    const server = this.#topology?.servers.find((server) => server.description.type === "LoadBalancer");
    if (server === undefined || this.#isAsking) return;
    this.#isAsking = true;
    try {
      const connection = await server.pool.checkOutAsync();
      const { hello } = connection;
      server.pool.checkIn(connection);
      if (hello !== null) this.#onFacade(describeFacade([{ isStandalone: false, hello }]));
    } catch {
      // The pool's events tell why.
    } finally {
      this.#isAsking = false;
    }
  }

  onEvent(event: DriverEvent): void {
    switch (event.type) {
      case "serverHeartbeatSucceeded":
        this.#hellos.set(event.connectionId, event.reply);
        break;
      case "serverClosed":
        this.#hellos.delete(event.address);
        break;
      case "topologyDescriptionChanged":
        this.#update();
        this.#onTopologyChange();
        break;
    }
  }

  #update(): void {
    const servers = [...this.#topology?.description.servers.values() ?? []];
    this.#onFacade(describeFacade(servers.flatMap((server) => this.#sourceOf(server))));
  }

  #sourceOf(server: ServerDescription) {
    const hello = this.#hellos.get(server.address);
    return isDataBearing(server.type) && hello !== undefined
      ? [{ isStandalone: server.type === "Standalone", hello }]
      : [];
  }
}
