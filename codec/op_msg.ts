import { ByteReader, readInt32 } from "./byte_reader.ts";
import { encodeCString, totalBytes, writeInt32 } from "./byte_writer.ts";
import { crc32c } from "./crc32c.ts";
import { CodecError } from "./error.ts";
import { type DecodeOptions, HEADER_BYTES, OpCode, requestId, responseTo } from "./header.ts";
import { openMessage } from "./message_reader.ts";
import { type MessageHeader, MessageWriter } from "./message_writer.ts";

/** Flag bits of OP_MSG. Bits 0 to 15 must be understood; the others may be ignored. */
export const OpMsgFlag = { checksumPresent: 1, moreToCome: 2, exhaustAllowed: 0x10000 } as const;

const REQUIRED_FLAGS = 0xffff;
const KNOWN_REQUIRED_FLAGS = OpMsgFlag.checksumPresent | OpMsgFlag.moreToCome;
const FLAGS_OFFSET = HEADER_BYTES;
const SECTIONS_OFFSET = FLAGS_OFFSET + 4;
const CHECKSUM_BYTES = 4;
/** A length and the zero byte of an empty identifier. */
const MIN_SEQUENCE_BYTES = 5;

/** A kind-1 section: documents that the command takes as the array called `identifier`. */
export interface DocumentSequence {
  /** The field of the command that the documents stand for, e.g. `documents` of an `insert`. */
  readonly identifier: string;
  /** Whole BSON documents; views into the message where it was decoded. */
  readonly documents: readonly Uint8Array[];
}

/** The parts of an OP_MSG; documents are views into the message. */
export interface OpMsg {
  /** The sender's number of the message. */
  readonly requestId: number;
  /** The number of the message that this one answers; 0 in requests. */
  readonly responseTo: number;
  /** Bits of {@linkcode OpMsgFlag}, as an unsigned number. */
  readonly flags: number;
  /** The kind-0 section: the command or the reply. */
  readonly body: Uint8Array;
  /** The kind-1 sections, in their order; most messages have none. */
  readonly sequences: readonly DocumentSequence[];
}

/** What {@linkcode encodeOpMsg} takes. */
export interface OpMsgInput extends MessageHeader {
  /** Bits of {@linkcode OpMsgFlag}. @default {0} */
  readonly flags?: number;
  /** The command or the reply: one whole BSON document. */
  readonly body: Uint8Array;
  /** Each identifier may occur once, and not in the body too. @default {[]} */
  readonly sequences?: readonly DocumentSequence[];
  /** Whether to add a checksum; as `flags` says by default. */
  readonly checksum?: boolean;
}

/**
 * Decodes and checks an OP_MSG: lengths, flags, sections and, if it has one, its checksum.
 * The elements inside the documents are not checked. Throws {@linkcode CodecError}.
 *
 * @see OP_MSG specification, "Sections"
 */
export function decodeOpMsg(message: Uint8Array, options: DecodeOptions = {}): OpMsg {
  const flags = openMessage(message, OpCode.msg, options).int32("OP_MSG flags") >>> 0;
  checkFlags(flags);
  const end = sectionsEnd(message, flags);
  if (hasChecksum(flags)) checkChecksum(message, end);
  const sections = readSections(new ByteReader(message, SECTIONS_OFFSET, end));
  return { requestId: requestId(message), responseTo: responseTo(message), flags, ...sections };
}

/**
 * Encodes an OP_MSG.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { decodeOpMsg, encodeOpMsg } from "@torana/mongo/codec";
 * import { deserialize, serialize } from "bson";
 *
 * const ping = encodeOpMsg({ requestId: 1, body: serialize({ ping: 1, $db: "admin" }) });
 * assertEquals(deserialize(decodeOpMsg(ping).body), { ping: 1, $db: "admin" });
 * ```
 */
export function encodeOpMsg(input: OpMsgInput): Uint8Array {
  const checksum = input.checksum ?? hasChecksum(input.flags ?? 0);
  const sequences = (input.sequences ?? []).map(({ identifier, documents }) => ({
    name: encodeCString(identifier),
    documents,
  }));
  let size = 4 + 1 + input.body.length + (checksum ? CHECKSUM_BYTES : 0);
  for (const { name, documents } of sequences) size += 5 + name.length + totalBytes(documents);

  const writer = new MessageWriter(OpCode.msg, input, size);
  writer.int32(checksumFlag(input.flags ?? 0, checksum));
  writer.uint8(0);
  writer.bytes(input.body);
  for (const { name, documents } of sequences) {
    writer.uint8(1);
    writer.int32(4 + name.length + totalBytes(documents));
    writer.bytes(name);
    for (const document of documents) writer.bytes(document);
  }
  const message = writer.finish();
  if (checksum) writeChecksum(message);
  return message;
}

