import { BsonType } from "./bson_extent.ts";
import { ElementWalker, readDocument, readNumber, readString, readTruth } from "./bson_view.ts";

/** How a read preference chooses among the members of a replica set. */
export type ReadPreferenceMode = "primary" | "primaryPreferred" | "secondary" | "secondaryPreferred" | "nearest";

/** A read preference as a command carries it (server selection specification, "Read Preference"). */
export interface CommandReadPreference {
  readonly mode: ReadPreferenceMode;
  readonly tags?: Record<string, string>[];
  readonly maxStalenessSeconds?: number;
  readonly hedge?: { enabled?: boolean };
}

/** One constant for each mode: the usual preference has nothing else, and callers may compare by identity. */
const BY_MODE: ReadonlyMap<string, CommandReadPreference> = new Map(
  (["primary", "primaryPreferred", "secondary", "secondaryPreferred", "nearest"] as const)
    .map((mode) => [mode, Object.freeze({ mode })]),
);

/** What the slaveOk bit of OP_QUERY means. */
export const SECONDARY_PREFERRED: CommandReadPreference = BY_MODE.get("secondaryPreferred")!;

/**
 * Reads the `$readPreference` element at `element`; null if it is no document or its mode is none of the five, which
 * is for the server to refuse.
 *
 * @throws {CodecError} if the document is no valid BSON
 */
export function readReadPreference(bytes: Uint8Array, element: number): CommandReadPreference | null {
  const document = readDocument(bytes, element);
  if (document === null) return null;
  let plain: CommandReadPreference | undefined;
  const extras: { tags?: Record<string, string>[]; maxStalenessSeconds?: number; hedge?: { enabled?: boolean } } = {};
  const walker = new ElementWalker(document);
  while (walker.next()) {
    if (walker.isKey("mode")) plain = BY_MODE.get(readString(document, walker.element) ?? "");
    else if (walker.isKey("tags")) extras.tags = readTagSets(document, walker.element);
    else if (walker.isKey("maxStalenessSeconds")) setStaleness(extras, readNumber(document, walker.element));
    else if (walker.isKey("hedge")) extras.hedge = readHedge(document, walker.element);
  }
  if (plain === undefined) return null;
  return Object.keys(extras).length === 0 ? plain : { ...plain, ...extras };
}

/** -1 stands for no limit, as in a connection string. */
function setStaleness(extras: { maxStalenessSeconds?: number }, seconds: number | null): void {
  if (seconds !== null && seconds > 0) extras.maxStalenessSeconds = seconds;
}

function readTagSets(bytes: Uint8Array, element: number): Record<string, string>[] {
  const sets: Record<string, string>[] = [];
  const array = readDocument(bytes, element);
  if (array === null) return sets;
  const walker = new ElementWalker(array);
  while (walker.next()) {
    if (walker.type === BsonType.document) sets.push(readTagSet(readDocument(array, walker.element)!));
  }
  return sets;
}

function readTagSet(document: Uint8Array): Record<string, string> {
  const tags: [string, string][] = [];
  const walker = new ElementWalker(document);
  while (walker.next()) {
    const value = readString(document, walker.element);
    if (value !== null) tags.push([walker.key, value]);
  }
  // Not by assignment: a tag may be called "__proto__".
  return Object.fromEntries(tags);
}

function readHedge(bytes: Uint8Array, element: number): { enabled?: boolean } {
  const document = readDocument(bytes, element);
  if (document === null) return {};
  const walker = new ElementWalker(document);
  while (walker.next()) {
    const enabled = walker.isKey("enabled") ? readTruth(document, walker.element) : null;
    if (enabled !== null) return { enabled };
  }
  return {};
}
