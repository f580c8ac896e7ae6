import { readInt32 } from "./byte_reader.ts";
import { writeInt32 } from "./byte_writer.ts";
import { CodecError } from "./error.ts";

/** Bytes of the header that every message begins with. */
export const HEADER_BYTES = 16;

/** The largest message accepted unless told otherwise; the servers' own limit, in bytes. */
export const DEFAULT_MAX_MESSAGE_SIZE_BYTES = 48_000_000;

/** Operation codes of the wire protocol. */
export const OpCode = {
  reply: 1,
  update: 2001,
  insert: 2002,
  query: 2004,
  getMore: 2005,
  delete: 2006,
  killCursors: 2007,
  compressed: 2012,
  msg: 2013,
} as const;

/** One of the operation codes that this codec knows. */
export type OpCode = typeof OpCode[keyof typeof OpCode];

/** What decoders accept besides the message. */
export interface DecodeOptions {
  /** Largest message accepted, in bytes. @default {48_000_000} */
  readonly maxMessageSizeBytes?: number;
}

// The accessors below check nothing: a framed message always has its header.

/** The length that the header declares, itself included, in bytes. */
export function messageLength(message: Uint8Array): number {
  return readInt32(message, 0);
}

/** The sender's number of the message. */
export function requestId(message: Uint8Array): number {
  return readInt32(message, 4);
}

/** The number of the message that this one answers; 0 in requests. */
export function responseTo(message: Uint8Array): number {
  return readInt32(message, 8);
}

/** The operation code, which may be one that {@linkcode OpCode} does not list. */
export function opCode(message: Uint8Array): number {
  return readInt32(message, 12);
}

/** Changes the message's number in place. An OP_MSG checksum is not corrected. */
export function setRequestId(message: Uint8Array, id: number): void {
  writeInt32(message, 4, id);
}

/** Changes in place which message this one answers. An OP_MSG checksum is not corrected. */
export function setResponseTo(message: Uint8Array, id: number): void {
  writeInt32(message, 8, id);
}

/** Throws {@linkcode CodecError} unless a message may have this length. */
export function checkMessageLength(length: number, maximum: number): void {
  if (length >= HEADER_BYTES && length <= maximum) return;
  throw new CodecError("Message length", {
    offset: 0,
    expected: `${HEADER_BYTES} to ${maximum} bytes`,
    actual: length,
  });
}

/** Checks that `message` is one whole message within the limit. Throws {@linkcode CodecError}. */
export function checkHeader(message: Uint8Array, options: DecodeOptions = {}): void {
  if (message.length < HEADER_BYTES) {
    throw new CodecError("Message header is cut off", {
      offset: message.length,
      expected: `${HEADER_BYTES} bytes`,
      actual: `${message.length} bytes`,
    });
  }
  const declared = messageLength(message);
  checkMessageLength(declared, options.maxMessageSizeBytes ?? DEFAULT_MAX_MESSAGE_SIZE_BYTES);
  if (declared !== message.length) {
    throw new CodecError("Message length", {
      offset: 0,
      expected: message.length,
      actual: declared,
    });
  }
}
