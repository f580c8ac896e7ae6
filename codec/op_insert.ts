import { encodeCString, totalBytes } from "./byte_writer.ts";
import { type DecodeOptions, OpCode, requestId, responseTo } from "./header.ts";
import { openMessage } from "./message_reader.ts";
import { type MessageHeader, MessageWriter } from "./message_writer.ts";

/** Flag bits of OP_INSERT. */
export const OpInsertFlag = { continueOnError: 1 } as const;

/** The parts of an OP_INSERT; documents are views into the message. */
export interface OpInsert {
  /** The sender's number of the message. */
  readonly requestId: number;
  /** 0 in requests. */
  readonly responseTo: number;
  /** Bits of {@linkcode OpInsertFlag}. */
  readonly flags: number;
  /** Database and collection with a dot between. */
  readonly fullCollectionName: string;
  /** May be none: whether that is an error is for who executes it. */
  readonly documents: readonly Uint8Array[];
}

/** What {@linkcode encodeOpInsert} takes. */
export interface OpInsertInput extends MessageHeader {
  /** Bits of {@linkcode OpInsertFlag}. @default {0} */
  readonly flags?: number;
  /** Database and collection with a dot between. */
  readonly fullCollectionName: string;
  /** What to insert, each a whole BSON document. */
  readonly documents: readonly Uint8Array[];
}

/** Decodes an OP_INSERT. Throws {@linkcode CodecError}. */
export function decodeOpInsert(message: Uint8Array, options: DecodeOptions = {}): OpInsert {
  const reader = openMessage(message, OpCode.insert, options);
  return {
    requestId: requestId(message),
    responseTo: responseTo(message),
    flags: reader.int32("OP_INSERT flags"),
    fullCollectionName: reader.cString("OP_INSERT collection name"),
    documents: reader.documents("OP_INSERT document"),
  };
}

/** Encodes an OP_INSERT. Throws {@linkcode CodecError} on a name with a zero character. */
export function encodeOpInsert(insert: OpInsertInput): Uint8Array {
  const name = encodeCString(insert.fullCollectionName);
  const size = 4 + name.length + totalBytes(insert.documents);
  const writer = new MessageWriter(OpCode.insert, insert, size);
  writer.int32(insert.flags ?? 0);
  writer.bytes(name);
  for (const document of insert.documents) writer.bytes(document);
  return writer.finish();
}
