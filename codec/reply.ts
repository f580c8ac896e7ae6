import { ObjectId as BsonObjectId } from "bson";
import { checkMessage, findOpMsgBody } from "./bson_body.ts";
import { endOfDocument } from "./bson_extent.ts";
import { type KeySink, KeyTable, scanKeys } from "./bson_key_table.ts";
import type { ObjectId } from "./bson_types.ts";
import { int64At, readBigInt, readNumber, readObjectId, readString, readTruth, walkInto } from "./bson_view.ts";
import { readInt32 } from "./byte_reader.ts";
import { CodecError } from "./error.ts";
import { HEADER_BYTES, OpCode, opCode } from "./header.ts";
import { OpMsgFlag, opMsgFlags } from "./op_msg.ts";
import { OpReplyFlag } from "./op_reply.ts";

/** What a reply says, read from its bytes as it is asked for. Valid as long as the message's bytes are. */
export interface ReplyView {
  /** The whole message that was described, its header included. */
  readonly message: Uint8Array;
  /** The command succeeded; of a legacy find or getMore: documents came back. */
  readonly ok: boolean;
  /** Null: no cursor in it. 0n: exhausted. */
  readonly cursorId: bigint | null;
  /** As `database.collection`; null in the reply to a legacy operation. */
  readonly cursorNamespace: string | null;
  /** Another reply to the same request follows. */
  readonly moreToCome: boolean;
  /** The server's number of the error; null where the reply has none, as a rule on success. */
  readonly code: number | null;
  /** The name that goes with {@linkcode ReplyView.code}; null where there is none. */
  readonly codeName: string | null;
  /** The error in words, `$err` of a legacy find or getMore included; null where there is none. */
  readonly errmsg: string | null;
  /** Such as `RetryableWriteError`; empty where there are none. */
  readonly errorLabels: string[];
  /** Why a write that was done is not acknowledged as asked for; null where there is no such error. */
  readonly writeConcernErrorCode: number | null;
  /** Some documents of a write command failed, whatever `ok` says. */
  readonly hasWriteErrors: boolean;
  /** Which state of the server the reply belongs to; null before MongoDB 4.4, and in most replies of success. */
  readonly topologyVersion: { readonly processId: ObjectId; readonly counter: bigint } | null;
  /** The reply's document, a view; of a legacy find the first; empty where there is none. */
  readonly body: Uint8Array;
}

const REPLY_FIELDS_BYTES = 20;
const FIRST_DOCUMENT_OFFSET = HEADER_BYTES + REPLY_FIELDS_BYTES;
const CURSOR_ID_OFFSET = HEADER_BYTES + 4;
const NUMBER_RETURNED_OFFSET = HEADER_BYTES + 16;
const CURSOR_NOT_FOUND_CODE = 43;
const ABSENT = -1;

const Field = {
  ok: 0,
  cursor: 1,
  code: 2,
  codeName: 3,
  errmsg: 4,
  errorLabels: 5,
  writeConcernError: 6,
  topologyVersion: 7,
  writeErrors: 8,
} as const;

const REPLY_KEYS: KeyTable<number> = new KeyTable([...Object.entries(Field), ["$err", Field.errmsg]]);

/**
 * Describes a reply, OP_MSG or OP_REPLY. One pass over the top-level keys; what a cursor's batch holds is passed by its
 * length. `toLegacy` says that the request was a legacy one (`CommandView.isLegacy`): the documents that come back are
 * the client's data then, not a command's reply.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { serialize } from "bson";
 * import { describeReply, encodeOpMsg } from "@torana/mongo/codec";
 *
 * const body = serialize({ ok: 0, code: 11600, codeName: "InterruptedAtShutdown", errmsg: "Going down" });
 * const reply = describeReply(encodeOpMsg({ requestId: 2, responseTo: 1, body }));
 * assertEquals([reply.ok, reply.code], [false, 11600]);
 * ```
 *
 * @throws {CodecError} if the message is malformed, or is no reply
 */
export function describeReply(message: Uint8Array, toLegacy = false): ReplyView {
  checkMessage(message, 4);
  switch (opCode(message)) {
    case OpCode.msg:
      return describeOpMsg(message);
    case OpCode.reply:
      return describeOpReply(message, toLegacy);
    default:
      throw new CodecError("Message is no reply", {
        offset: 12,
        expected: "the opcode of a reply that is not compressed",
        actual: opCode(message),
      });
  }
}

function describeOpMsg(message: Uint8Array): ReplyView {
  const body = findOpMsgBody(message);
  const reply = new MessageReply(message, opMsgFlags(message), false, body, body + readInt32(message, body));
  scanReply(reply);
  return reply;
}

