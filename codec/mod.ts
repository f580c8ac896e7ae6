/**
 * MongoDB's wire protocol as pure functions: bytes to messages and back.
 *
 * The codec frames messages out of chunks, reads and writes every opcode from OP_UPDATE of 2009 to
 * OP_MSG and OP_COMPRESSED of today, looks into BSON without decoding it, and decodes and encodes whole documents
 * in the types of `npm:bson`. Every length is checked against the message and a limit; what does not fit throws a
 * {@linkcode CodecError}.
 *
 * It does no I/O, starts no timers and keeps no state but a framer's unread bytes, and a bounded memory of the keys
 * that documents had. Documents and messages are views into the bytes they came in.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { decodeDocument, decodeMessage, encodeDocument, encodeOpMsg, MessageFramer, OpCode } from "@torana/mongo/codec";
 *
 * const framer = new MessageFramer();
 * framer.push(encodeOpMsg({ requestId: 1, body: encodeDocument({ ping: 1, $db: "admin" }) }));
 * const message = decodeMessage(framer.next()!);
 * if (message.opCode === OpCode.msg) assertEquals(decodeDocument(message.body), { ping: 1, $db: "admin" });
 * ```
 *
 * @module
 */

export { CodecError } from "./error.ts";
export { LARGE_MESSAGE_BYTES, MessageFramer } from "./framer.ts";
export type { Undecided } from "./large_message.ts";
export {
  type DecodeOptions,
  DEFAULT_MAX_MESSAGE_SIZE_BYTES,
  HEADER_BYTES,
  messageLength,
  OpCode,
  opCode,
  requestId,
  responseTo,
  setRequestId,
  setResponseTo,
} from "./header.ts";
export type { MessageHeader } from "./message_writer.ts";
export { decodeMessage, type Message, type OpCompressed } from "./message.ts";
export {
  decodeOpMsg,
  type DocumentSequence,
  encodeOpMsg,
  type OpMsg,
  OpMsgFlag,
  opMsgFlags,
  type OpMsgInput,
  withOpMsgFlags,
} from "./op_msg.ts";
export { compressMessage, type CompressorName, compressorOf, decompressMessage } from "./op_compressed.ts";
export { decodeOpQuery, encodeOpQuery, type OpQuery, OpQueryFlag, type OpQueryInput } from "./op_query.ts";
export { decodeOpReply, encodeOpReply, type OpReply, OpReplyFlag, type OpReplyInput } from "./op_reply.ts";
export { decodeOpInsert, encodeOpInsert, type OpInsert, OpInsertFlag, type OpInsertInput } from "./op_insert.ts";
export { decodeOpUpdate, encodeOpUpdate, type OpUpdate, OpUpdateFlag, type OpUpdateInput } from "./op_update.ts";
export { decodeOpDelete, encodeOpDelete, type OpDelete, OpDeleteFlag, type OpDeleteInput } from "./op_delete.ts";
export { decodeOpGetMore, encodeOpGetMore, type OpGetMore, type OpGetMoreInput } from "./op_get_more.ts";
export {
  decodeOpKillCursors,
  encodeOpKillCursors,
  type OpKillCursors,
  type OpKillCursorsInput,
} from "./op_kill_cursors.ts";

export { decodeDocument } from "./bson_decode.ts";
export type { DecodeDocumentOptions } from "./bson_decode_options.ts";
export { encodeDocument } from "./bson_encode.ts";
export type { EncodeDocumentOptions } from "./bson_encode_options.ts";
export { BsonType } from "./bson_extent.ts";
export type { ObjectId } from "./bson_types.ts";
export {
  ElementWalker,
  findElement,
  findPath,
  readBigInt,
  readBinary,
  readBoolean,
  readDocument,
  readNumber,
  readObjectId,
  readString,
  readTruth,
  readValue,
} from "./bson_view.ts";
export { encodeElement, spliceBody, spliceElement } from "./bson_splice.ts";
export { validateDocument, type ValidateOptions } from "./bson_validate.ts";
export {
  type CollectionPlace,
  type CommandKind,
  COMMANDS,
  type CommandTraits,
  commandTraits,
} from "./command_table.ts";
export type { CommandReadPreference, ReadPreferenceMode } from "./command_read_preference.ts";
export { type CommandView, describeCommand } from "./command.ts";
export { describeReply, type ReplyView } from "./reply.ts";
export { encodeErrorReplyTo, encodeReplyTo, type ErrorReply } from "./reply_encode.ts";

export { LegacyRefusal } from "./legacy/legacy_refusal.ts";
export { type LegacyWrite, translateWrite, type WriteLimits } from "./legacy/legacy_write.ts";
export {
  checkQueryCommand,
  type LegacyQuery,
  legacyQueryOf,
  translateQuery,
  translateQueryCommand,
} from "./legacy/legacy_query.ts";
export { checkGetMore, translateGetMore } from "./legacy/legacy_get_more.ts";
export { type LegacyReply, type LegacyReplyTarget, translateReply } from "./legacy/legacy_reply.ts";
