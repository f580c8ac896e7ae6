import { MongoParseError } from "./error.ts";

/** The port of an address that names none. */
export const DEFAULT_PORT = 27017;

/** Where a server listens: a host and port, or a unix socket. Hosts are in lower case, IPv6 without brackets. */
export type HostAddress =
  | { readonly kind: "tcp"; readonly host: string; readonly port: number }
  | { readonly kind: "unix"; readonly path: string };

/**
 * Reads `host`, `host:port`, `[IPv6]:port` or a socket's path (anything with a slash), none of it percent-encoded.
 * The port defaults to {@linkcode DEFAULT_PORT}. Throws {@linkcode MongoParseError}.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parseHostAddress } from "@torana/mongo/driver";
 *
 * assertEquals(parseHostAddress("Db.Example.com"), { kind: "tcp", host: "db.example.com", port: 27017 });
 * assertEquals(parseHostAddress("[::1]:27018"), { kind: "tcp", host: "::1", port: 27018 });
 * assertEquals(parseHostAddress("/tmp/mongodb.sock"), { kind: "unix", path: "/tmp/mongodb.sock" });
 * ```
 */
export function parseHostAddress(text: string): HostAddress {
  if (text.includes("/")) return { kind: "unix", path: text };
  const { host, port } = text.startsWith("[") ? splitIpLiteral(text) : splitHost(text);
  return { kind: "tcp", host: host.toLowerCase(), port: parsePort(host, port) };
}

/** Writes `host:port`, with brackets around IPv6, or the socket's path; {@linkcode parseHostAddress} reads it back. */
export function formatHostAddress(address: HostAddress): string {
  if (address.kind === "unix") return address.path;
  const host = address.host.includes(":") ? `[${address.host}]` : address.host;
  return `${host}:${address.port}`;
}

interface HostParts {
  readonly host: string;
  /** Null where the text has no colon. */
  readonly port: string | null;
}

function splitIpLiteral(text: string): HostParts {
  const match = /^\[([0-9a-f:.]*:[0-9a-f:.]*(?:%[\w.~-]+)?)\](?::(.*))?$/i.exec(text);
  if (match === null) {
    throw new MongoParseError("Invalid IPv6 host, expected an address in brackets such as [::1]:27017");
  }
  return { host: match[1]!, port: match[2] ?? null };
}

function splitHost(text: string): HostParts {
  const [host, port, ...rest] = text.split(":");
  if (rest.length > 0) {
    throw new MongoParseError(
      "Host with more than one colon, expected host:port, or brackets around an IPv6 address such as [::1]:27017",
    );
  }
  if (host === undefined || host === "") {
    throw new MongoParseError("Empty host, expected a name, an IP address or a socket's path");
  }
  if (/[\s@?#%\[\]\\]/.test(host)) {
    throw new MongoParseError("Host with a character that no host name has, expected host or host:port");
  }
  return { host, port: port ?? null };
}

/** The text of a bad port stays out of the message: in a URI with an unescaped password it is part of that password. */
function parsePort(host: string, text: string | null): number {
  if (text === null) return DEFAULT_PORT;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65535) {
    throw new MongoParseError(`Invalid port of host "${host}", expected an integer from 1 to 65535`);
  }
  return port;
}
