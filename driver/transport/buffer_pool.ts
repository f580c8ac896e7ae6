/** Buffers of one size that are used again, so that busy streams make no garbage. */
export class BufferPool {
  /** The size of each. */
  readonly bytes: number;
  readonly #maxSpare: number;
  readonly #spare: Uint8Array<ArrayBuffer>[] = [];

  /** Keeps at most `maxSpare` buffers of `bytes` bytes that nobody uses. */
  constructor(bytes: number, maxSpare: number) {
    this.bytes = bytes;
    this.#maxSpare = maxSpare;
  }

  /** Gives a buffer with whatever it last held. */
  take(): Uint8Array<ArrayBuffer> {
    return this.#spare.pop() ?? new Uint8Array(this.bytes);
  }

  /** Takes back a buffer that nobody reads or writes any more. */
  giveBack(buffer: Uint8Array<ArrayBuffer>): void {
    if (this.#spare.length < this.#maxSpare) this.#spare.push(buffer);
  }
}
