/** Small writes that wait are put together in pieces of this size. */
const PIECE_BYTES = 16_384;

/** Bytes that the operating system did not take yet. */
export class WriteQueue {
  readonly #pieces: Uint8Array<ArrayBuffer>[] = [];
  /** Bytes of the first piece that are sent. */
  #sent = 0;
  /** Bytes of the last piece that are not in use. */
  #spare = 0;
  #length = 0;

  /** Bytes in it. */
  get length(): number {
    return this.#length;
  }

  /** Adds a copy of `bytes`. */
  push(bytes: Uint8Array): void {
    this.#length += bytes.length;
    const fitting = Math.min(this.#spare, bytes.length);
    if (fitting > 0) {
      const last = this.#pieces.at(-1)!;
      last.set(bytes.subarray(0, fitting), last.length - this.#spare);
      this.#spare -= fitting;
    }
    if (fitting === bytes.length) return;
    const piece = new Uint8Array(Math.max(PIECE_BYTES, bytes.length - fitting));
    piece.set(bytes.subarray(fitting));
    this.#spare = piece.length - (bytes.length - fitting);
    this.#pieces.push(piece);
  }

  /** A view of the bytes to send first; empty if there are none. */
  head(): Uint8Array<ArrayBuffer> {
    const [first] = this.#pieces;
    if (first === undefined) return new Uint8Array();
    return first.subarray(this.#sent, first.length - (this.#pieces.length === 1 ? this.#spare : 0));
  }

  /** Takes the first `count` bytes of the head out of it. */
  advance(count: number): void {
    this.#length -= count;
    const isSent = count === this.head().length;
    this.#sent = isSent ? 0 : this.#sent + count;
    if (!isSent) return;
    this.#pieces.shift();
    if (this.#pieces.length === 0) this.#spare = 0;
  }
}
