import { encodeCString } from "./byte_writer.ts";
import { type DecodeOptions, OpCode, requestId, responseTo } from "./header.ts";
import { openMessage } from "./message_reader.ts";
import { type MessageHeader, MessageWriter } from "./message_writer.ts";

/** Flag bits of OP_QUERY. */
export const OpQueryFlag = {
  tailableCursor: 2,
  slaveOk: 4,
  oplogReplay: 8,
  noCursorTimeout: 16,
  awaitData: 32,
  exhaust: 64,
  partial: 128,
} as const;

/** The parts of an OP_QUERY; documents are views into the message. */
export interface OpQuery {
  /** The sender's number of the message. */
  readonly requestId: number;
  /** 0 in requests. */
  readonly responseTo: number;
  /** Bits of {@linkcode OpQueryFlag}. */
  readonly flags: number;
  /** Database and collection with a dot between; the collection `$cmd` stands for a command. */
  readonly fullCollectionName: string;
  /** Documents to leave out at the beginning; 0 with a command. */
  readonly numberToSkip: number;
  /** Documents wanted in the first reply; negative: no more than these, and no cursor. 1 or -1 with a command. */
  readonly numberToReturn: number;
  /** The command; of a find the filter, or the filter in `$query` with options such as `$orderby` beside it. */
  readonly query: Uint8Array;
  /** The projection; null where the message has none. */
  readonly returnFieldsSelector: Uint8Array | null;
}

/** What {@linkcode encodeOpQuery} takes. */
export interface OpQueryInput extends MessageHeader {
  /** Bits of {@linkcode OpQueryFlag}. @default {0} */
  readonly flags?: number;
  /** Database and collection with a dot between; `$cmd` as the collection for a command. */
  readonly fullCollectionName: string;
  /** Documents to leave out at the beginning. @default {0} */
  readonly numberToSkip?: number;
  /**
   * Documents wanted in the first reply; negative: no more than these, and no cursor. Servers take 1 and -1 with a
   * command. @default {0}
   */
  readonly numberToReturn?: number;
  /** The command; of a find the filter, or the filter in `$query` with options beside it. */
  readonly query: Uint8Array;
  /** The projection. @default {null} */
  readonly returnFieldsSelector?: Uint8Array | null;
}

/** Decodes an OP_QUERY. Throws {@linkcode CodecError}. */
export function decodeOpQuery(message: Uint8Array, options: DecodeOptions = {}): OpQuery {
  const reader = openMessage(message, OpCode.query, options);
  const query: OpQuery = {
    requestId: requestId(message),
    responseTo: responseTo(message),
    flags: reader.int32("OP_QUERY flags"),
    fullCollectionName: reader.cString("OP_QUERY collection name"),
    numberToSkip: reader.int32("OP_QUERY numberToSkip"),
    numberToReturn: reader.int32("OP_QUERY numberToReturn"),
    query: reader.document("OP_QUERY query"),
    returnFieldsSelector: reader.remaining === 0 ? null : reader.document("OP_QUERY returnFieldsSelector"),
  };
  reader.expectEnd("OP_QUERY");
  return query;
}

/** Encodes an OP_QUERY. Throws {@linkcode CodecError} on a name with a zero character. */
export function encodeOpQuery(query: OpQueryInput): Uint8Array {
  const name = encodeCString(query.fullCollectionName);
  const selector = query.returnFieldsSelector ?? new Uint8Array(0);
  const size = 12 + name.length + query.query.length + selector.length;
  const writer = new MessageWriter(OpCode.query, query, size);
  writer.int32(query.flags ?? 0);
  writer.bytes(name);
  writer.int32(query.numberToSkip ?? 0);
  writer.int32(query.numberToReturn ?? 0);
  writer.bytes(query.query);
  writer.bytes(selector);
  return writer.finish();
}
