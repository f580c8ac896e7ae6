import { formatHostAddress } from "../../driver/address.ts";
import { DRIVER_VERSION } from "../../driver/version.ts";
import type { GatewayEventListener } from "../event.ts";
import type { GatewayConfig, ProxyConfig } from "../gateway_config.ts";
import { advise } from "../log/advice.ts";
import type { Log } from "../log/log.ts";
import { line } from "../log/log_line.ts";
import type { ChosenIo } from "./choose_io.ts";
import { type EndSignal, SIGNAL_EXIT_CODES, type Signals } from "./signals.ts";

/** What serving needs of a gateway. */
export interface ServedGateway {
  open(options: { readonly ping: boolean }): Promise<void>;
  drain(timeoutMS: number): Promise<void>;
  close(): Promise<void>;
}

/** What serving works with. */
export interface ServeContext {
  readonly log: Log;
  readonly signals: Signals;
  readonly io: ChosenIo;
  readonly createGateway: (config: GatewayConfig, onEvent: GatewayEventListener) => ServedGateway;
}

/** The exit code of a program that cannot start. */
export const CANNOT_START = 1;

/**
 * Opens every gateway, serves until a signal, lets work in flight end, and gives the exit code: 0 after all ended,
 * 1 if a gateway cannot start, 130 or 143 after a second signal.
 */
export async function serve(config: ProxyConfig, context: ServeContext): Promise<number> {
  const { log, signals, io } = context;
  log.write(startLine(config, io));
  const gateways = config.gateways.map((gateway) =>
    new NamedGateway(gateway, context.createGateway(gateway, log.listener(gateway.label)))
  );
  const opening = Promise.all(gateways.map((gateway) => gateway.open(config.ping, log)));
  const opened = await Promise.race([opening, signals.first]);
  if (!Array.isArray(opened) || opened.includes(false)) {
    await Promise.race([closeAll(gateways), signals.second]);
    return Array.isArray(opened) ? CANNOT_START : 0;
  }
  log.write(line("info", "started", "Every listener is open", {}));
  log.write(signalLine(await signals.first, config.drainTimeoutMS));
  return await Promise.race([
    drainAll(gateways, config.drainTimeoutMS),
    signals.second.then((signal) => SIGNAL_EXIT_CODES[signal]),
  ]);
}

/** A gateway and how messages call it. */
class NamedGateway {
  readonly #config: GatewayConfig;
  readonly gateway: ServedGateway;

  constructor(config: GatewayConfig, gateway: ServedGateway) {
    this.#config = config;
    this.gateway = gateway;
  }

  /** Says whether it could be opened, and in the log why not. */
  async open(ping: boolean, log: Log): Promise<boolean> {
    try {
      await this.gateway.open({ ping });
      return true;
    } catch (cause) {
      const error = cause instanceof Error ? cause : new Error(String(cause));
      const { label, listen } = this.#config;
      const address = formatHostAddress(listen);
      const message = `Cannot serve ${address}: ${error.message}${advise(error)}`;
      log.write(line("error", "startFailed", message, { label, address, error: `${error.name}: ${error.message}` }));
      return false;
    }
  }
}

async function drainAll(gateways: readonly NamedGateway[], timeoutMS: number): Promise<number> {
  await Promise.all(gateways.map(({ gateway }) => gateway.drain(timeoutMS)));
  return 0;
}

async function closeAll(gateways: readonly NamedGateway[]): Promise<void> {
  await Promise.all(gateways.map(({ gateway }) => gateway.close()));
}

function startLine({ gateways }: ProxyConfig, { io, why }: ChosenIo) {
  const listeners = gateways.map(({ listen }) => formatHostAddress(listen)).join(", ");
  const runtime = `Deno ${Deno.version.deno}`;
  return line("info", "starting", `torana ${DRIVER_VERSION} starts, with the I/O backend ${io}: ${why}`, {
    version: DRIVER_VERSION,
    runtime,
    pid: Deno.pid,
    listeners,
    io,
  });
}

function signalLine(signal: EndSignal, drainTimeoutMS: number) {
  const message = `${signal} came: what runs may end, for at most ${drainTimeoutMS} ms; a second signal ends at once`;
  return line("info", "signal", message, { signal, drainTimeoutMS });
}
