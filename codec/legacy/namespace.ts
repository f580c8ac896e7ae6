import { CodecError } from "../error.ts";
import { HEADER_BYTES } from "../header.ts";

/** Where an operation works. */
export interface Namespace {
  /** The database. */
  readonly database: string;
  /** The collection, which may have dots in its name. */
  readonly collection: string;
}

/** Splits a full collection name at its first dot; null if there is nothing on a side of it. */
export function parseNamespace(fullCollectionName: string): Namespace | null {
  const dot = fullCollectionName.indexOf(".");
  if (dot <= 0 || dot === fullCollectionName.length - 1) return null;
  return { database: fullCollectionName.slice(0, dot), collection: fullCollectionName.slice(dot + 1) };
}

/** Splits the full collection name of a message. Throws {@linkcode CodecError} if a part is missing. */
export function splitNamespace(fullCollectionName: string): Namespace {
  const namespace = parseNamespace(fullCollectionName);
  if (namespace !== null) return namespace;
  throw new CodecError("Bad namespace", {
    offset: HEADER_BYTES + 4,
    expected: "database.collection",
    actual: "another",
  });
}
