import { ElementWalker, findElement, findPath, readBigInt, readNumber, readString, readTruth } from "../bson_view.ts";
import { CodecError } from "../error.ts";
import { decodeOpMsg } from "../op_msg.ts";
import { encodeOpReply, OpReplyFlag, type OpReplyInput } from "../op_reply.ts";
import { DocumentBuilder } from "./document_builder.ts";
import { documentsIn } from "./documents_in.ts";

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
  if (to.kind === "command") return withoutCursor(to, { documents: [body] });
  if (readTruth(body, findElement(body, "ok")) !== true) return withoutCursor(to, failure(body, to.kind));
  if (to.kind === "explain") return withoutCursor(to, { documents: [withoutAddedKeys(body)] });
  const documents = documentsIn(body, findPath(body, to.kind === "find" ? "cursor.firstBatch" : "cursor.nextBatch"));
  const cursorId = readCursorId(body);
  const message = encode(to, { cursorId, startingFrom: to.startingFrom, documents });
  return { message, cursorId, returned: documents.length };
}

type Answer = Omit<OpReplyInput, "requestId" | "responseTo">;

function withoutCursor(to: LegacyReplyTarget, answer: Answer): LegacyReply {
  return { message: encode(to, answer), cursorId: 0n, returned: 0 };
}

function encode({ requestId, responseTo }: LegacyReplyTarget, answer: Answer): Uint8Array {
  return encodeOpReply({ requestId, responseTo, responseFlags: OpReplyFlag.awaitCapable, ...answer });
}

/** An OP_QUERY's error says that it is one, an OP_GET_MORE's does not; and only that of a command has a `codeName`. */
function failure(body: Uint8Array, kind: "find" | "explain" | "getMore"): Answer {
  const code = readNumber(body, findElement(body, "code"));
  if (kind === "getMore" && code === CURSOR_NOT_FOUND) {
    return { responseFlags: OpReplyFlag.cursorNotFound, documents: [] };
  }
  const error = new DocumentBuilder().string("$err", readString(body, findElement(body, "errmsg")) ?? "");
  if (code !== null) error.int32("code", code);
  if (kind !== "getMore") error.double("ok", 0);
  return { responseFlags: OpReplyFlag.queryFailure, documents: [error.finish()] };
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
