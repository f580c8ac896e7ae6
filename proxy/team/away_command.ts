import { describeReply } from "../../codec/reply.ts";
import { MongoNetworkError } from "../../driver/error.ts";
import type { ClientRequest } from "../client/client_request.ts";
import type { Ongoing } from "../client/ongoing.ts";
import type { ExchangeClient } from "../exchange/exchange.ts";
import { toProxyError } from "../exchange/proxy_error.ts";
import type { TrailOwner } from "../pins/trail.ts";
import type { Forwarding, ForwardReceiver } from "./forwarding.ts";
import type { GatewayTeam } from "./gateway_team.ts";

/** `away` runs in another worker, for a client that left if it is abandoned; `here` was declined by all; `over` ends. */
type AwayState =
  | { readonly kind: "away"; readonly isAbandoned: boolean }
  | { readonly kind: "here"; readonly ongoing: Ongoing }
  | { readonly kind: "over" };

/** A command of a client here that goes on with what another worker has. It runs there, or here after all. */
export class AwayCommand implements Ongoing, ForwardReceiver {
  readonly #request: ClientRequest;
  readonly #client: ExchangeClient;
  readonly #serveHere: () => Ongoing | null;
  #forwarding: Forwarding | null = null;
  #state: AwayState = { kind: "away", isAbandoned: false };

  /** `serveHere` runs the command as one that nobody knows anything of; `null` from it: it is answered. */
  constructor(request: ClientRequest, client: ExchangeClient, serveHere: () => Ongoing | null) {
    this.#request = request;
    this.#client = client;
    this.#serveHere = serveHere;
  }

  /** Sets out to those of `workers` that has it. */
  start(team: GatewayTeam, workers: readonly number[], { isLoadBalanced }: TrailOwner): void {
    this.#request.keep();
    const { id: clientId } = this.#client;
    this.#forwarding = team.forward({ clientId, isLoadBalanced, bytes: this.#request.plain }, workers, this);
  }

  onClientDrain(): void {
    if (this.#state.kind === "here") this.#state.ongoing.onClientDrain?.();
  }

  abandon(): void {
    if (this.#state.kind === "here") return this.#state.ongoing.abandon();
    if (this.#state.kind === "over") return;
    this.#state = { kind: "away", isAbandoned: true };
    this.#forwarding?.abandon();
  }

  /** Waits for nothing: whether the other worker still answers is its own business. */
  cut(): void {
    if (this.#state.kind === "here") return this.#state.ongoing.cut();
    if (this.#state.kind === "over") return;
    this.#forwarding?.cut();
    this.#end();
  }

  onReply(reply: Uint8Array | null): void {
    if (this.#state.kind !== "away") return;
    if (reply !== null && !this.#state.isAbandoned) this.#answer(reply);
    this.#end();
  }

  onDeclined(): void {
    if (this.#state.kind !== "away") return;
    const { isAbandoned } = this.#state;
    try {
      const ongoing = this.#serveHere();
      if (ongoing === null) return this.#end();
      this.#state = { kind: "here", ongoing };
      if (isAbandoned) ongoing.abandon();
    } catch (error) {
      // Who would take this fault is the worker, with all its clients.
      this.#state = { kind: "over" };
      this.#client.breakOff(error instanceof Error ? error.message : String(error));
      this.#client.finished();
    }
  }

  onLost(): void {
    if (this.#state.kind !== "away") return;
    if (!this.#state.isAbandoned) {
      const error = new MongoNetworkError("The worker that ran the command has ended");
      this.#client.refuse(this.#request, toProxyError(error, this.#request.failing));
    }
    this.#end();
  }

  #answer(reply: Uint8Array): void {
    const { isLegacy, command: { traits } } = this.#request;
    const outcome = describeReply(reply, isLegacy);
    if (!outcome.ok || traits.setsLastError) this.#client.onOutcome(this.#request, outcome);
    this.#client.reply(this.#request.replyBytes(reply, reply));
  }

  #end(): void {
    this.#state = { kind: "over" };
    this.#client.finished();
  }
}
