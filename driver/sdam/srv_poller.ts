import type { HostAddress } from "../address.ts";
import { BackgroundTimer } from "../pool/background_timer.ts";

/** Options of an {@linkcode SrvPoller}; times are in milliseconds. */
export interface SrvPollerOptions {
  /** Asks DNS; hosts outside the domain are left out by it. */
  readonly poll: () => Promise<readonly HostAddress[]>;
  /** Gets the hosts of a look-up that found some. */
  readonly onHosts: (hosts: readonly HostAddress[]) => void;
  /** Pause after a look-up that found hosts. */
  readonly intervalMS: number;
  /** Pause after one that failed or found none. */
  readonly retryIntervalMS: number;
}

/** Looks SRV records up again and again (polling SRV records for mongos discovery). A failure changes nothing. */
export class SrvPoller {
  readonly #options: SrvPollerOptions;
  readonly #timer = new BackgroundTimer(() => void this.#poll());
  #isStopped = false;

  constructor(options: SrvPollerOptions) {
    this.#options = options;
  }

  /** The first look-up comes after the interval: the seeds were just looked up. */
  start(): void {
    this.#timer.start(this.#options.intervalMS);
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer.stop();
  }

  async #poll(): Promise<void> {
    const hosts = await this.#options.poll().catch(() => []);
    if (this.#isStopped) return;
    const { intervalMS, retryIntervalMS, onHosts } = this.#options;
    this.#timer.start(hosts.length === 0 ? retryIntervalMS : intervalMS);
    if (hosts.length > 0) onHosts(hosts);
  }
}