function describeOpReply(message: Uint8Array, toLegacy: boolean): ReplyView {
  checkMessage(message, REPLY_FIELDS_BYTES);
  const flags = readInt32(message, HEADER_BYTES);
  const isEmpty = readInt32(message, NUMBER_RETURNED_OFFSET) === 0 && message.length === FIRST_DOCUMENT_OFFSET;
  const end = isEmpty ? FIRST_DOCUMENT_OFFSET : endOfDocument(message, FIRST_DOCUMENT_OFFSET, message.length);
  const reply = new MessageReply(message, flags, toLegacy, FIRST_DOCUMENT_OFFSET, end);
  if (!isEmpty && !(toLegacy && (flags & OpReplyFlag.queryFailure) === 0)) scanReply(reply);
  return reply;
}

function scanReply(reply: MessageReply): void {
  scanKeys(reply.message, reply.bodyStart + 4, reply.bodyEnd - 1, REPLY_KEYS, reply);
}

/** One object whose fields are offsets of elements, -1 for those that are not there. */
class MessageReply implements ReplyView, KeySink {
  readonly message: Uint8Array;
  readonly bodyStart: number;
  readonly bodyEnd: number;
  readonly #flags: number;
  readonly #toLegacy: boolean;
  #ok = ABSENT;
  #cursor = ABSENT;
  #code = ABSENT;
  #codeName = ABSENT;
  #errmsg = ABSENT;
  #errorLabels = ABSENT;
  #writeConcernError = ABSENT;
  #topologyVersion = ABSENT;
  #writeErrors = ABSENT;

  constructor(message: Uint8Array, flags: number, toLegacy: boolean, bodyStart: number, bodyEnd: number) {
    this.message = message;
    this.bodyStart = bodyStart;
    this.bodyEnd = bodyEnd;
    this.#flags = flags;
    this.#toLegacy = toLegacy;
  }

  onKey(field: number, element: number): void {
    switch (field) {
      case Field.ok:
        this.#ok = element;
        break;
      case Field.cursor:
        this.#cursor = element;
        break;
      case Field.code:
        this.#code = element;
        break;
      case Field.codeName:
        this.#codeName = element;
        break;
      case Field.errmsg:
        this.#errmsg = element;
        break;
      case Field.errorLabels:
        this.#errorLabels = element;
        break;
      case Field.writeConcernError:
        this.#writeConcernError = element;
        break;
      case Field.topologyVersion:
        this.#topologyVersion = element;
        break;
      case Field.writeErrors:
        this.#writeErrors = element;
        break;
    }
  }

  get ok(): boolean {
    if (this.#isFailure()) return false;
    return this.#toLegacy || readTruth(this.message, this.#ok) === true;
  }

  get cursorId(): bigint | null {
    if (this.#toLegacy) return this.#isFailure() ? null : int64At(this.message, CURSOR_ID_OFFSET);
    return readBigInt(this.message, this.#in(this.#cursor, "id"));
  }

  get cursorNamespace(): string | null {
    return readString(this.message, this.#in(this.#cursor, "ns"));
  }

  get moreToCome(): boolean {
    return opCode(this.message) === OpCode.msg && (this.#flags & OpMsgFlag.moreToCome) !== 0;
  }

  get code(): number | null {
    if (this.#isFailureBy(OpReplyFlag.cursorNotFound)) return CURSOR_NOT_FOUND_CODE;
    return readNumber(this.message, this.#code);
  }

  get codeName(): string | null {
    if (this.#isFailureBy(OpReplyFlag.cursorNotFound)) return "CursorNotFound";
    return readString(this.message, this.#codeName);
  }

  get errmsg(): string | null {
    return readString(this.message, this.#errmsg);
  }

  get errorLabels(): string[] {
    const labels: string[] = [];
    const walker = walkInto(this.message, this.#errorLabels);
    while (walker?.next()) {
      const label = readString(this.message, walker.element);
      if (label !== null) labels.push(label);
    }
    return labels;
  }

  get writeConcernErrorCode(): number | null {
    return readNumber(this.message, this.#in(this.#writeConcernError, "code"));
  }

  get hasWriteErrors(): boolean {
    return this.#writeErrors !== ABSENT;
  }

  get topologyVersion(): { processId: ObjectId; counter: bigint } | null {
    const processId = readObjectId(this.message, this.#in(this.#topologyVersion, "processId"));
    const counter = readBigInt(this.message, this.#in(this.#topologyVersion, "counter"));
    return processId === null || counter === null ? null : { processId: new BsonObjectId(processId.slice()), counter };
  }

  get body(): Uint8Array {
    return this.message.subarray(this.bodyStart, this.bodyEnd);
  }

  #isFailure(): boolean {
    return this.#isFailureBy(OpReplyFlag.cursorNotFound | OpReplyFlag.queryFailure);
  }

  #isFailureBy(flags: number): boolean {
    return opCode(this.message) === OpCode.reply && (this.#flags & flags) !== 0;
  }

  /** Finds an element of the document that is the value of `element`; -1 if either is not there. */
  #in(element: number, key: string): number {
    const walker = walkInto(this.message, element);
    while (walker?.next()) {
      if (walker.isKey(key)) return walker.element;
    }
    return -1;
  }
}
