import { readInt32 } from "./byte_reader.ts";
import { CodecError } from "./error.ts";
import { checkMessageLength, DEFAULT_MAX_MESSAGE_SIZE_BYTES } from "./header.ts";

export { DEFAULT_MAX_MESSAGE_SIZE_BYTES };

/** Bytes of the length that a message begins with. */
const LENGTH_BYTES = 4;
/** The first buffer of a message in pieces; it doubles from there, so a declared length alone costs little. */
const FIRST_BUFFER_BYTES = 1024;

const NOTHING = new Uint8Array(0);

/** Once so many bytes of a message are here, the rest of its buffer is allocated at once rather than doubled. */
const TRUSTED_BYTES = 65_536;
/** Messages up to this length, in bytes, are always collected; beyond it a framer's owner is asked. */
export const LARGE_MESSAGE_BYTES = 65_536;

/**
 * A message that has begun and is not whole. `assembling` collects it: `isDecided` once its owner knows that it is to be
 * collected. `parting` gives it out as it comes, `skipping` passes over what is left of it.
 */
type Begun =
  | { readonly kind: "assembling"; bytes: Uint8Array; filled: number; isDecided: boolean }
  | { readonly kind: "parting"; first: Uint8Array; left: number }
  | { readonly kind: "skipping"; left: number };
