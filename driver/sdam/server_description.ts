import type { Document, ObjectId } from "../../codec/bson_types.ts";
import { compareTopologyVersion, parseTopologyVersion, type TopologyVersion } from "./topology_version.ts";

/** What a server is, as far as its last `hello` tells. */
export type ServerType =
  | "Standalone"
  | "Mongos"
  | "RSPrimary"
  | "RSSecondary"
  | "RSArbiter"
  | "RSOther"
  | "RSGhost"
  | "LoadBalancer"
  | "Unknown";

/** What is known of one server; a value that is replaced, never changed. */
export interface ServerDescription {
  /** `host:port` or a socket's path, as the client connects to it (not the server's own `me`). */
  readonly address: string;
  /** `Unknown` before the first check, and after a failure or a change of state until the next. */
  readonly type: ServerType;
  /** Why the server is `Unknown`, if a failure made it so. */
  readonly error: Error | null;
  /** Moving average of the duration of a `hello`, in milliseconds; `null` while the server is `Unknown`. */
  readonly roundTripTime: number | null;
  /** Smallest of the latest durations of a `hello`, in milliseconds; `null` while the server is `Unknown`. */
  readonly minRoundTripTime: number | null;
  /** When the server was last checked, in milliseconds on a monotonic clock; `-Infinity` before the first check. */
  readonly lastUpdateTime: number;
  /** The last write the server knew of, in milliseconds since 1970 on the primary's clock. */
  readonly lastWriteDate: number | null;
  /** The oldest wire version that the server speaks; 0 while it is `Unknown`. */
  readonly minWireVersion: number;
  /** The newest wire version that the server speaks; 0 while it is `Unknown`. */
  readonly maxWireVersion: number;
  /** What the server calls itself in its set, as `host:port`, lower-cased. */
  readonly me: string | null;
  /** The set's members with data and a priority, as the server lists them: `host:port`, lower-cased. */
  readonly hosts: readonly string[];
  /** The set's members with data that cannot become primary. */
  readonly passives: readonly string[];
  /** The set's members that only vote. */
  readonly arbiters: readonly string[];
  /** What read preferences with tag sets compare. */
  readonly tags: Readonly<Record<string, string>>;
  /** Name of the server's replica set; null where it is in none. */
  readonly setName: string | null;
  /** Version of the set's configuration; null where it is in none. */
  readonly setVersion: number | null;
  /** Of the election that the primary won; null on other servers. */
  readonly electionId: ObjectId | null;
  /** The primary as this server sees it, as `host:port`, lower-cased; null if it sees none. */
  readonly primary: string | null;
  /** How long the server keeps an unused session, in minutes; null where it has no sessions. */
  readonly logicalSessionTimeoutMinutes: number | null;
  /** Which state of the server this is; null before MongoDB 4.4. */
  readonly topologyVersion: TopologyVersion | null;
  /** Whether it is a `mongocryptd`, the helper of client-side encryption. */
  readonly iscryptd: boolean;
}

/** Times that go with a check; the fields are as in {@linkcode ServerDescription}. */
export interface CheckTimes {
  readonly minRoundTripTime?: number;
  /** @default {performance.now()} */
  readonly lastUpdateTime?: number;
}

/** The description of a server that was not reached yet, or no longer. */
export function unknownServerDescription(
  address: string,
  known: Partial<Pick<ServerDescription, "error" | "topologyVersion" | "lastUpdateTime">> = {},
): ServerDescription {
  return {
    address,
    type: "Unknown",
    error: known.error ?? null,
    roundTripTime: null,
    minRoundTripTime: null,
    lastUpdateTime: known.lastUpdateTime ?? -Infinity,
    lastWriteDate: null,
    minWireVersion: 0,
    maxWireVersion: 0,
    me: null,
    hosts: [],
    passives: [],
    arbiters: [],
    tags: {},
    setName: null,
    setVersion: null,
    electionId: null,
    primary: null,
    logicalSessionTimeoutMinutes: null,
    topologyVersion: known.topologyVersion ?? null,
    iscryptd: false,
  };
}

