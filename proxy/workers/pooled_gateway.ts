import { formatHostAddress, type HostAddress } from "../../driver/address.ts";
import { denoTransport } from "../../driver/transport/deno_transport.ts";
import type { ServedGateway } from "../cli/serve.ts";
import type { GatewayEventListener } from "../event.ts";
import type { GatewayConfig } from "../gateway_config.ts";
import type { GatewayStatus } from "../gateway_status.ts";
import { mergeStatus } from "./merge_status.ts";
import { sum } from "./sum.ts";
import type { SharedEvent } from "./worker_message.ts";
import { shareOf } from "./worker_share.ts";
import type { WorkerThread } from "./worker_thread.ts";

/** What a {@linkcode PooledGateway} needs of its pool. */
export interface PooledGatewayOptions {
  /** Its number, the same in all workers. */
  readonly number: number;
  readonly config: GatewayConfig;
  /** Workers that there are to be. */
  readonly workers: number;
  /** Those that are alive. */
  readonly threads: () => readonly WorkerThread[];
  readonly onEvent: GatewayEventListener;
  readonly onClosed: (gateway: PooledGateway) => void;
}

type EventOf<Type extends SharedEvent["type"]> = Extract<SharedEvent, { readonly type: Type }>;

/** One listening address that all workers serve together. A unix socket cannot be shared: one of them serves it. */
export class PooledGateway implements ServedGateway {
  readonly #options: PooledGatewayOptions;
  readonly #draining: EventOf<"draining">[] = [];
  readonly #drained: EventOf<"drained">[] = [];
  /** Where it listens once it is open, the real port included. */
  #address: HostAddress | null = null;
  #isEnding = false;

  constructor(options: PooledGatewayOptions) {
    this.#options = options;
  }

  /** Where it listens, the real port included. Throws before {@linkcode open}. */
  get address(): HostAddress {
    if (this.#address === null) throw new Error("The gateway is not open");
    return this.#address;
  }

  /** Whether it was asked to drain or close. */
  get isEnding(): boolean {
    return this.#isEnding;
  }

  /** The first worker chooses the port if it is 0. Throws what `Gateway.open` does, as an `Error` of the same name. */
  async open({ ping }: { readonly ping: boolean }): Promise<void> {
    const { config: { listen, unlink }, onEvent } = this.#options;
    if (listen.kind === "tcp") checkPortIsFree(listen);
    const [first, ...others] = this.#hosts();
    if (first === undefined) throw new Error("No worker is there");
    const address = await this.#openIn(first, { listen, unlink }, ping);
    this.#address = address;
    await Promise.all(others.map((thread) => this.#openIn(thread, { listen: address, unlink }, ping)));
    onEvent({ type: "listening", address: formatHostAddress(address) });
  }

  /** Opens it in a worker that takes the place of another, which may have left a socket's file behind. */
  async reopen(thread: WorkerThread): Promise<void> {
    if (this.#address === null || this.#isEnding || !this.#hosts().includes(thread)) return;
    await this.#openIn(thread, { listen: this.#address, unlink: true }, false);
    // Only those that serve were asked to end.
    if (this.#isEnding) await this.closeIn(thread);
  }

  /** Closes its part in one worker, as far as that is open. */
  async closeIn(thread: WorkerThread): Promise<void> {
    await thread.call({ method: "close", gateway: this.#options.number });
  }

  async drain(timeoutMS: number): Promise<void> {
    const { number: gateway, onEvent } = this.#options;
    this.#isEnding = true;
    // Each stays until all are through: it may run what a client of another waits for.
    await Promise.allSettled(this.#hosts().map((thread) => thread.call({ method: "windDown", gateway, timeoutMS })));
    onEvent({ type: "drained", cut: sum(this.#drained.map(({ cut }) => cut)) });
    await this.close();
  }

  async close(): Promise<void> {
    this.#isEnding = true;
    await Promise.allSettled(this.#hosts().map((thread) => this.closeIn(thread)));
    this.#options.onClosed(this);
  }

  /** Figures of all workers together. Rejects if one ends meanwhile. */
  async status(): Promise<GatewayStatus> {
    const { number: gateway } = this.#options;
    return mergeStatus(await Promise.all(this.#hosts().map((thread) => thread.call({ method: "status", gateway }))));
  }

  /** A worker says something of its part. */
  onWorkerEvent(event: SharedEvent): void {
    if (event.type === "drained") this.#drained.push(event);
    if (event.type !== "draining") return;
    this.#draining.push(event);
    if (this.#draining.length < this.#hosts().length) return;
    const clients = sum(this.#draining.map((part) => part.clients));
    const busy = sum(this.#draining.map((part) => part.busy));
    this.#options.onEvent({ type: "draining", clients, busy });
  }

  /** The workers that serve it. */
  #hosts(): readonly WorkerThread[] {
    const { config, number, workers, threads } = this.#options;
    if (config.listen.kind === "tcp") return threads();
    return threads().filter(({ index }) => index === number % workers);
  }

  async #openIn(
    thread: WorkerThread,
    place: Pick<GatewayConfig, "listen" | "unlink">,
    ping: boolean,
  ): Promise<HostAddress> {
    const { config, number: gateway, workers } = this.#options;
    const share = config.listen.kind === "tcp" ? shareOf(config, thread.index, workers) : config;
    const { port } = await thread.call({ method: "open", gateway, config: { ...share, ...place }, ping });
    return place.listen.kind === "tcp" ? { ...place.listen, port } : place.listen;
  }
}

/** Sharing a port must not mean sharing it with another program by mistake. Throws `MongoNetworkError`. */
function checkPortIsFree(address: HostAddress): void {
  denoTransport.listen(address, {}, (stream) => stream.close(), () => {}).close();
}
