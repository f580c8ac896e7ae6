import { encodeCString } from "./byte_writer.ts";
import { type DecodeOptions, OpCode, requestId, responseTo } from "./header.ts";
import { openMessage } from "./message_reader.ts";
import { type MessageHeader, MessageWriter } from "./message_writer.ts";

/** The parts of an OP_GET_MORE. */
export interface OpGetMore {
  /** The sender's number of the message. */
  readonly requestId: number;
  /** 0 in requests. */
  readonly responseTo: number;
  /** Database and collection with a dot between. */
  readonly fullCollectionName: string;
  /** Documents wanted in the reply; 0 leaves it to the server. */
  readonly numberToReturn: number;
  /** As the reply that opened the cursor gave it. */
  readonly cursorId: bigint;
}

/** What {@linkcode encodeOpGetMore} takes. */
export interface OpGetMoreInput extends MessageHeader {
  /** Database and collection with a dot between. */
  readonly fullCollectionName: string;
  /** Documents wanted in the reply; 0 leaves it to the server. @default {0} */
  readonly numberToReturn?: number;
  /** As the reply that opened the cursor gave it. */
  readonly cursorId: bigint;
}

/** Decodes an OP_GET_MORE. Throws {@linkcode CodecError}. */
export function decodeOpGetMore(message: Uint8Array, options: DecodeOptions = {}): OpGetMore {
  const reader = openMessage(message, OpCode.getMore, options);
  reader.int32("OP_GET_MORE reserved field");
  const getMore: OpGetMore = {
    requestId: requestId(message),
    responseTo: responseTo(message),
    fullCollectionName: reader.cString("OP_GET_MORE collection name"),
    numberToReturn: reader.int32("OP_GET_MORE numberToReturn"),
    cursorId: reader.int64("OP_GET_MORE cursor id"),
  };
  reader.expectEnd("OP_GET_MORE");
  return getMore;
}

/** Encodes an OP_GET_MORE. Throws {@linkcode CodecError} on a name with a zero character. */
export function encodeOpGetMore(getMore: OpGetMoreInput): Uint8Array {
  const name = encodeCString(getMore.fullCollectionName);
  const writer = new MessageWriter(OpCode.getMore, getMore, 16 + name.length);
  writer.int32(0);
  writer.bytes(name);
  writer.int32(getMore.numberToReturn ?? 0);
  writer.int64(getMore.cursorId);
  return writer.finish();
}