/**
 * Reads a `hello` or legacy hello reply (SDAM, "Parsing a hello or legacy hello response").
 * `roundTripTime` is the average in milliseconds.
 */
export function parseServerDescription(
  address: string,
  hello: Document,
  roundTripTime: number,
  times: CheckTimes = {},
): ServerDescription {
  const lastUpdateTime = times.lastUpdateTime ?? performance.now();
  const type = serverType(hello);
  if (type === "Unknown") return unknownServerDescription(address, { lastUpdateTime });
  return {
    address,
    type,
    error: null,
    roundTripTime,
    minRoundTripTime: times.minRoundTripTime ?? 0,
    lastUpdateTime,
    lastWriteDate: milliseconds(hello.lastWrite?.lastWriteDate),
    minWireVersion: hello.minWireVersion ?? 0,
    maxWireVersion: hello.maxWireVersion ?? 0,
    me: lowerCased(hello.me),
    hosts: addresses(hello.hosts),
    passives: addresses(hello.passives),
    arbiters: addresses(hello.arbiters),
    tags: hello.tags ?? {},
    setName: hello.setName ?? null,
    setVersion: hello.setVersion ?? null,
    electionId: hello.electionId ?? null,
    primary: lowerCased(hello.primary),
    logicalSessionTimeoutMinutes: hello.logicalSessionTimeoutMinutes ?? null,
    topologyVersion: parseTopologyVersion(hello),
    iscryptd: hello.iscryptd === true,
  };
}

/** Whether applications can get data from a server of this type. */
export function isDataBearing(type: ServerType): boolean {
  return type === "RSPrimary" || type === "RSSecondary" || type === "Mongos" ||
    type === "Standalone" || type === "LoadBalancer";
}

/**
 * Equality as events need it: round trip times, clocks and the like do not count (SDAM, "Server Description Equality").
 */
export function serverDescriptionsEqual(a: ServerDescription, b: ServerDescription): boolean {
  return a === b || (a.address === b.address && a.type === b.type &&
    a.error?.message === b.error?.message &&
    a.minWireVersion === b.minWireVersion && a.maxWireVersion === b.maxWireVersion &&
    a.me === b.me && a.setName === b.setName && a.setVersion === b.setVersion &&
    a.primary === b.primary && a.iscryptd === b.iscryptd &&
    a.logicalSessionTimeoutMinutes === b.logicalSessionTimeoutMinutes &&
    idsEqual(a.electionId, b.electionId) &&
    topologyVersionsEqual(a.topologyVersion, b.topologyVersion) &&
    listsEqual(a.hosts, b.hosts) && listsEqual(a.passives, b.passives) &&
    listsEqual(a.arbiters, b.arbiters) && tagsEqual(a.tags, b.tags));
}

function serverType(hello: Document): ServerType {
  if (hello.ok !== 1) return "Unknown";
  if (hello.isreplicaset === true) return "RSGhost";
  if (hello.msg === "isdbgrid") return "Mongos";
  if (!hello.setName) return "Standalone";
  if (hello.hidden === true) return "RSOther";
  if (hello.isWritablePrimary ?? hello.ismaster) return "RSPrimary";
  if (hello.secondary === true) return "RSSecondary";
  return hello.arbiterOnly === true ? "RSArbiter" : "RSOther";
}

function lowerCased(host: unknown): string | null {
  return typeof host === "string" ? host.toLowerCase() : null;
}

function addresses(hosts: unknown): string[] {
  return Array.isArray(hosts) ? hosts.map((host) => String(host).toLowerCase()) : [];
}

function milliseconds(date: unknown): number | null {
  if (date instanceof Date) return date.getTime();
  return date === undefined || date === null ? null : Number(date);
}

function idsEqual(a: ObjectId | null, b: ObjectId | null): boolean {
  return a === null || b === null ? a === b : a.equals(b);
}

function topologyVersionsEqual(a: TopologyVersion | null, b: TopologyVersion | null): boolean {
  return a === null || b === null ? a === b : compareTopologyVersion(a, b) === 0;
}

function listsEqual(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item) => b.includes(item));
}

function tagsEqual(
  a: Readonly<Record<string, string>>,
  b: Readonly<Record<string, string>>,
): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}
