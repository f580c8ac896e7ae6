import { totalBytes } from "./byte_writer.ts";
import { CodecError } from "./error.ts";
import { type DecodeOptions, OpCode, requestId, responseTo } from "./header.ts";
import { openMessage } from "./message_reader.ts";
import { type MessageHeader, MessageWriter } from "./message_writer.ts";

/** Flag bits of OP_REPLY. */
export const OpReplyFlag = {
  cursorNotFound: 1,
  queryFailure: 2,
  shardConfigStale: 4,
  awaitCapable: 8,
} as const;

const NUMBER_RETURNED_OFFSET = 32;

/** The parts of an OP_REPLY; documents are views into the message. */
export interface OpReply {
  /** The sender's number of the message. */
  readonly requestId: number;
  /** The number of the message that this one answers. */
  readonly responseTo: number;
  /** Bits of {@linkcode OpReplyFlag}. */
  readonly responseFlags: number;
  /** 0n when there is no cursor to continue. */
  readonly cursorId: bigint;
  /** Position of the first document in the cursor's results, from 0. */
  readonly startingFrom: number;
  /** The batch; one document where a command is answered. */
  readonly documents: readonly Uint8Array[];
}

/** What {@linkcode encodeOpReply} takes. */
export interface OpReplyInput extends MessageHeader {
  /** Bits of {@linkcode OpReplyFlag}. @default {0} */
  readonly responseFlags?: number;
  /** 0n where there is no cursor to continue. @default {0n} */
  readonly cursorId?: bigint;
  /** Position of the first document in the cursor's results, from 0. @default {0} */
  readonly startingFrom?: number;
  /** The batch, each a whole BSON document. */
  readonly documents: readonly Uint8Array[];
}

/** Decodes an OP_REPLY. Throws {@linkcode CodecError}. */
export function decodeOpReply(message: Uint8Array, options: DecodeOptions = {}): OpReply {
  const reader = openMessage(message, OpCode.reply, options);
  const responseFlags = reader.int32("OP_REPLY flags");
  const cursorId = reader.int64("OP_REPLY cursor id");
  const startingFrom = reader.int32("OP_REPLY startingFrom");
  const numberReturned = reader.int32("OP_REPLY numberReturned");
  const documents = reader.documents("OP_REPLY document");
  if (documents.length !== numberReturned) {
    throw new CodecError("OP_REPLY numberReturned", {
      offset: NUMBER_RETURNED_OFFSET,
      expected: `${documents.length}, as there are documents`,
      actual: numberReturned,
    });
  }
  return {
    requestId: requestId(message),
    responseTo: responseTo(message),
    responseFlags,
    cursorId,
    startingFrom,
    documents,
  };
}

/** Encodes an OP_REPLY. */
export function encodeOpReply(reply: OpReplyInput): Uint8Array {
  const writer = new MessageWriter(OpCode.reply, reply, 20 + totalBytes(reply.documents));
  writer.int32(reply.responseFlags ?? 0);
  writer.int64(reply.cursorId ?? 0n);
  writer.int32(reply.startingFrom ?? 0);
  writer.int32(reply.documents.length);
  for (const document of reply.documents) writer.bytes(document);
  return writer.finish();
}
