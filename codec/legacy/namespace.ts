import { CodecError } from "../error.ts";
import { HEADER_BYTES } from "../header.ts";

/** Where an operation works. */
export interface Namespace {
  /** The database. */
  readonly database: string;
  /** The collection, which may have dots in its name. */
  readonly collection: string;
}

/** Splits what an operation calls its full collection name. Throws {@linkcode CodecError} if a part is missing. */
export function splitNamespace(fullCollectionName: string): Namespace {
  const dot = fullCollectionName.indexOf(".");
  if (dot > 0 && dot < fullCollectionName.length - 1) {
    return { database: fullCollectionName.slice(0, dot), collection: fullCollectionName.slice(dot + 1) };
  }
  throw new CodecError("Bad namespace", {
    offset: HEADER_BYTES + 4,
    expected: "database.collection",
    actual: "another",
  });
}