type Assembly = Extract<Begun, { kind: "assembling" }>;

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
  /** What the chunk is the beginning of where it is a copy: there may be room behind it. */
  #store: Uint8Array = NOTHING;
  #begun: Begun | null = null;

  /** Takes the largest message to accept; 48,000,000 bytes by default. */
  constructor(options: { readonly maxMessageSizeBytes?: number } = {}) {
    this.#maximum = options.maxMessageSizeBytes ?? DEFAULT_MAX_MESSAGE_SIZE_BYTES;
  }

  /** How many bytes were pushed and not yet given out. */
  get bufferedBytes(): number {
    const unread = this.#chunk.length - this.#offset;
    const begun = this.#begun;
    if (begun === null || begun.kind === "skipping") return unread;
    return unread + (begun.kind === "assembling" ? begun.filled : begun.first.length);
  }

  /**
   * What is here, after `next()` returned null, of a message of more than {@linkcode LARGE_MESSAGE_BYTES}: the caller
   * may have it given out in parts by `openParts()`, or say by `collect()` that it is to be collected. Null if there is
   * no such message, or its caller has decided; a message of a caller that never does is collected.
   */
  get large(): Uint8Array | null {
    const begun = this.#begun;
    if (begun === null || begun.kind !== "assembling" || begun.isDecided || begun.filled < LENGTH_BYTES) return null;
    return readInt32(begun.bytes, 0) > LARGE_MESSAGE_BYTES ? this.#begunBytes() : null;
  }

  /** Has the large message collected, as it would be anyway. */
  collect(): void {
    if (this.#begun?.kind === "assembling") this.#begun.isDecided = true;
  }

  /** Has the large message, whose first `offset` bytes the caller has, given out by `nextPart()`. */
  openParts(offset: number): void {
    const head = this.large;
    if (head === null) throw new TypeError("There is no large message");
    // The buffer that the head is in may be as large as the message already.
    this.#begun = { kind: "parting", first: copyOf(head.subarray(offset)), left: readInt32(head, 0) - offset };
  }

  /** How much of the message in parts was not given out. */
  get partsLeft(): number {
    return this.#begun?.kind === "parting" ? this.#begun.left : 0;
  }

  /** Gives what is here of the message in parts, valid until the next `push()` or `keep()`; null if nothing is. */
  nextPart(): Uint8Array | null {
    const parting = this.#begun;
    if (parting?.kind !== "parting") return null;
    const part = parting.first.length > 0 ? parting.first : this.#take(parting.left);
    parting.first = NOTHING;
    parting.left -= part.length;
    if (parting.left === 0) this.#begun = null;
    return part.length === 0 ? null : part;
  }

  /** Passes over the rest of the message in parts; messages behind it follow. */
  skipParts(): void {
    const { partsLeft } = this;
    if (partsLeft === 0) return;
    const { first } = this.#begun as Extract<Begun, { kind: "parting" }>;
    this.#begun = { kind: "skipping", left: partsLeft - first.length };
  }

  /** Takes the next bytes, and borrows `chunk` until `next()` returns null or `keep()` is called. */
  push(chunk: Uint8Array): void {
    if (this.#offset < this.#chunk.length) return this.#append(chunk);
    this.#chunk = chunk;
    this.#store = NOTHING;
    this.#isBorrowed = true;
    this.#offset = 0;
  }

  /**
   * Gives the next whole message, or null when there is none; the pushed chunk is then free again, unless parts are left
   * in it. The message is valid until the next `push()` or `keep()`, a large one for good.
   *
   * Throws {@linkcode CodecError} on a length that no message may have; the stream cannot be read further.
   */
  next(): Uint8Array | null {
    if (this.#begun !== null) return this.#continue(this.#begun);
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
    if (available > 0) {
      this.#begun = { kind: "assembling", bytes: copyOf(chunk.subarray(start)), filled: available, isDecided: false };
    }
    this.#release();
    return null;
  }

  /** Copies what is unread, for a caller that stops in the middle and needs its chunk back. */
  keep(): void {
    if (!this.#isBorrowed) return;
    if (this.#offset === this.#chunk.length) return void this.#release();
    this.#store = copyOf(this.#chunk.subarray(this.#offset));
    this.#chunk = this.#store;
    this.#offset = 0;
    this.#isBorrowed = false;
  }

  /** Ends the stream, after `next()` returned null. Throws {@linkcode CodecError} inside a message. */
  end(): void {
    if (this.#begun === null && this.bufferedBytes === 0) return;
    throw new CodecError("Stream ended inside a message", {
      offset: this.bufferedBytes,
      expected: `${this.#expectedBytes()} bytes`,
      actual: `${this.bufferedBytes} bytes`,
    });
  }

  #continue(begun: Begun): Uint8Array | null {
    if (begun.kind === "parting") return null;
    if (begun.kind === "skipping") {
      begun.left -= this.#take(begun.left).length;
      if (begun.left > 0) return this.#release();
      this.#begun = null;
      return this.next();
    }
    if (!this.#fill(begun, LENGTH_BYTES)) return null;
    const length = readInt32(begun.bytes, 0);
    checkMessageLength(length, this.#maximum);
    if (!this.#fill(begun, length)) return null;
    this.#begun = null;
    return begun.bytes;
  }

  /** Moves bytes from the chunk until `length` are there; if that takes more, frees the chunk. */
  #fill(assembly: Assembly, length: number): boolean {
    const part = this.#take(length - assembly.filled);
    if (part.length > 0) append(assembly, part, length);
    if (assembly.filled >= length) return true;
    this.#release();
    return false;
  }

  /** Takes up to `length` bytes out of the chunk. */
  #take(length: number): Uint8Array {
    const end = Math.min(this.#chunk.length, this.#offset + Math.max(length, 0));
    const part = this.#chunk.subarray(this.#offset, end);
    this.#offset = end;
    return part;
  }

  /** Puts a chunk behind what is unread, in a buffer that doubles so that no byte is copied often. */
  #append(chunk: Uint8Array): void {
    const end = this.#chunk.length;
    if (end + chunk.length <= this.#store.length) {
      this.#store.set(chunk, end);
      this.#chunk = this.#store.subarray(0, end + chunk.length);
      return;
    }
    const unread = end - this.#offset;
    this.#store = new Uint8Array(Math.max(unread + chunk.length, 2 * unread));
    this.#store.set(this.#chunk.subarray(this.#offset));
    this.#store.set(chunk, unread);
    this.#chunk = this.#store.subarray(0, unread + chunk.length);
    this.#offset = 0;
    this.#isBorrowed = false;
  }

  #release(): null {
    this.#chunk = NOTHING;
    this.#store = NOTHING;
    this.#offset = 0;
    this.#isBorrowed = false;
    return null;
  }

  #begunBytes(): Uint8Array {
    const begun = this.#begun;
    if (begun?.kind === "assembling") return begun.bytes.subarray(0, begun.filled);
    return begun?.kind === "parting" ? begun.first : NOTHING;
  }

  #expectedBytes(): number | string {
    const begun = this.#begun;
    if (begun !== null && begun.kind !== "assembling") return begun.left;
    const bytes = begun === null ? this.#chunk.subarray(this.#offset) : this.#begunBytes();
    return bytes.length >= LENGTH_BYTES ? readInt32(bytes, 0) : `at least ${LENGTH_BYTES}`;
  }
}

/** Adds `part`, in a buffer that doubles until plenty has arrived and ends as large as the message. */
function append(assembly: Assembly, part: Uint8Array, length: number): void {
  const needed = assembly.filled + part.length;
  if (needed > assembly.bytes.length) {
    const grown = needed < TRUSTED_BYTES ? Math.max(needed, 2 * assembly.bytes.length, FIRST_BUFFER_BYTES) : length;
    const bytes = new Uint8Array(Math.min(length, grown));
    bytes.set(assembly.bytes.subarray(0, assembly.filled));
    assembly.bytes = bytes;
  }
  assembly.bytes.set(part, assembly.filled);
  assembly.filled = needed;
}

/** A copy for certain: `slice()` of a Node `Buffer` would be a view. */
function copyOf(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes);
}
