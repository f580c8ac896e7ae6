import type { Document } from "../../codec/bson_types.ts";
import { MongoInvalidArgumentError } from "../error.ts";

/** Throws `MongoInvalidArgumentError` unless `update` is a pipeline or begins with an operator. */
export function checkUpdate(update: Document | readonly Document[]): void {
  if (Array.isArray(update)) return;
  const first = Object.keys(update)[0];
  if (first?.startsWith("$")) return;
  throw new MongoInvalidArgumentError(
    `Update document requires atomic operators, but ${first === undefined ? "is empty" : "begins with a field"}`,
  );
}

/** Throws `MongoInvalidArgumentError` if `replacement` is an update. */
export function checkReplacement(replacement: Document): void {
  if (!Array.isArray(replacement) && !Object.keys(replacement)[0]?.startsWith("$")) return;
  throw new MongoInvalidArgumentError("Replacement document must not contain atomic operators");
}
