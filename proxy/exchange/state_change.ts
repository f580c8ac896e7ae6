import { type Document, Int32 } from "bson";
import type { ReplyView } from "../../codec/reply.ts";
import { isStateChange } from "../../driver/sdam/error_rules.ts";
import { decodeFaithfully } from "./decode_faithfully.ts";

const HOST_UNREACHABLE = new Int32(6);

/** How `mongos` words what drivers would take for its own change of state. */
const WORDS: readonly (readonly [RegExp, string])[] = [
  [/not master/g, "(NOT_PRIMARY)"],
  [/node is recovering/g, "(NODE_IS_RECOVERING)"],
];

/** Says whether something in a reply may tell that a server is not primary any more, or is shutting down. */
export function mayTellStateChange(reply: ReplyView): boolean {
  if (reply.hasWriteErrors) return true;
  const code = reply.ok ? reply.writeConcernErrorCode : reply.code;
  return (!reply.ok || code !== null) && isStateChange(code, reply.errmsg ?? "");
}

/**
 * Words a reply as `mongos` does: that a member of the replica set changed its state says nothing of the proxy.
 * A driver that took it so would hold its operations back until its next `hello` says otherwise, though the proxy
 * knows the new primary long since. Labels stay, so that drivers try again as they would. `null`: nothing to change.
 */
export function withoutStateChanges(reply: ReplyView): Document | null {
  const document = decodeFaithfully(reply.body);
  const errors = [document, ...documentsOf(document.writeErrors), ...documentsOf(document.writeConcernError)];
  const told = errors.filter((error) => isStateChange(codeOf(error), String(error.errmsg ?? "")));
  for (const error of told) rewrite(error);
  if (told.length === 0) return null;
  delete document.topologyVersion;
  return document;
}

function documentsOf(value: unknown): Document[] {
  if (Array.isArray(value)) return value;
  return typeof value === "object" && value !== null ? [value] : [];
}

function codeOf(error: Document): number | null {
  return error.code === undefined ? null : Number(error.code);
}

function rewrite(error: Document): void {
  error.code = HOST_UNREACHABLE;
  if (error.codeName !== undefined) error.codeName = "HostUnreachable";
  if (error.errmsg === undefined) return;
  error.errmsg = WORDS.reduce((text, [words, instead]) => text.replace(words, instead), String(error.errmsg));
}
