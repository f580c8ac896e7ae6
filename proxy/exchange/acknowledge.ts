import { type Document, Int32 } from "bson";
import { BsonType } from "../../codec/bson_extent.ts";
import { findPath, readTruth } from "../../codec/bson_view.ts";
import type { CommandView } from "../../codec/command.ts";
import { OpCode } from "../../codec/header.ts";
import { OpMsgFlag, opMsgFlags, withOpMsgFlags } from "../../codec/op_msg.ts";
import type { ReplyView } from "../../codec/reply.ts";
import { decodeDocument } from "../../driver/decode_document.ts";
import type { ClientRequest } from "../client/client_request.ts";

/** What the reply to a write tells of its outcome, and that to one without acknowledgement does not (server 5.0). */
const OUTCOME_KEYS = ["upserted", "writeErrors", "writeConcernError", "electionId", "opTime"];
/** What it tells as nothing. */
const COUNT_KEYS = ["n", "nModified"];
/** What stands before the value of an element called `w`: its type, and its key with a NUL. */
const W_BYTES = 3;

/**
 * Whether a write of documents asks for no acknowledgement, though perhaps for a reply. Servers tell the outcome all
 * the same of those that go to the journal, and a `findAndModify` is answered with a document.
 */
export function isUnacknowledgedWrite(command: CommandView): boolean {
  const { setsLastError, name } = command.traits;
  if (!setsLastError || name === "findAndModify" || !command.isUnacknowledged) return false;
  return readTruth(command.body, findPath(command.body, "writeConcern.j")) !== true;
}

/**
 * Makes a server acknowledge what the client wants no acknowledgement of: the reply says that it was done with, so that
 * the connection is free and the client's next command sees its effect on whatever connection, and what came of it,
 * should the client ask for its last error.
 */
export function acknowledge(request: ClientRequest): void {
  const { plain, command } = request;
  const acknowledged = command.opCode === OpCode.msg ? askingForReply(plain) : new Uint8Array(plain);
  if (isUnacknowledgedWrite(command)) setWriteConcern(acknowledged, command.body.byteOffset - plain.byteOffset);
  request.replace(acknowledged);
}

/** A copy without the flag that nobody is to answer; without a checksum too, as it may be edited. */
function askingForReply(message: Uint8Array): Uint8Array {
  return withOpMsgFlags(message, opMsgFlags(message) & ~(OpMsgFlag.moreToCome | OpMsgFlag.checksumPresent));
}

/** Puts `w: 1` in the place of `w: 0` in the command at `body`; no number changes its size. */
function setWriteConcern(message: Uint8Array, body: number): void {
  const w = findPath(message, "writeConcern.w", body);
  const value = w + W_BYTES;
  const view = new DataView(message.buffer, message.byteOffset);
  if (message[w] === BsonType.double) view.setFloat64(value, 1, true);
  else view.setInt32(value, 1, true);
}

/** A reply of success as one to a write without acknowledgement. */
export function withoutOutcome(reply: ReplyView): Document {
  // Errors, which go, quote what clients wrote, which may be no UTF-8.
  const document = decodeDocument(reply.body, { promoteValues: false, validation: { utf8: false } });
  for (const key of OUTCOME_KEYS) delete document[key];
  for (const key of COUNT_KEYS.filter((key) => key in document)) document[key] = new Int32(0);
  return document;
}
