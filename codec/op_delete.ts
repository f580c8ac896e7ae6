import { encodeCString } from "./byte_writer.ts";
import { type DecodeOptions, OpCode, requestId, responseTo } from "./header.ts";
import { openMessage } from "./message_reader.ts";
import { type MessageHeader, MessageWriter } from "./message_writer.ts";

/** Flag bits of OP_DELETE. */
export const OpDeleteFlag = { singleRemove: 1 } as const;

/** The parts of an OP_DELETE; the document is a view into the message. */
export interface OpDelete {
  /** The sender's number of the message. */
  readonly requestId: number;
  /** 0 in requests. */
  readonly responseTo: number;
  /** Database and collection with a dot between. */
  readonly fullCollectionName: string;
  /** Bits of {@linkcode OpDeleteFlag}. */
  readonly flags: number;
  /** Which documents to delete. */
  readonly selector: Uint8Array;
}

/** What {@linkcode encodeOpDelete} takes. */
export interface OpDeleteInput extends MessageHeader {
  /** Database and collection with a dot between. */
  readonly fullCollectionName: string;
  /** Bits of {@linkcode OpDeleteFlag}. @default {0} */
  readonly flags?: number;
  /** Which documents to delete. */
  readonly selector: Uint8Array;
}

/** Decodes an OP_DELETE. Throws {@linkcode CodecError}. */
export function decodeOpDelete(message: Uint8Array, options: DecodeOptions = {}): OpDelete {
  const reader = openMessage(message, OpCode.delete, options);
  reader.int32("OP_DELETE reserved field");
  const remove: OpDelete = {
    requestId: requestId(message),
    responseTo: responseTo(message),
    fullCollectionName: reader.cString("OP_DELETE collection name"),
    flags: reader.int32("OP_DELETE flags"),
    selector: reader.document("OP_DELETE selector"),
  };
  reader.expectEnd("OP_DELETE");
  return remove;
}

/** Encodes an OP_DELETE. Throws {@linkcode CodecError} on a name with a zero character. */
export function encodeOpDelete(remove: OpDeleteInput): Uint8Array {
  const name = encodeCString(remove.fullCollectionName);
  const writer = new MessageWriter(OpCode.delete, remove, 8 + name.length + remove.selector.length);
  writer.int32(0);
  writer.bytes(name);
  writer.int32(remove.flags ?? 0);
  writer.bytes(remove.selector);
  return writer.finish();
}
