import { ElementWalker, findElement, findPath, readBigInt, readNumber, readString, readTruth } from "../bson_view.ts";
import { CodecError } from "../error.ts";
import { HEADER_BYTES, OpCode } from "../header.ts";
import { MessageWriter } from "../message_writer.ts";
import { decodeOpMsg } from "../op_msg.ts";
import { encodeOpReply, OpReplyFlag } from "../op_reply.ts";
import { DocumentBuilder } from "./document_builder.ts";
import { DocumentArray } from "./document_array.ts";

/** What a reply answers. */
export interface LegacyReplyTarget {
  /** The request id of the client's message. */
  readonly responseTo: number;
  /** The reply's own number. */
  readonly requestId: number;
  /** What the client sent: of an OP_QUERY as {@linkcode LegacyQuery} says, else an OP_GET_MORE. */
  readonly kind: "find" | "explain" | "getMore" | "command";
  /** How many documents of the cursor were returned before; 0 to an OP_QUERY. */
  readonly startingFrom: number;
}

/** A reply as an old client knows it. */
export interface LegacyReply {
  /** The whole OP_REPLY. */
  readonly message: Uint8Array;
  /** 0n where there is no cursor to continue, and to a command, whose cursor is in its document. */
  readonly cursorId: bigint;
  /** How many documents of a cursor it brings; 0 for an error, a plan or a command's reply. */
  readonly returned: number;
}

const CURSOR_NOT_FOUND = 43;
/** Flags, cursor id, startingFrom and numberReturned. */
const REPLY_FIELDS_BYTES = 20;

/** What a server adds to each reply of a command, and never had in the one document that an old explain gives. */
const ADDED_KEYS: ReadonlySet<string> = new Set(["ok", "$clusterTime", "operationTime"]);

/**
 * Translates a server's reply, an OP_MSG, to the OP_REPLY that a server of MongoDB 5.0 gives to the old operation. Its
 * documents keep their bytes.
 *
 * @throws {CodecError} if the reply is malformed, or has no cursor where there has to be one
 */
export function translateReply(reply: Uint8Array, to: LegacyReplyTarget): LegacyReply {
  const { body } = decodeOpMsg(reply, { maxMessageSizeBytes: reply.length });
  if (to.kind === "command") return withoutCursor(to, [body]);
  if (readTruth(body, findElement(body, "ok")) !== true) return failure(body, to);
  if (to.kind === "explain") return withoutCursor(to, [withoutAddedKeys(body)]);
  const batch = new DocumentArray(body, findPath(body, to.kind === "find" ? "cursor.firstBatch" : "cursor.nextBatch"));
  const cursorId = readCursorId(body);
  return { message: encodeBatch(to, cursorId, batch), cursorId, returned: batch.count };
}

function encodeBatch(to: LegacyReplyTarget, cursorId: bigint, batch: DocumentArray): Uint8Array {
  const writer = new MessageWriter(OpCode.reply, to, REPLY_FIELDS_BYTES + batch.byteLength);
  writer.int32(OpReplyFlag.awaitCapable);
  writer.int64(cursorId);
  writer.int32(to.startingFrom);
  writer.int32(batch.count);
  const message = writer.finish();
  batch.copyTo(message, HEADER_BYTES + REPLY_FIELDS_BYTES);
  return message;
}

function withoutCursor(
  { requestId, responseTo }: LegacyReplyTarget,
  documents: readonly Uint8Array[],
  responseFlags: number = OpReplyFlag.awaitCapable,
): LegacyReply {
  return { message: encodeOpReply({ requestId, responseTo, responseFlags, documents }), cursorId: 0n, returned: 0 };
}

/** An OP_QUERY's error has an `ok`, an OP_GET_MORE's has not, and neither has a `codeName`. */
function failure(body: Uint8Array, to: LegacyReplyTarget): LegacyReply {
  const code = readNumber(body, findElement(body, "code"));
  if (to.kind === "getMore" && code === CURSOR_NOT_FOUND) return withoutCursor(to, [], OpReplyFlag.cursorNotFound);
  const error = new DocumentBuilder().string("$err", readString(body, findElement(body, "errmsg")) ?? "");
  if (code !== null) error.int32("code", code);
  if (to.kind !== "getMore") error.double("ok", 0);
  return withoutCursor(to, [error.finish()], OpReplyFlag.queryFailure);
}

function readCursorId(body: Uint8Array): bigint {
  const element = findPath(body, "cursor.id");
  const id = readBigInt(body, element);
  if (id !== null) return id;
  throw new CodecError("Cursor id of a reply", { offset: Math.max(element, 0), expected: "a number", actual: "none" });
}

function withoutAddedKeys(body: Uint8Array): Uint8Array {
  const document = new DocumentBuilder();
  const walker = new ElementWalker(body);
  while (walker.next()) if (!ADDED_KEYS.has(walker.key)) document.element(walker);
  return document.finish();
}
