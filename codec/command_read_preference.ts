import { BsonType } from "./bson_extent.ts";
import { KeyTable } from "./bson_key_table.ts";
import { type ElementWalker, readNumber, readString, readTruth, walkInto } from "./bson_view.ts";

/** How a read preference chooses among the members of a replica set. */
export type ReadPreferenceMode = "primary" | "primaryPreferred" | "secondary" | "secondaryPreferred" | "nearest";

/** A read preference as a command carries it (server selection specification, "Read Preference"). */
export interface CommandReadPreference {
  /** How to choose. */
  readonly mode: ReadPreferenceMode;
  /** Tag sets in the order of preference; absent where none were sent. */
  readonly tags?: Record<string, string>[];
  /** Largest replication lag accepted, in seconds; absent where none was sent. */
  readonly maxStalenessSeconds?: number;
  /** Hedged reads of `mongos`, passed on as sent. */
  readonly hedge?: { enabled?: boolean };
}

/** What the slaveOk bit of OP_QUERY means. */
export const SECONDARY_PREFERRED: CommandReadPreference = Object.freeze({ mode: "secondaryPreferred" });

/** One constant for each mode: most preferences have nothing else. */
const BY_MODE = new KeyTable<CommandReadPreference>([
  ["primary", Object.freeze({ mode: "primary" })],
  ["primaryPreferred", Object.freeze({ mode: "primaryPreferred" })],
  ["secondary", Object.freeze({ mode: "secondary" })],
  ["secondaryPreferred", SECONDARY_PREFERRED],
  ["nearest", Object.freeze({ mode: "nearest" })],
]);

/**
 * Reads the `$readPreference` element at `element`; null if it is no document or its mode is none of the five, which
 * is for the server to refuse.
 *
 * @throws {CodecError} if the document is no valid BSON
 */
export function readReadPreference(bytes: Uint8Array, element: number): CommandReadPreference | null {
  const walker = walkInto(bytes, element);
  let preference: CommandReadPreference | null = null;
  let extras: Omit<CommandReadPreference, "mode"> | undefined;
  while (walker?.next()) {
    if (walker.isKey("mode")) preference = readMode(walker);
    else extras = { ...extras, ...readExtra(walker) };
  }
  return preference === null || extras === undefined ? preference : { ...preference, ...extras };
}

function readMode({ bytes, type, valueStart, valueEnd }: ElementWalker): CommandReadPreference | null {
  return type === BsonType.string ? BY_MODE.get(bytes, valueStart + 4, valueEnd - 1) ?? null : null;
}

function readExtra(walker: ElementWalker): Omit<CommandReadPreference, "mode"> {
  if (walker.isKey("tags")) return { tags: readTagSets(walker.bytes, walker.element) };
  if (walker.isKey("maxStalenessSeconds")) return readStaleness(walker.bytes, walker.element);
  if (walker.isKey("hedge")) return { hedge: readHedge(walker.bytes, walker.element) };
  return {};
}

/** -1, as in a connection string, and 0, as for the servers, stand for no limit. */
function readStaleness(bytes: Uint8Array, element: number): { maxStalenessSeconds?: number } {
  const seconds = readNumber(bytes, element);
  return seconds === null || seconds <= 0 ? {} : { maxStalenessSeconds: seconds };
}

function readTagSets(bytes: Uint8Array, element: number): Record<string, string>[] {
  const sets: Record<string, string>[] = [];
  const walker = walkInto(bytes, element);
  while (walker?.next()) {
    if (walker.type === BsonType.document) sets.push(readTagSet(bytes, walker.element));
  }
  return sets;
}

function readTagSet(bytes: Uint8Array, element: number): Record<string, string> {
  const tags: [string, string][] = [];
  const walker = walkInto(bytes, element);
  while (walker?.next()) {
    const value = readString(bytes, walker.element);
    if (value !== null) tags.push([walker.key, value]);
  }
  // Not by assignment: a tag may be called "__proto__".
  return Object.fromEntries(tags);
}

function readHedge(bytes: Uint8Array, element: number): { enabled?: boolean } {
  const walker = walkInto(bytes, element);
  while (walker?.next()) {
    const enabled = walker.isKey("enabled") ? readTruth(bytes, walker.element) : null;
    if (enabled !== null) return { enabled };
  }
  return {};
}
