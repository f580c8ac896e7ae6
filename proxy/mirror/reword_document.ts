import { type Document, Int32 } from "bson";
import { formatHostAddress, type HostAddress } from "../../driver/address.ts";
import type { HostNames } from "./host_names.ts";

/** The member that a document comes from, by what it calls itself besides its name in the set. */
export interface Speaker {
  /** The port that it listens on. */
  readonly port: number;
  /** Where clients reach it. */
  readonly told: HostAddress;
}

/** Keys under which a document names the member that it is about. */
const MEMBER_KEYS = ["name", "host"] as const;

/** Keys under which a server writes its own name. */
const OWN_KEYS: ReadonlySet<string> = new Set(["host", "hostname"]);

/**
 * A document as clients are to see it: every member's address in it, nested ones and keys included, is replaced or left
 * out. What is about a member that clients are not told of is left out of lists. A server also writes the name of its
 * machine with its port (`host: "machine:27017"`, or `host` and `port` of an explanation's `serverInfo`), which is
 * replaced too. Nothing but documents (a `Map` is one), lists and texts is touched, and numbers of BSON types.
 */
export function rewordDocument(document: Document, names: HostNames, speaker: Speaker): Document {
  return Object.fromEntries(rewordEntries(document, names, speaker));
}

function rewordEntries(document: Document, names: HostNames, speaker: Speaker, entries = Object.entries(document)) {
  return entries.flatMap(([key, value]): [string, unknown][] => {
    const told = names.told(key);
    if (told === null) return [];
    return [[told ?? key, rewordOwn(key, value, document, names, speaker) ?? rewordValue(value, names, speaker)]];
  });
}

function rewordValue(value: unknown, names: HostNames, speaker: Speaker): unknown {
  if (typeof value === "string") return names.reword(value);
  if (Array.isArray(value)) {
    return value.filter((item) => !isLeftOut(item, names)).map((item) => rewordValue(item, names, speaker));
  }
  if (value instanceof Map) return new Map(rewordEntries(Object.fromEntries(value), names, speaker, [...value]));
  return isPlain(value) ? rewordDocument(value, names, speaker) : value;
}

/** What the server calls itself, in other words; null for anything else. */
function rewordOwn(key: string, value: unknown, document: Document, names: HostNames, { port, told }: Speaker) {
  const isServerInfo = typeof document.host === "string" && Number(document.port) === port;
  if (key === "port" && isServerInfo) return new Int32(portOf(told));
  if (!OWN_KEYS.has(key) || typeof value !== "string" || names.told(value) !== undefined) return null;
  if (isServerInfo) return told.kind === "tcp" ? told.host : told.path;
  return value.endsWith(`:${port}`) ? formatHostAddress(told) : null;
}

function isLeftOut(item: unknown, names: HostNames): boolean {
  if (typeof item === "string") return isLeftOutText(item, names);
  const document = item instanceof Map ? Object.fromEntries(item) : item;
  return isPlain(document) && MEMBER_KEYS.some((key) => isLeftOutText(document[key], names));
}

function isLeftOutText(value: unknown, names: HostNames): boolean {
  return typeof value === "string" && names.told(value) === null;
}

/** Says whether it is a document, and no BSON type of its own such as a date. */
export function isPlain(value: unknown): value is Document {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** The port of an address; 0 for a socket's path. */
export function portOf(address: HostAddress): number {
  return address.kind === "tcp" ? address.port : 0;
}