/**
 * Checks the checksum of an OP_MSG whose length is right, if it has one: its sections are not looked at. Throws
 * {@linkcode CodecError} if it is wrong.
 */
export function checkOpMsgChecksum(message: Uint8Array): void {
  const flags = opMsgFlags(message);
  if (hasChecksum(flags)) checkChecksum(message, sectionsEnd(message, flags));
}

/** The flags of a framed OP_MSG, unchecked. */
export function opMsgFlags(message: Uint8Array): number {
  return readInt32(message, FLAGS_OFFSET) >>> 0;
}

/**
 * Copies an OP_MSG with other flags. Its checksum is computed anew if `flags` say that there is one,
 * and left away if not. Throws {@linkcode CodecError} if the message is too short for its own flags.
 */
export function withOpMsgFlags(message: Uint8Array, flags: number): Uint8Array {
  const limit = { maxMessageSizeBytes: message.length };
  const end = sectionsEnd(message, openMessage(message, OpCode.msg, limit).int32("OP_MSG flags"));
  const copy = new Uint8Array(end + (hasChecksum(flags) ? CHECKSUM_BYTES : 0));
  copy.set(message.subarray(0, end));
  writeInt32(copy, 0, copy.length);
  writeInt32(copy, FLAGS_OFFSET, flags);
  if (hasChecksum(flags)) writeChecksum(copy);
  return copy;
}

/** Writes the checksum into the last four bytes of an OP_MSG, from all bytes before them. */
export function writeChecksum(message: Uint8Array): void {
  const end = message.length - CHECKSUM_BYTES;
  writeInt32(message, end, crc32c(message.subarray(0, end)));
}

function hasChecksum(flags: number): boolean {
  return (flags & OpMsgFlag.checksumPresent) !== 0;
}

function checksumFlag(flags: number, present: boolean): number {
  return present ? flags | OpMsgFlag.checksumPresent : flags & ~OpMsgFlag.checksumPresent;
}

function checkFlags(flags: number): void {
  const unknown = flags & REQUIRED_FLAGS & ~KNOWN_REQUIRED_FLAGS;
  if (unknown === 0) return;
  throw new CodecError("Required OP_MSG flags", {
    offset: FLAGS_OFFSET,
    expected: `none but 0x${KNOWN_REQUIRED_FLAGS.toString(16)}`,
    actual: `0x${unknown.toString(16)}`,
  });
}

/** Where the sections end and the checksum, if any, begins. */
function sectionsEnd(message: Uint8Array, flags: number): number {
  const end = message.length - (hasChecksum(flags) ? CHECKSUM_BYTES : 0);
  if (end >= SECTIONS_OFFSET) return end;
  throw new CodecError("OP_MSG checksum is cut off", {
    offset: SECTIONS_OFFSET,
    expected: `${CHECKSUM_BYTES} bytes`,
    actual: `${message.length - SECTIONS_OFFSET} bytes`,
  });
}

function checkChecksum(message: Uint8Array, end: number): void {
  const expected = crc32c(message.subarray(0, end));
  const actual = readInt32(message, end) >>> 0;
  if (actual === expected) return;
  throw new CodecError("OP_MSG checksum", {
    offset: end,
    expected: `0x${expected.toString(16)}`,
    actual: `0x${actual.toString(16)}`,
  });
}

function readSections(reader: ByteReader): Pick<OpMsg, "body" | "sequences"> {
  let body: Uint8Array | null = null;
  const sequences: DocumentSequence[] = [];
  while (reader.remaining > 0) {
    const offset = reader.offset;
    const kind = reader.uint8("OP_MSG section kind");
    if (kind === 0 && body === null) body = reader.document("OP_MSG body");
    else if (kind === 1) sequences.push(readSequence(reader, sequences));
    else throw sectionError(offset, body === null ? "0 or 1" : "1", kind);
  }
  if (body === null) throw sectionError(reader.offset, "a section of kind 0", "the end");
  return { body, sequences };
}

function readSequence(reader: ByteReader, others: readonly DocumentSequence[]): DocumentSequence {
  const part = reader.part("OP_MSG document sequence", MIN_SEQUENCE_BYTES);
  const offset = part.offset;
  const identifier = part.cString("Identifier of an OP_MSG document sequence");
  if (others.some((other) => other.identifier === identifier)) {
    throw new CodecError("Identifier of an OP_MSG document sequence", {
      offset,
      expected: "one that is new in the message",
      actual: "one that was there",
    });
  }
  return { identifier, documents: part.documents("Document of an OP_MSG document sequence") };
}

function sectionError(offset: number, expected: string, actual: string | number): CodecError {
  return new CodecError("OP_MSG section kind", { offset, expected, actual });
}
