import { DEFAULT_CLIENT_OPTIONS } from "../../driver/client_options.ts";
import type { GatewayConfig, ProxyConfig } from "../gateway_config.ts";

/** The machine as far as the number of threads depends on it. */
export interface Machine {
  /** Logical processors. */
  readonly cores: number;
  readonly os: typeof Deno.build.os;
}

/** How many threads serve clients. */
export interface WorkerCount {
  /** At least 1; with 1 the main thread serves them itself. */
  readonly workers: number;
  /** Why there are fewer than were asked for, as a sentence; `null` if there are not. */
  readonly why: string | null;
}

/**
 * Decides how many threads serve clients. No more than can have a connection each to every server, and only where the
 * system shares the connections to a port among those that listen on it.
 */
export function workerCount(
  { workers: wanted, gateways }: Pick<ProxyConfig, "workers" | "gateways">,
  { cores, os }: Machine,
): WorkerCount {
  const workers = wanted === "auto" ? Math.max(1, Math.floor(cores / 2)) : wanted;
  if (workers === 1) return { workers, why: null };
  if (os !== "linux") return { workers: 1, why: `On ${os} connections to a port are not shared among threads` };
  const most = Math.min(...gateways.map(mostWorkers));
  if (workers <= most) return { workers, why: null };
  return {
    workers: most,
    why: `A deployment's maxPoolSize is ${most}, and every worker needs a connection of its own`,
  };
}

/** A unix socket is served by one worker, which has all of its connections. */
function mostWorkers({ listen, upstream }: GatewayConfig): number {
  const { maxPoolSize = DEFAULT_CLIENT_OPTIONS.maxPoolSize } = upstream.options;
  return listen.kind === "unix" || maxPoolSize === 0 ? Infinity : maxPoolSize;
}
