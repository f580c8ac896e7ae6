import { encodeCString } from "./byte_writer.ts";
import { type DecodeOptions, OpCode, requestId, responseTo } from "./header.ts";
import { openMessage } from "./message_reader.ts";
import { type MessageHeader, MessageWriter } from "./message_writer.ts";

/** Flag bits of OP_UPDATE. */
export const OpUpdateFlag = { upsert: 1, multiUpdate: 2 } as const;

/** The parts of an OP_UPDATE; documents are views into the message. */
export interface OpUpdate {
  /** The sender's number of the message. */
  readonly requestId: number;
  /** 0 in requests. */
  readonly responseTo: number;
  /** Database and collection with a dot between. */
  readonly fullCollectionName: string;
  /** Bits of {@linkcode OpUpdateFlag}. */
  readonly flags: number;
  /** Which documents to update. */
  readonly selector: Uint8Array;
  /** The new document, or operators such as `$set`. */
  readonly update: Uint8Array;
}

/** What {@linkcode encodeOpUpdate} takes. */
export interface OpUpdateInput extends MessageHeader {
  /** Database and collection with a dot between. */
  readonly fullCollectionName: string;
  /** Bits of {@linkcode OpUpdateFlag}. @default {0} */
  readonly flags?: number;
  /** Which documents to update. */
  readonly selector: Uint8Array;
  /** The new document, or operators such as `$set`. */
  readonly update: Uint8Array;
}

/** Decodes an OP_UPDATE. Throws {@linkcode CodecError}. */
export function decodeOpUpdate(message: Uint8Array, options: DecodeOptions = {}): OpUpdate {
  const reader = openMessage(message, OpCode.update, options);
  reader.int32("OP_UPDATE reserved field");
  const update: OpUpdate = {
    requestId: requestId(message),
    responseTo: responseTo(message),
    fullCollectionName: reader.cString("OP_UPDATE collection name"),
    flags: reader.int32("OP_UPDATE flags"),
    selector: reader.document("OP_UPDATE selector"),
    update: reader.document("OP_UPDATE update"),
  };
  reader.expectEnd("OP_UPDATE");
  return update;
}

/** Encodes an OP_UPDATE. Throws {@linkcode CodecError} on a name with a zero character. */
export function encodeOpUpdate(update: OpUpdateInput): Uint8Array {
  const name = encodeCString(update.fullCollectionName);
  const size = 8 + name.length + update.selector.length + update.update.length;
  const writer = new MessageWriter(OpCode.update, update, size);
  writer.int32(0);
  writer.bytes(name);
  writer.int32(update.flags ?? 0);
  writer.bytes(update.selector);
  writer.bytes(update.update);
  return writer.finish();
}
