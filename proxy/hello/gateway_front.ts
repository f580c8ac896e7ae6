import type { Document } from "bson";
import type { ReplyView } from "../../codec/reply.ts";
import type { DriverEvent } from "../../driver/event.ts";
import type { Topology } from "../../driver/sdam/topology.ts";
import type { ClientRequest } from "../client/client_request.ts";
import type { ClientSession } from "../client/client_session.ts";
import type { Ongoing } from "../client/ongoing.ts";
import type { ProxyError } from "../exchange/proxy_error.ts";
import { mayTellStateChange, withoutStateChanges } from "../exchange/state_change.ts";
import type { Front, FrontOptions } from "../front.ts";
import type { Facade } from "./facade.ts";
import { FacadeWatch } from "./facade_watch.ts";
import { HelloDesk } from "./hello_desk.ts";

/** Makes one server of a deployment: a `mongos`, or a standalone server in front of one. */
export class GatewayFront implements Front {
  readonly isOpen = true;
  readonly #desk: HelloDesk;
  readonly #facades: FacadeWatch;

  constructor(options: FrontOptions) {
    this.#desk = new HelloDesk(options);
    this.#facades = new FacadeWatch((facade) => this.#desk.update(facade));
  }

  get looksLike(): Facade["looksLike"] | null {
    return this.#desk.facade?.looksLike ?? null;
  }

  get maxWireVersion(): number | null {
    return this.#desk.facade?.maxWireVersion ?? null;
  }

  watch(topology: Topology, onTopologyChange: () => void): void {
    this.#facades.watch(topology, onTopologyChange);
  }

  onEvent(event: DriverEvent): void {
    this.#facades.onEvent(event);
  }

  serveHello(request: ClientRequest, session: ClientSession): Ongoing | null {
    return this.#desk.serve(request, session);
  }

  answerWaiting(): void {
    this.#desk.answerWaiting();
  }

  /** A load balancer is not monitored, and has to be asked until it answers. */
  sweep(): void {
    if (this.#desk.facade === null) void this.#facades.askLoadBalancer();
  }

  isAboutServers(): boolean {
    return false;
  }

  /** A legacy find tells of its failure by a flag, and has no errmsg. */
  reworded(request: ClientRequest, reply: ReplyView): Document | null {
    const isForMongos = this.looksLike !== "standalone" && !request.isLegacy;
    return isForMongos && mayTellStateChange(reply) ? withoutStateChanges(reply) : null;
  }

  rewordedError(_request: ClientRequest, error: ProxyError): ProxyError {
    return error;
  }
}
