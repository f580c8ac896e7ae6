import { checkSequenceCount } from "./bson_body.ts";
import { BsonType, endOfCString, endOfValue } from "./bson_extent.ts";
import { textAt } from "./bson_view.ts";
import { readInt32 } from "./byte_reader.ts";
import { writeInt32 } from "./byte_writer.ts";
import { CodecError } from "./error.ts";
import { OpCode, opCode } from "./header.ts";
import { opMsgFlags } from "./op_msg.ts";

/** Most bytes that are kept of a large message, before its large part and after it. */
const MAX_KEPT_BYTES = 65_536;
/** So much of a reply is awaited before its beginning is looked at; a server writes what is before a batch at once. */
const LOOK_BYTES = 1_024;
const SECTION_OFFSET = 20;
const BODY_OFFSET = SECTION_OFFSET + 1;
const LENGTH_BYTES = 4;
const EMPTY_DOCUMENT_BYTES = 5;
/** The kind of an OP_MSG section and its length. */
const SECTION_HEAD_BYTES = 5;
const BATCHES: readonly string[] = ["firstBatch", "nextBatch"];

/** Of a large message: too little of it is here (`more`), or it can only be understood as a whole (`collect`). */
export type Undecided = "more" | "collect";

/**
 * Makes of the beginning of a large request the *reduced request*: a message of its own that ends after the command's
 * document, from which everything can be told but the documents that follow in sections of kind 1. Requests with flags,
 * of other opcodes, or with the large part inside the command's document are to be collected.
 */
export function reduceRequest(head: Uint8Array): Uint8Array | Undecided {
  if (head.length < BODY_OFFSET + LENGTH_BYTES) return "more";
  if (opCode(head) !== OpCode.msg || opMsgFlags(head) !== 0 || head[SECTION_OFFSET] !== 0) return "collect";
  const length = readInt32(head, BODY_OFFSET);
  const end = BODY_OFFSET + length;
  if (length < EMPTY_DOCUMENT_BYTES || length > MAX_KEPT_BYTES || end >= readInt32(head, 0)) return "collect";
  if (head.length < end) return "more";
  return withLength(new Uint8Array(head.subarray(0, end)), 0);
}

/**
 * Checks that the rest of an OP_MSG, given in parts, is made of sections of kind 1, and of no more than a server takes: it
 * hangs up on whoever sends something else, and that connection is not the client's alone. As with whole messages, what is
 * inside the sections is the server's to check.
 */
export class SectionCheck {
  readonly #head = new Uint8Array(SECTION_HEAD_BYTES);
  #headBytes = 0;
  readonly #length: number;
  /** Bytes of the message, and of the section, that are still to come. */
  #left: number;
  #inSection = 0;
  #sections = 0;

  /** Takes where the body ends, and the length of the message. */
  constructor(bodyEnd: number, length: number) {
    this.#length = length;
    this.#left = length - bodyEnd;
  }

