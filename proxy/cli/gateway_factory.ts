import { openTransport } from "../../driver/transport/open_transport.ts";
import type { Transport } from "../../driver/transport/transport.ts";
import { Gateway } from "../gateway.ts";
import type { ProxyConfig } from "../gateway_config.ts";
import type { Log } from "../log/log.ts";
import { line } from "../log/log_line.ts";
import { Mirror } from "../mirror/mirror.ts";
import { workerCount } from "../workers/worker_count.ts";
import { WorkerPool } from "../workers/worker_pool.ts";
import type { ServeContext } from "./serve.ts";

type Factory = Pick<ServeContext, "createGateway" | "createMirror">;

/**
 * Makes what makes the gateways and mirrors of a configuration: in this thread, or in as many as were asked for. These
 * start with the first gateway, after the log has said that the program does.
 */
export function gatewayFactory(config: ProxyConfig, io: Transport["name"], log: Pick<Log, "write">): Factory {
  let threads: Factory | null = null;
  const start = () => threads ??= startThreads(config, io, log);
  return {
    createGateway: (gateway, onEvent) => start().createGateway(gateway, onEvent),
    createMirror: (mirror, onEvent) => start().createMirror(mirror, onEvent),
  };
}

function startThreads(config: ProxyConfig, io: Transport["name"], log: Pick<Log, "write">): Factory {
  const { workers, why } = workerCount(config, { cores: navigator.hardwareConcurrency, os: Deno.build.os });
  if (why !== null) log.write(line("warn", "fewerWorkers", `${why}: workers are only ${workers}`, { workers }));
  const { gateways, coalescingWindowMS, logLevel } = config;
  if (workers === 1) {
    const transport = openTransport(io, config);
    return {
      createGateway: (gateway, onEvent) => new Gateway(gateway, onEvent, transport),
      createMirror: (mirror, onEvent) => new Mirror(mirror, onEvent, transport),
    };
  }
  log.write(line("info", "workers", `${workers} threads serve clients`, { workers }));
  const writeLine: Log["write"] = (written, extra) => log.write(written, extra);
  const pool = new WorkerPool({ workers, gateways: gateways.length, io, coalescingWindowMS, logLevel, writeLine });
  return {
    createGateway: (gateway, onEvent) => pool.createGateway(gateway, onEvent),
    createMirror: () => {
      throw new Error("A mirror is served by one thread, which the configuration has made sure of");
    },
  };
}
