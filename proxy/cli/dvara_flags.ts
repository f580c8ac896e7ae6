import { ConfigError } from "./config_error.ts";
import { type FlagKind, integer, text } from "./flag_kind.ts";
import type { FlagKey } from "./flags.ts";

/** Names that dvara has for flags of ours; those that differ by underscores alone need no entry. */
export const DVARA_ALIASES = [
  ["max-per-client-connections", "maxClientsPerHost"],
  ["listen", "listenHost"],
] as const satisfies readonly (readonly [name: string, key: FlagKey])[];

/** A flag of dvara's that is no flag of ours by another name. */
interface DvaraFlag {
  readonly kind: Pick<FlagKind<unknown>, "expected" | "placeholder">;
  /** Why it has no effect; `null` if it has one. */
  readonly idle: string | null;
}

const ADDRS = { ...text("LIST"), expected: "members such as db1:27017,db2:27017" };
const PORT = integer(1, 65_535);
const SWITCH = { expected: "true or false", placeholder: "" };
const ANYTHING = text("VALUE");

/** Flags that are read only for dvara's sake, by their names with dashes for underscores. */
export const DVARA_FLAGS: ReadonlyMap<string, DvaraFlag> = new Map<string, DvaraFlag>([
  ["addrs", { kind: ADDRS, idle: null }],
  ["port-start", { kind: PORT, idle: null }],
  ["port-end", { kind: PORT, idle: null }],
  ["get-last-error-timeout", {
    kind: ANYTHING,
    idle: "no connection is held between a write and its getLastError, so there is none to free",
  }],
  ["server-close-pool-size", { kind: ANYTHING, idle: "connections are closed without threads for that" }],
  ["hard-restart", { kind: SWITCH, idle: "nothing is restarted when the set changes, and no client is dropped" }],
  ["proxy-all", { kind: SWITCH, idle: "no message is written to the log; take --loglevel=debug to see who connects" }],
  ["dvara.proxy-all", {
    kind: SWITCH,
    idle: "no message is written to the log; take --loglevel=debug to see who connects",
  }],
]);

/** What dvara's flags mean here. */
export interface DvaraSettings {
  readonly flags: ReadonlyMap<FlagKey, string>;
  /** Defaults that take the place of ours. */
  readonly defaults: ReadonlyMap<FlagKey, string>;
  readonly warnings: readonly string[];
}

/** Who gives `-addrs` has called dvara so far, and has had these limits. Its 100 connections to a server are ours too. */
const DVARA_DEFAULTS: ReadonlyMap<FlagKey, string> = new Map([
  ["messageTimeout", "2m"],
  ["clientIdleTimeout", "1h"],
  ["serverIdleTimeout", "1h"],
  ["maxClientsPerHost", "100"],
]);
const DEFAULT_PORTS = { start: 6_000, end: 6_010 };

/** Translates the given ones of {@linkcode DVARA_FLAGS}. Throws {@linkcode ConfigError}. */
export function translateDvara(given: ReadonlyMap<string, string>): DvaraSettings {
  const flags = new Map<FlagKey, string>();
  const addrs = given.get("addrs");
  if (addrs !== undefined) flags.set("mirror", mirrorOf(addrs));
  if (given.has("port-start") || given.has("port-end")) flags.set("ports", portsOf(given));
  return {
    flags,
    defaults: addrs === undefined ? new Map() : DVARA_DEFAULTS,
    warnings: [...given.keys()].flatMap((name) => {
      const idle = DVARA_FLAGS.get(name)?.idle ?? null;
      return idle === null ? [] : [`Flag ${dvaraName(name)} of dvara has no effect: ${idle}`];
    }),
  };
}

/** How dvara writes it. */
function dvaraName(name: string): string {
  return `-${name === "proxy-all" || name === "dvara.proxy-all" ? name : name.replaceAll("-", "_")}`;
}

function mirrorOf(addrs: string): string {
  const members = addrs.split(",").map((member) => member.trim());
  // Of a wrong text nothing is shown: it may be a URI with a password.
  if (members.every((member) => /^[^\s@/?#%]+$/.test(member))) return `mongodb://${members.join(",")}/`;
  throw new ConfigError(`Flag -addrs cannot be used, expected ${ADDRS.expected}; a URI belongs into --mirror`);
}

function portsOf(given: ReadonlyMap<string, string>): string {
  const start = portOf("port-start", given) ?? DEFAULT_PORTS.start;
  const end = portOf("port-end", given) ?? DEFAULT_PORTS.end;
  if (start <= end) return `${start}-${end}`;
  throw new ConfigError(`Flag -port_start is ${start} and -port_end ${end}, expected no end below the start`);
}

function portOf(name: string, given: ReadonlyMap<string, string>): number | null {
  const value = given.get(name);
  if (value === undefined) return null;
  const port = PORT.parse(value);
  if (port !== null) return port;
  throw new ConfigError(`Flag ${dvaraName(name)} is ${JSON.stringify(value.slice(0, 60))}, expected ${PORT.expected}`);
}