  /** Takes the next part. Throws {@linkcode CodecError}. */
  take(part: Uint8Array): void {
    let offset = 0;
    while (offset < part.length) {
      const count = Math.min(part.length - offset, this.#inSection);
      offset += count;
      this.#inSection -= count;
      this.#left -= count;
      if (this.#inSection === 0 && offset < part.length) this.#takeHeadByte(part[offset++]!);
    }
    if (this.#left === 0 && this.#headBytes > 0) throw this.#bad(`${SECTION_HEAD_BYTES} bytes`, "the end");
  }

  #takeHeadByte(byte: number): void {
    this.#head[this.#headBytes++] = byte;
    this.#left--;
    if (this.#head[0] !== 1) throw this.#bad("kind 1", `kind ${this.#head[0]}`);
    if (this.#headBytes < SECTION_HEAD_BYTES) return;
    checkSequenceCount(++this.#sections, this.#length - this.#left);
    this.#headBytes = 0;
    this.#inSection = readInt32(this.#head, 1) - LENGTH_BYTES;
    if (this.#inSection < 1 || this.#inSection > this.#left) {
      throw this.#bad(`5 to ${this.#left + LENGTH_BYTES} bytes`, `${this.#inSection + LENGTH_BYTES} bytes`);
    }
  }

  #bad(expected: string, actual: string): CodecError {
    return new CodecError("Bad section of an OP_MSG", { offset: this.#length - this.#left, expected, actual });
  }
}

/**
 * A large reply with a cursor's batch, `{cursor: {firstBatch | nextBatch: […]…}…}`, of which only what is around the
 * batch is kept. The declared length of the batch says where it ends, so nothing is parsed.
 */
export class LargeReply {
  /** The kept bytes: all before the batch, an empty batch, all after it. */
  readonly #kept: Uint8Array;
  readonly #batch: number;
  readonly #batchEnd: number;
  readonly #cursor: number;
  #taken = 0;

  private constructor(length: number, cursor: number, batch: number, batchEnd: number) {
    this.#cursor = cursor;
    this.#batch = batch;
    this.#batchEnd = batchEnd;
    this.#kept = new Uint8Array(batch + EMPTY_DOCUMENT_BYTES + length - batchEnd);
  }

  /** Looks at the beginning of a large reply; its bytes are to be given to {@linkcode LargeReply.take} nevertheless. */
  static find(head: Uint8Array): LargeReply | Undecided {
    if (head.length < LOOK_BYTES) return "more";
    if (opCode(head) !== OpCode.msg || opMsgFlags(head) !== 0 || head[SECTION_OFFSET] !== 0) return "collect";
    const length = readInt32(head, 0);
    const seen = head.subarray(0, MAX_KEPT_BYTES);
    const cursor = findValue(seen, BODY_OFFSET, BsonType.document, ["cursor"]);
    const batch = cursor === null ? null : findValue(seen, cursor, BsonType.array, BATCHES);
    if (cursor === null || batch === null) return "collect";
    const end = BODY_OFFSET + readInt32(head, BODY_OFFSET);
    const cursorEnd = cursor + readInt32(head, cursor);
    const batchEnd = batch + readInt32(head, batch);
    const isNested = batchEnd > batch + EMPTY_DOCUMENT_BYTES && batchEnd < cursorEnd && cursorEnd < end;
    if (!isNested || end !== length || length - batchEnd > MAX_KEPT_BYTES) return "collect";
    return new LargeReply(length, cursor, batch, batchEnd);
  }

  /** Takes the next part, from the message's first byte on; keeps no view of it. */
  take(part: Uint8Array): void {
    const start = this.#taken;
    this.#taken += part.length;
    if (start < this.#batch) this.#kept.set(part.subarray(0, this.#batch - start), start);
    if (this.#taken <= this.#batchEnd) return;
    const skipped = Math.max(0, this.#batchEnd - start);
    const moved = this.#batch + EMPTY_DOCUMENT_BYTES - this.#batchEnd;
    this.#kept.set(part.subarray(skipped), start + skipped + moved);
  }

  /** The reply without its batch, a message of its own, once all parts were taken. */
  reduced(): Uint8Array {
    const removed = this.#batchEnd - this.#batch - EMPTY_DOCUMENT_BYTES;
    withLength(this.#kept.subarray(this.#batch, this.#batch + EMPTY_DOCUMENT_BYTES), 0);
    for (const offset of [0, BODY_OFFSET, this.#cursor]) {
      writeInt32(this.#kept, offset, readInt32(this.#kept, offset) - removed);
    }
    return this.#kept;
  }
}

/** Gives a message its real length, and `more` bytes that follow. */
export function withLength(message: Uint8Array, more: number): Uint8Array {
  writeInt32(message, 0, message.length + more);
  return message;
}

/**
 * The offset of the value of the first element with one of these names and that type; null if it does not begin within
 * `bytes`, of which only a part of the document may be there.
 */
function findValue(bytes: Uint8Array, document: number, type: number, names: readonly string[]): number | null {
  try {
    let element = document + LENGTH_BYTES;
    while (bytes[element] !== 0) {
      const keyEnd = endOfCString(bytes, element + 1, bytes.length);
      if (names.includes(textAt(bytes, element + 1, keyEnd))) {
        return bytes[element] === type && keyEnd + LENGTH_BYTES < bytes.length ? keyEnd + 1 : null;
      }
      element = endOfValue(bytes, bytes[element]!, keyEnd + 1, bytes.length);
    }
  } catch (error) {
    // The element before it does not end here, or is none: whoever reads the whole message will tell.
    if (!(error instanceof CodecError)) throw error;
  }
  return null;
}
