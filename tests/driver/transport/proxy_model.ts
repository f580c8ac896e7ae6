import { Coalescer, type ThreadClock } from "../../../driver/transport/coalescer.ts";

/** When a server is through with a request that was sent at `now`, the `index`th that was sent in one turn. */
export type ServerModel = (now: number, index: number) => number;

/** What a model of a proxy is made of; times in milliseconds. */
export interface ModelOptions {
  readonly server: ServerModel;
  /** Longest pause; 0 for none. */
  readonly maxWindowMS: number;
  /** Upstream connections. @default {32} */
  readonly pool?: number;
  /** How much longer than asked the thread sleeps. @default {0.07} */
  readonly oversleepMS?: number;
}

interface Client {
  /** When it sent the request that is under way. */
  askedAt: number;
  isActive: boolean;
}

interface SocketEvent {
  readonly at: number;
  readonly client: Client;
  readonly kind: "request" | "reply";
}

/** What it costs the proxy to serve an event, and to look for more. */
const EVENT_MS = 0.006;
const TURN_MS = 0.01;
const DEFAULT_POOL = 32;
const DEFAULT_OVERSLEEP_MS = 0.07;

/** A proxy with a real coalescer, simulated clients in closed loops, and a simulated server, without any real time. */
export class ProxyModel {
  readonly #options: ModelOptions;
  readonly #coalescer: Coalescer;
  readonly #clients: Client[] = [];
  readonly #waiting: Client[] = [];
  #events: SocketEvent[] = [];
  #now = 1;
  #inFlight = 0;
  /** Latencies of requests since {@linkcode ProxyModel.run} began. */
  readonly #latencies: number[] = [];
  /** Every sleep that was asked for since then. */
  #sleeps: number[] = [];

  constructor(options: ModelOptions) {
    this.#options = options;
    const oversleep = options.oversleepMS ?? DEFAULT_OVERSLEEP_MS;
    const clock: ThreadClock = { now: () => this.#now, sleep: (ms) => void (this.#now += ms + oversleep) };
    this.#coalescer = new Coalescer(options.maxWindowMS, clock);
  }

  /** Lets so many clients send one request after the other, and runs for `ms`. */
  run(clients: number, ms: number): { operations: number; meanMS: number; sleeps: readonly number[] } {
    this.#setClients(clients);
    this.#latencies.length = 0;
    this.#sleeps = [];
    const end = this.#now + ms;
    while (this.#now < end && this.#events.length > 0) this.#turn();
    const sum = this.#latencies.reduce((total, latency) => total + latency, 0);
    return { operations: this.#latencies.length, meanMS: sum / this.#latencies.length, sleeps: this.#sleeps };
  }

  #setClients(count: number): void {
    while (this.#clients.length < count) {
      const client = { askedAt: this.#now, isActive: true };
      this.#clients.push(client);
      this.#add(client, this.#now, "request");
    }
    for (const client of this.#clients.splice(count)) client.isActive = false;
  }

  #turn(): void {
    this.#now = Math.max(this.#now + TURN_MS, this.#events[0]!.at);
    const count = this.#events.findIndex(({ at }) => at > this.#now);
    const ready = this.#events.splice(0, count < 0 ? this.#events.length : count);
    let sent = 0;
    for (const event of ready) {
      this.#now += EVENT_MS;
      if (event.kind === "reply") this.#onReply(event.client);
      else this.#onRequest(event.client);
      if (this.#send(sent)) sent++;
    }
    if (!this.#coalescer.mayPause) return;
    const asked = this.#coalescer.endTurn(ready.length);
    if (asked > 0) this.#sleeps.push(asked);
  }

  #onRequest(client: Client): void {
    this.#coalescer.asked();
    this.#waiting.push(client);
  }

  #send(index: number): boolean {
    if (this.#inFlight >= (this.#options.pool ?? DEFAULT_POOL)) return false;
    const client = this.#waiting.shift();
    if (client === undefined) return false;
    this.#inFlight++;
    this.#add(client, this.#options.server(this.#now, index), "reply");
    return true;
  }

  #onReply(client: Client): void {
    this.#inFlight--;
    this.#coalescer.answered();
    this.#latencies.push(this.#now - client.askedAt);
    if (!client.isActive) return;
    client.askedAt = this.#now;
    this.#add(client, this.#now + EVENT_MS, "request");
  }

  #add(client: Client, at: number, kind: SocketEvent["kind"]): void {
    const later = this.#events.findIndex((event) => event.at > at);
    this.#events.splice(later < 0 ? this.#events.length : later, 0, { at, client, kind });
  }
}

/** A server elsewhere, with cores enough: every request takes its time, whatever else there is. */
export function remoteServer(latencyMS: number): ServerModel {
  return (now) => now + latencyMS;
}

/** A server that has to be woken for what comes, and is slowed down by that. */
export function wokenServer(serviceMS: number, wakeMS: number): ServerModel {
  let freeAt = 0;
  return (now, index) => freeAt = Math.max(now, freeAt) + serviceMS + (index === 0 ? wakeMS : 0);
}
