import type { HostAddress } from "../../driver/address.ts";
import { ConfigError } from "./config_error.ts";
import type { FlagValues } from "./flags.ts";

/** What kind of sockets addresses without further signs are. */
export type Network = FlagValues["network"];

const ALL_HOSTS = { tcp: "::", tcp4: "0.0.0.0", tcp6: "::" } as const;
const MAX_PORT = 65_535;
const SHAPES = "expected host:port, :port, [IPv6]:port or a socket's path with a slash";

/**
 * Reads where to listen: `host:port`, `:port` (every interface of `network`), `[IPv6]:port`, or a unix socket's path,
 * which is any text with a slash, and with `network` `unix` any text. Port 0 lets the system choose.
 * Throws {@linkcode ConfigError}.
 */
export function parseListenAddress(text: string, network: Network): HostAddress {
  if (network === "unixpacket") {
    throw new ConfigError("Network unixpacket is not supported, expected unix: clients need stream sockets");
  }
  if (text === "") throw new ConfigError(`Empty address before a "=", ${SHAPES}`);
  if (network === "unix" || text.includes("/")) return { kind: "unix", path: text };
  const match = /^(?:\[([0-9a-f:.]*:[0-9a-f:.]*(?:%[\w.-]+)?)\]|([^\s:@?#[\]\\]*)):([^:]*)$/i.exec(text);
  if (match === null) throw new ConfigError(`Invalid address "${text}", ${shapesFor(text)}`);
  const host = (match[1] ?? match[2] ?? "").toLowerCase();
  return { kind: "tcp", host: host || ALL_HOSTS[network], port: parsePort(text, match[3] ?? "") };
}

function shapesFor(text: string): string {
  if (/^\d+$/.test(text)) return `expected a colon before the port, as in ":${text}"`;
  if ((text.match(/:/g) ?? []).length > 1) return "expected brackets around an IPv6 address, as in [::1]:27017";
  return SHAPES;
}

function parsePort(address: string, text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : MAX_PORT + 1;
  if (port <= MAX_PORT) return port;
  throw new ConfigError(`Invalid port in address "${address}", expected an integer from 0 to ${MAX_PORT}`);
}
