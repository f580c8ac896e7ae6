import { readBigInt, readNumber, readString, readTruth, walkInto } from "../bson_view.ts";
import { ElementWalker, findElement, findPath } from "../bson_view.ts";
import { decodeOpMsg } from "../op_msg.ts";
import { encodeOpReply, OpReplyFlag } from "../op_reply.ts";
import { DocumentBuilder } from "./document_builder.ts";

/** What a reply answers. */
export interface LegacyReplyTarget {
  /** The request id of the client's message. */
  readonly responseTo: number;
  /** The reply's own number. */
  readonly requestId: number;
  /** What the client sent: of an OP_QUERY as {@linkcode LegacyQuery} says, else an OP_GET_MORE. */
  readonly kind: "find" | "explain" | "getMore" | "command";
  /** How many documents of the cursor came before; 0 but to an OP_GET_MORE. */
  readonly startingFrom: number;
}

/** A reply as an old client knows it. */
export interface LegacyReply {
  /** The whole OP_REPLY. */
  readonly message: Uint8Array;
  /** 0n where there is no cursor to continue, and for a command, whose cursor is in its document. */
  readonly cursorId: bigint;
  /** How many documents it has. */
  readonly returned: number;
}

const CURSOR_NOT_FOUND = 43;

/**
 * Translates a server's reply, an OP_MSG, to the OP_REPLY that a server of MongoDB 5.0 gives to the old operation.
 *
 * @throws {CodecError} if the reply is malformed, or has no cursor where there has to be one
 */
export function translateReply(reply: Uint8Array, to: LegacyReplyTarget): LegacyReply {
  const { body } = decodeOpMsg(reply, { maxMessageSizeBytes: reply.length });
  if (to.kind === "command") return answer(to, [body]);
  if (readTruth(body, findElement(body, "ok")) !== true) return failure(body, to);
  if (to.kind === "explain") return answer(to, [withoutMetadata(body)]);
  const batch = to.kind === "find" ? "cursor.firstBatch" : "cursor.nextBatch";
  const documents: Uint8Array[] = [];
  const walker = walkInto(body, findPath(body, batch));
  while (walker?.next()) documents.push(walker.bytes.subarray(walker.valueStart, walker.valueEnd));
  return answer(to, documents, OpReplyFlag.awaitCapable, readBigInt(body, findPath(body, "cursor.id")) ?? 0n);
}

function answer(
  { requestId, responseTo, startingFrom }: LegacyReplyTarget,
  documents: readonly Uint8Array[],
  responseFlags: number = OpReplyFlag.awaitCapable,
  cursorId = 0n,
): LegacyReply {
  const message = encodeOpReply({ requestId, responseTo, responseFlags, cursorId, startingFrom, documents });
  return { message, cursorId, returned: documents.length };
}

function failure(body: Uint8Array, to: LegacyReplyTarget): LegacyReply {
  const code = readNumber(body, findElement(body, "code"));
  if (code === CURSOR_NOT_FOUND && to.kind === "getMore") {
    return answer({ ...to, startingFrom: 0 }, [], OpReplyFlag.cursorNotFound);
  }
  const error = new DocumentBuilder().string("$err", readString(body, findElement(body, "errmsg")) ?? "");
  if (code !== null) error.int32("code", code);
  return answer({ ...to, startingFrom: 0 }, [error.finish()], OpReplyFlag.queryFailure);
}

const METADATA: ReadonlySet<string> = new Set(["ok", "operationTime", "$clusterTime"]);

function withoutMetadata(body: Uint8Array): Uint8Array {
  const document = new DocumentBuilder();
  const walker = new ElementWalker(body);
  while (walker.next()) if (!METADATA.has(walker.key)) document.copy(walker, walker.key);
  return document.finish();
}
