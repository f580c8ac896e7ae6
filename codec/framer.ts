import { readInt32 } from "./byte_reader.ts";
import { CodecError } from "./error.ts";
import { checkMessageLength, DEFAULT_MAX_MESSAGE_SIZE_BYTES } from "./header.ts";

export { DEFAULT_MAX_MESSAGE_SIZE_BYTES };

/** Bytes of the length that a message begins with. */
const LENGTH_BYTES = 4;
/** The first buffer of a message in pieces; it doubles from there, so a declared length alone costs little. */
const FIRST_BUFFER_BYTES = 1024;

const NOTHING = new Uint8Array(0);

/** A message whose bytes came in several chunks. */
interface Assembly {
  bytes: Uint8Array;
  filled: number;
}

/**
 * Cuts a stream of chunks into whole messages, without copying those that lie whole in a chunk.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { MessageFramer } from "@torana/mongo/codec";
 *
 * const framer = new MessageFramer();
 * framer.push(Uint8Array.of(16, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0xdd, 7, 0, 0));
 * assertEquals(framer.next()?.length, 16);
 * assertEquals(framer.next(), null);
 * framer.end();
 * ```
 */
export class MessageFramer {
  readonly #maximum: number;
  /** The chunk being read. */
  #chunk: Uint8Array = NOTHING;
  /** Whether the chunk is the caller's, rather than a copy. */
  #isBorrowed = false;
  /** Where the unread part of the chunk begins. */
  #offset = 0;
  /** What came before the chunk of a message that is not whole yet. */
  #assembly: Assembly | null = null;

  /** Takes the largest message to accept; 48,000,000 bytes by default. */
  constructor(options: { readonly maxMessageSizeBytes?: number } = {}) {
    this.#maximum = options.maxMessageSizeBytes ?? DEFAULT_MAX_MESSAGE_SIZE_BYTES;
  }

  /** How many bytes were pushed and not yet given out. */
  get bufferedBytes(): number {
    return (this.#assembly?.filled ?? 0) + this.#chunk.length - this.#offset;
  }

  /** Takes the next bytes, and borrows `chunk` until `next()` returns null or `keep()` is called. */
  push(chunk: Uint8Array): void {
    this.#isBorrowed = this.#offset === this.#chunk.length;
    this.#chunk = this.#isBorrowed ? chunk : joined(this.#chunk.subarray(this.#offset), chunk);
    this.#offset = 0;
  }

  /**
   * Gives the next whole message, or null when there is none; the pushed chunk is then free again.
   * The message is valid until the next `push()` or `keep()`.
   *
   * Throws {@linkcode CodecError} on a length that no message may have; the stream cannot be read further.
   */
  next(): Uint8Array | null {
    if (this.#assembly !== null) return this.#continue(this.#assembly);
    const chunk = this.#chunk;
    const start = this.#offset;
    const available = chunk.length - start;
    if (available >= LENGTH_BYTES) {
      const length = readInt32(chunk, start);
      checkMessageLength(length, this.#maximum);
      if (length <= available) {
        this.#offset = start + length;
        return length === chunk.length ? chunk : chunk.subarray(start, start + length);
      }
    }
    if (available > 0) this.#assembly = { bytes: copyOf(chunk.subarray(start)), filled: available };
    this.#release();
    return null;
  }

  /** Copies what is unread, for a caller that stops in the middle and needs its chunk back. */
  keep(): void {
    if (!this.#isBorrowed) return;
    this.#chunk = copyOf(this.#chunk.subarray(this.#offset));
    this.#offset = 0;
    this.#isBorrowed = false;
  }

  /** Ends the stream, after `next()` returned null. Throws {@linkcode CodecError} inside a message. */
  end(): void {
    const buffered = this.bufferedBytes;
    if (buffered === 0) return;
    throw new CodecError("Stream ended inside a message", {
      offset: buffered,
      expected: `${this.#declaredLength()} bytes`,
      actual: `${buffered} bytes`,
    });
  }

  #continue(assembly: Assembly): Uint8Array | null {
    if (!this.#fill(assembly, LENGTH_BYTES)) return null;
    const length = readInt32(assembly.bytes, 0);
    checkMessageLength(length, this.#maximum);
    if (!this.#fill(assembly, length)) return null;
    this.#assembly = null;
    return assembly.bytes;
  }

  /** Moves bytes from the chunk until `length` are there; if that takes more, frees the chunk. */
  #fill(assembly: Assembly, length: number): boolean {
    const count = Math.min(length - assembly.filled, this.#chunk.length - this.#offset);
    if (count > 0) {
      const end = this.#offset + count;
      append(assembly, this.#chunk.subarray(this.#offset, end), length);
      this.#offset = end;
    }
    if (assembly.filled >= length) return true;
    this.#release();
    return false;
  }

  #release(): void {
    this.#chunk = NOTHING;
    this.#offset = 0;
    this.#isBorrowed = false;
  }

  #declaredLength(): number | string {
    const bytes = this.#assembly?.bytes ?? this.#chunk.subarray(this.#offset);
    const known = this.bufferedBytes >= LENGTH_BYTES;
    return known ? readInt32(bytes, 0) : `at least ${LENGTH_BYTES}`;
  }
}

/** Adds `part`, in a buffer that doubles as bytes arrive and ends as large as the message. */
function append(assembly: Assembly, part: Uint8Array, length: number): void {
  const needed = assembly.filled + part.length;
  if (needed > assembly.bytes.length) {
    const grown = Math.max(needed, 2 * assembly.bytes.length, FIRST_BUFFER_BYTES);
    const bytes = new Uint8Array(Math.min(length, grown));
    bytes.set(assembly.bytes.subarray(0, assembly.filled));
    assembly.bytes = bytes;
  }
  assembly.bytes.set(part, assembly.filled);
  assembly.filled = needed;
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}

/** A copy for certain: `slice()` of a Node `Buffer` would be a view. */
function copyOf(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes);
}
