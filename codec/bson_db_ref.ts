import { DBRef } from "bson";
import type { Document } from "./bson_types.ts";

/** Whether a reference may have `key`, which begins with a dollar sign. */
export function isReferenceKey(key: string): boolean {
  return key === "$ref" || key === "$id" || key === "$db";
}

/** Gives a document whose dollar keys are all those of a reference as a `DBRef`, or as it is if it is none. */
export function asReference(document: Document): Document {
  if (!("$id" in document) || document.$id == null || typeof document.$ref !== "string") return document;
  if ("$db" in document && typeof document.$db !== "string") return document;
  const { $ref, $id, $db, ...fields } = document;
  return new DBRef($ref, $id, $db, fields);
}
