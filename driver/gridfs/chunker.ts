/** Cuts bytes that come in pieces into chunks of one size. What it gives is its own, never a view of what it was given. */
export class Chunker {
  readonly #size: number;
  #chunk: Uint8Array<ArrayBuffer> | null = null;
  #filled = 0;

  /** Makes chunks of `size` bytes. */
  constructor(size: number) {
    this.#size = size;
  }

  /** Takes a piece and gives the chunks that are full with it, one at a time; the piece is read as far as they are. */
  *push(bytes: Uint8Array): Generator<Uint8Array<ArrayBuffer>, void, void> {
    for (let at = 0; at < bytes.length;) {
      const chunk = this.#chunk ??= new Uint8Array(this.#size);
      const part = bytes.subarray(at, at + this.#size - this.#filled);
      chunk.set(part, this.#filled);
      this.#filled += part.length;
      at += part.length;
      if (this.#filled === this.#size) yield this.#take(chunk);
    }
  }

  /** Takes what is left, which is less than a chunk; `null` if nothing is. */
  rest(): Uint8Array<ArrayBuffer> | null {
    return this.#chunk === null ? null : this.#take(this.#chunk);
  }

  #take(chunk: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    const taken = this.#filled === this.#size ? chunk : chunk.slice(0, this.#filled);
    this.#chunk = null;
    this.#filled = 0;
    return taken;
  }
}
