import { endOfDocument } from "./bson_extent.ts";
import { readInt32 } from "./byte_reader.ts";
import { CodecError } from "./error.ts";
import { checkHeader, HEADER_BYTES } from "./header.ts";
import { OpMsgFlag, opMsgFlags } from "./op_msg.ts";

const SECTIONS_OFFSET = HEADER_BYTES + 4;
const CHECKSUM_BYTES = 4;
const REFUSED_FLAGS = 0xffff & ~(OpMsgFlag.checksumPresent | OpMsgFlag.moreToCome);
/** The most sections of kind 1 in an OP_MSG: the server hangs up on more (`OpMsg::parse`, TooManyDocumentSequences). */
const MAX_SEQUENCES = 2;

/** Checks that `message` holds its whole header and `fixedBytes` more, and is as long as it says. */
export function checkMessage(message: Uint8Array, fixedBytes: number): void {
  checkHeader(message, { maxMessageSizeBytes: message.length });
  if (message.length >= HEADER_BYTES + fixedBytes) return;
  throw new CodecError("Truncated message", {
    offset: message.length,
    expected: `${HEADER_BYTES + fixedBytes} bytes`,
    actual: `${message.length} bytes`,
  });
}

/**
 * Finds the kind-0 section of an OP_MSG and gives the offset of its document. Sections are passed by their length, and
 * the checksum is left alone, so the cost does not grow with the message.
 *
 * @throws {CodecError} unless sections fill the message, exactly one of them is of kind 0 and at most two are of kind 1
 */
export function findOpMsgBody(message: Uint8Array): number {
  checkMessage(message, 4);
  const flags = opMsgFlags(message);
  if ((flags & REFUSED_FLAGS) !== 0) throw refusedFlags(flags);
  const end = message.length - ((flags & OpMsgFlag.checksumPresent) === 0 ? 0 : CHECKSUM_BYTES);
  let body = -1;
  let sequences = 0;
  let offset = SECTIONS_OFFSET;
  while (offset < end) {
    const kind = message[offset];
    if (kind === 0 && body < 0) {
      body = offset + 1;
      offset = endOfDocument(message, body, end);
    } else if (kind === 1) {
      checkSequenceCount(++sequences, offset);
      offset = endOfSequence(message, offset + 1, end);
    } else {
      throw new CodecError("Bad kind of an OP_MSG section", {
        offset,
        expected: body < 0 ? "0 or 1" : 1,
        actual: kind!,
      });
    }
  }
  if (body < 0) throw new CodecError("OP_MSG without a body", { offset, expected: "a kind-0 section", actual: "none" });
  return body;
}

/** Throws {@linkcode CodecError} if an OP_MSG with `count` sections of kind 1, the last at `offset`, has too many. */
export function checkSequenceCount(count: number, offset: number): void {
  if (count <= MAX_SEQUENCES) return;
  throw new CodecError("Too many sections of an OP_MSG", {
    offset,
    expected: `${MAX_SEQUENCES} of kind 1 at most`,
    actual: count,
  });
}

function endOfSequence(message: Uint8Array, start: number, end: number): number {
  const length = end - start < 4 ? 0 : readInt32(message, start);
  if (length < 5 || length > end - start) {
    throw new CodecError("Bad length of an OP_MSG section", {
      offset: start,
      expected: `5 to ${end - start}`,
      actual: length,
    });
  }
  return start + length;
}

function refusedFlags(flags: number): CodecError {
  return new CodecError("Unknown required OP_MSG flags", {
    offset: HEADER_BYTES,
    expected: "checksumPresent and moreToCome at most",
    actual: `0x${flags.toString(16)}`,
  });
}
