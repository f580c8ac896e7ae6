import { openTransport } from "../../driver/transport/open_transport.ts";
import type { Transport } from "../../driver/transport/transport.ts";
import { Gateway } from "../gateway.ts";
import type { ProxyConfig } from "../gateway_config.ts";
import type { Log } from "../log/log.ts";
import { line } from "../log/log_line.ts";
import { workerCount } from "../workers/worker_count.ts";
import { WorkerPool } from "../workers/worker_pool.ts";
import type { ServeContext } from "./serve.ts";

type CreateGateway = ServeContext["createGateway"];

/**
 * Makes what makes the gateways of a configuration: in this thread, or in as many as were asked for. These start with the
 * first gateway, after the log has said that the program does.
 */
export function gatewayFactory(config: ProxyConfig, io: Transport["name"], log: Pick<Log, "write">): CreateGateway {
  let create: CreateGateway | null = null;
  return (gateway, onEvent) => (create ??= startThreads(config, io, log))(gateway, onEvent);
}

function startThreads(config: ProxyConfig, io: Transport["name"], log: Pick<Log, "write">): CreateGateway {
  const { workers, why } = workerCount(config, { cores: navigator.hardwareConcurrency, os: Deno.build.os });
  if (why !== null) log.write(line("warn", "fewerWorkers", `${why}: workers are only ${workers}`, { workers }));
  if (workers === 1) {
    const transport = openTransport(io, config);
    return (gateway, onEvent) => new Gateway(gateway, onEvent, transport);
  }
  log.write(line("info", "workers", `${workers} threads serve clients`, { workers }));
  const { gateways, coalescingWindowMS, logLevel } = config;
  const writeLine: Log["write"] = (written, extra) => log.write(written, extra);
  const pool = new WorkerPool({ workers, gateways: gateways.length, io, coalescingWindowMS, logLevel, writeLine });
  return (gateway, onEvent) => pool.createGateway(gateway, onEvent);
}
