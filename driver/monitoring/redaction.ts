import type { Document } from "../../codec/bson_types.ts";

const SENSITIVE: ReadonlySet<string> = new Set([
  "authenticate",
  "saslstart",
  "saslcontinue",
  "getnonce",
  "createuser",
  "updateuser",
  "copydbgetnonce",
  "copydbsaslstart",
  "copydb",
]);

/**
 * Whether a command or its reply may hold secrets, so that it is neither told in events nor compressed (command logging
 * and monitoring specification, "Security").
 */
export function isSensitive(commandName: string, body: Document): boolean {
  const name = commandName.toLowerCase();
  return SENSITIVE.has(name) ||
    ((name === "hello" || name === "ismaster") && body.speculativeAuthenticate !== undefined);
}
