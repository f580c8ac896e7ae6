import { formatHostAddress } from "../../driver/address.ts";
import { DRIVER_VERSION } from "../../driver/version.ts";
import type { GatewayEventListener } from "../event.ts";
import type { GatewayConfig, ProxyConfig } from "../gateway_config.ts";
import type { MirrorConfig } from "../mirror/mirror_config.ts";
import { advise } from "../log/advice.ts";
import type { Log } from "../log/log.ts";
import { line } from "../log/log_line.ts";
import type { ChosenIo } from "./choose_io.ts";
import { type EndSignal, SIGNAL_EXIT_CODES, type Signals } from "./signals.ts";

/** What serving needs of a gateway or a mirror. */
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
  readonly createMirror: (config: MirrorConfig, onEvent: GatewayEventListener) => ServedGateway;
}

/** The exit code of a program that cannot start. */
export const CANNOT_START = 1;

/**
 * Opens every gateway and mirror, serves until a signal, lets work in flight end, and gives the exit code: 0 after all ended,
 * 1 if a gateway cannot start, 130 or 143 after a second signal.
 */
export async function serve(config: ProxyConfig, context: ServeContext): Promise<number> {
  const { log, signals, io } = context;
  log.write(startLine(config, io));
  const gateways = [
    ...config.gateways.map((gateway) =>
      new NamedGateway(nameOf(gateway), context.createGateway(gateway, log.listener(gateway.label)))
    ),
    ...config.mirrors.map((mirror) =>
      new NamedGateway(nameOfMirror(mirror), context.createMirror(mirror, log.listener(mirror.label)))
    ),
  ];
  const opening = Promise.all(gateways.map((gateway) => gateway.open(config.ping, log)));
  const opened = await Promise.race([opening, signals.first]);
  if (!Array.isArray(opened) || opened.includes(false)) {
    await Promise.race([closeAll(gateways), signals.second]);
    return Array.isArray(opened) ? CANNOT_START : 0;
  }
  log.write(startedLine(config));
  log.write(signalLine(await signals.first, config.drainTimeoutMS));
  return await Promise.race([
    drainAll(gateways, config.drainTimeoutMS),
    signals.second.then((signal) => SIGNAL_EXIT_CODES[signal]),
  ]);
}

/** How messages call a gateway or a mirror. */
interface Name {
  readonly label: string;
  readonly address: string;
}

function nameOf({ label, listen }: GatewayConfig): Name {
  return { label, address: formatHostAddress(listen) };
}

function nameOfMirror({ label, seeds: { srvHost, hosts } }: MirrorConfig): Name {
  return { label, address: `mirror of ${srvHost ?? hosts.map(formatHostAddress).join(",")}` };
}

/** A gateway or a mirror and how messages call it. */
class NamedGateway {
  readonly #name: Name;
  readonly gateway: ServedGateway;

  constructor(name: Name, gateway: ServedGateway) {
    this.#name = name;
    this.gateway = gateway;
  }

  /** Says whether it could be opened, and in the log why not. */
  async open(ping: boolean, log: Log): Promise<boolean> {
    try {
      await this.gateway.open({ ping });
      return true;
    } catch (cause) {
      const error = cause instanceof Error ? cause : new Error(String(cause));
      const { label, address } = this.#name;
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

function startLine({ gateways, mirrors }: ProxyConfig, { io, why }: ChosenIo) {
  const listeners = [...gateways.map(nameOf), ...mirrors.map(nameOfMirror)].map(({ address }) => address).join(", ");
  const runtime = `Deno ${Deno.version.deno}`;
  return line("info", "starting", `torana ${DRIVER_VERSION} starts, with the I/O backend ${io}: ${why}`, {
    version: DRIVER_VERSION,
    runtime,
    pid: Deno.pid,
    listeners,
    io,
  });
}

function startedLine({ mirrors }: ProxyConfig) {
  const rest = mirrors.length === 0 ? "" : "; those of a mirror follow as its members are found";
  return line("info", "started", `Every listener is open${rest}`, {});
}

function signalLine(signal: EndSignal, drainTimeoutMS: number) {
  const message = `${signal} came: what runs may end, for at most ${drainTimeoutMS} ms; a second signal ends at once`;
  return line("info", "signal", message, { signal, drainTimeoutMS });
}
