import { DEFAULT_CLIENT_OPTIONS, type MongoClientOptions } from "../../driver/client_options.ts";
import type { GatewayConfig } from "../gateway_config.ts";

/**
 * The part of a gateway's configuration that worker number `index` of `workers` works with, so that all of them
 * together use what was configured: connections to servers, clients of a host, waiting requests, cursors, transactions
 * and bytes of large messages are divided.
 *
 * `maxClients` stays whole and is counted for all together: the kernel spreads connections by a hash of their addresses,
 * so that a worker may have far more than its part of the clients while there are few.
 */
export function shareOf(config: GatewayConfig, index: number, workers: number): GatewayConfig {
  if (workers === 1) return config;
  const { upstream, limits } = config;
  const part = (total: number) => partOf(total, index, workers);
  const options = {
    ...upstream.options,
    maxPoolSize: part(sizeOf(upstream.options, "maxPoolSize")),
    // Of these a worker may have none, which 0 means as well.
    minPoolSize: partOrNone(sizeOf(upstream.options, "minPoolSize"), index, workers),
    maxConnecting: part(sizeOf(upstream.options, "maxConnecting")),
  };
  return {
    ...config,
    upstream: { ...upstream, options },
    limits: {
      ...limits,
      maxClientsPerHost: part(limits.maxClientsPerHost),
      maxWaitingRequests: part(limits.maxWaitingRequests),
      maxCursors: part(limits.maxCursors),
      maxTransactions: part(limits.maxTransactions),
      maxBufferedBytes: part(limits.maxBufferedBytes),
    },
  };
}

type SizeOption = "maxPoolSize" | "minPoolSize" | "maxConnecting";

function sizeOf(options: MongoClientOptions, name: SizeOption): number {
  return options[name] ?? DEFAULT_CLIENT_OPTIONS[name];
}

/** At least 1: 0 means no limit, and stays so. */
function partOf(total: number, index: number, workers: number): number {
  return total === 0 ? 0 : Math.max(1, partOrNone(total, index, workers));
}

/** The first workers take what is left of an even division. */
function partOrNone(total: number, index: number, workers: number): number {
  return Math.floor(total / workers) + (index < total % workers ? 1 : 0);
}
