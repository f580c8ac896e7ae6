import { CodecError } from "./error.ts";

/** Keys of the server's own, which are never checked. */
const OWN_KEYS: ReadonlySet<string> = new Set(["$db", "$ref", "$id", "$clusterTime"]);

/** Checks a key that is to be a field's name. Throws {@linkcode CodecError} if servers would take it for more. */
export function checkKey(key: string, offset: number): void {
  if (OWN_KEYS.has(key)) return;
  if (key.startsWith("$")) {
    throw new CodecError("BSON key", { offset, expected: "no dollar sign to begin with", actual: "one" });
  }
  if (key.includes(".")) throw new CodecError("BSON key", { offset, expected: "no dot", actual: "one" });
}
