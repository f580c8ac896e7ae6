/** Room for a turn of small replies; what does not fit is sent at once. */
const ARENA_BYTES = 262_144;

/** Where the writes of a turn stand until its end, so that what goes to one socket goes in one call. */
export class WriteArena {
  readonly #bytes = new Uint8Array(ARENA_BYTES);
  #used = 0;

  /**
   * Adds `bytes` to the range of `length` bytes at `start`, which may have to move. Gives where it is now, or -1 if there
   * is no room.
   */
  append(start: number, length: number, bytes: Uint8Array): number {
    const isLast = start + length === this.#used;
    const moved = length === 0 || isLast ? 0 : length;
    if (this.#used + moved + bytes.length > ARENA_BYTES) return -1;
    const at = isLast && length > 0 ? start : this.#used;
    if (moved > 0) this.#bytes.copyWithin(at, start, start + length);
    this.#bytes.set(bytes, at + length);
    this.#used = at + length + bytes.length;
    return at;
  }

  /** A view of a range, until the arena is cleared. */
  range(start: number, length: number): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(start, start + length);
  }

  /** Forgets every range. */
  clear(): void {
    this.#used = 0;
  }
}
