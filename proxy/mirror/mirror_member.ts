import { formatHostAddress, type HostAddress } from "../../driver/address.ts";
import type { Transport } from "../../driver/transport/transport.ts";
import type { GatewayEvent, GatewayEventListener } from "../event.ts";
import { Gateway } from "../gateway.ts";
import type { GatewayConfig } from "../gateway_config.ts";
import type { GatewayStatus } from "../gateway_status.ts";
import { MemberFront } from "./member_front.ts";
import type { SetView } from "./set_view.ts";

/** How long clients may take to end what they do at a member that left the set, in milliseconds. */
const LEAVING_MS = 30_000;
/** How long to wait before listening is tried again, in milliseconds. */
const DEFAULT_RETRY_MS = 5_000;

/** What a {@linkcode MirrorMember} works with. */
export interface MirrorMemberOptions {
  /** Address by which the set knows the member, in lower case. */
  readonly name: string;
  /** The port that the member itself listens on. */
  readonly port: number;
  readonly transport: Transport;
  readonly view: SetView;
  /** What clients are told instead of the address that is listened on. */
  readonly advertised: (address: HostAddress) => HostAddress;
  readonly emit: GatewayEventListener;
  /** Somebody listens after all, where that did not work at first. */
  readonly onListening: () => void;
  /** How long to wait before listening is tried again, in milliseconds. @default {5000} */
  readonly retryMS?: number;
}

/** Whether somebody listens for a member. `failed` waits to try again. */
type ListeningState =
  | { readonly kind: "away" }
  | { readonly kind: "opening"; readonly gateway: Gateway; readonly opened: Promise<void> }
  | { readonly kind: "open"; readonly gateway: Gateway }
  | { readonly kind: "failed"; readonly timer: ReturnType<typeof setTimeout> };

const AWAY: ListeningState = { kind: "away" };

/** One member of the set, and the listener that stands for it while it is part of the set. */
export class MirrorMember {
  readonly name: string;
  readonly #options: MirrorMemberOptions;
  /** Listeners that end. */
  readonly #leaving = new Map<Gateway, Promise<void>>();
  #address: HostAddress;
  #state: ListeningState = AWAY;
  #front: MemberFront | null = null;

  /** `address` is where it listens; a port that the system chooses is kept. */
  constructor(address: HostAddress, options: MirrorMemberOptions) {
    this.name = options.name;
    this.#address = address;
    this.#options = options;
  }

  /** Where clients reach the member; a port of 0 is not known before it has listened. */
  get told(): HostAddress {
    return this.#options.advertised(this.#address);
  }

  get isAway(): boolean {
    return this.#state.kind === "away";
  }

  get isListening(): boolean {
    return this.#state.kind === "open";
  }

  /** Figures of the listener; null where nobody listens. */
  get status(): GatewayStatus | null {
    return this.#state.kind === "open" ? this.#state.gateway.status() : null;
  }

  /** Listens, if nobody does. Resolves when that has worked, or not at first. */
  async join(config: Omit<GatewayConfig, "listen">): Promise<void> {
    if (this.#state.kind === "opening") return await this.#state.opened;
    if (this.#state.kind !== "away") return;
    await this.#open(config);
  }

  /** Listens no longer; clients may end what they do. */
  leave(): void {
    void this.#drain(LEAVING_MS);
  }

  /** Clients are to be told of other members. */
  onView(): void {
    this.#front?.answerWaiting();
  }

  /** Listens no longer, lets what runs end for at most `timeoutMS` milliseconds, and closes everything. */
  async drain(timeoutMS: number): Promise<void> {
    await Promise.all([this.#untilLeft(timeoutMS), this.#drain(timeoutMS)]);
    await this.close();
  }

  /** Closes everything now. */
  async close(): Promise<void> {
    const state = this.#quit();
    if (state.kind === "open" || state.kind === "opening") await state.gateway.close();
    await Promise.all([...this.#leaving].flatMap(([gateway, ended]) => [gateway.close(), ended]));
  }

  /** Nobody listens any more; gives who did. */
  #quit(): ListeningState {
    const state = this.#state;
    this.#state = AWAY;
    if (state.kind === "failed") clearTimeout(state.timer);
    return state;
  }

  async #drain(timeoutMS: number): Promise<void> {
    const state = this.#quit();
    if (state.kind !== "open" && state.kind !== "opening") return;
    const { kind, gateway } = state;
    const ended = kind === "open" ? gateway.drain(timeoutMS) : gateway.close();
    this.#leaving.set(gateway, ended);
    await ended;
    this.#leaving.delete(gateway);
  }

  /** Waits for listeners that were ending already. */
  async #untilLeft(timeoutMS: number): Promise<void> {
    if (this.#leaving.size === 0) return;
    const timeUp = Promise.withResolvers<void>();
    const timer = setTimeout(timeUp.resolve, timeoutMS);
    await Promise.race([Promise.all(this.#leaving.values()), timeUp.promise]);
    clearTimeout(timer);
  }

  async #open(config: Omit<GatewayConfig, "listen">): Promise<void> {
    const { transport, view, port, name } = this.#options;
    const gateway = new Gateway(
      { ...config, listen: this.#address },
      (event) => this.#onEvent(event),
      transport,
      null,
      (options) => this.#front = new MemberFront(options, { port, view, told: () => this.told }),
    );
    const opened = gateway.open({ ping: false });
    const state: ListeningState = { kind: "opening", gateway, opened: opened.catch(() => {}) };
    this.#state = state;
    try {
      await opened;
      if (this.#state !== state) return;
      this.#state = { kind: "open", gateway };
      this.#address = gateway.address;
      this.#options.emit({ type: "memberAdded", member: name, address: formatHostAddress(this.told) });
    } catch (cause) {
      if (this.#state !== state) return;
      const error = cause instanceof Error ? cause : new Error(String(cause));
      this.#retry(config);
      this.#options.emit({ type: "memberFailed", member: name, address: formatHostAddress(this.#address), error });
    }
  }

  #retry(config: Omit<GatewayConfig, "listen">): void {
    const { onListening, retryMS = DEFAULT_RETRY_MS } = this.#options;
    const again = async () => {
      await this.#open(config);
      if (this.isListening) onListening();
    };
    this.#state = { kind: "failed", timer: setTimeout(() => void again(), retryMS) };
  }

  #onEvent(event: GatewayEvent): void {
    this.#options.emit({ type: "member", member: this.name, event });
  }
}
