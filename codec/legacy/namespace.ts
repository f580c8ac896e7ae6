import { LegacyRefusal } from "./legacy_refusal.ts";

/** Where an operation works. */
export interface Namespace {
  /** The database. */
  readonly database: string;
  /** The collection, which may have dots in its name. */
  readonly collection: string;
}

/** What servers on Linux take for the name of no database. */
const NOT_IN_DATABASE_NAMES = /[/\\. "]/;

/** Splits a full collection name at its first dot; null if there is nothing on a side of it, or no database has that name. */
export function parseNamespace(fullCollectionName: string): Namespace | null {
  const dot = fullCollectionName.indexOf(".");
  if (dot <= 0 || dot === fullCollectionName.length - 1) return null;
  const namespace = { database: fullCollectionName.slice(0, dot), collection: fullCollectionName.slice(dot + 1) };
  return NOT_IN_DATABASE_NAMES.test(namespace.database) ? null : namespace;
}

/** Splits the full collection name of a message. Throws {@linkcode LegacyRefusal} if it is none. */
export function splitNamespace(
  fullCollectionName: string,
  { code, codeName } = { code: 73, codeName: "InvalidNamespace" },
): Namespace {
  const namespace = parseNamespace(fullCollectionName);
  if (namespace !== null) return namespace;
  throw new LegacyRefusal(code, codeName, `Invalid ns [${fullCollectionName}]`);
}
