/** What other threads ring when they have posted a message to this one. Shared memory: nothing is woken by it. */
export class Bell {
  readonly #cell: Int32Array;
  readonly #index: number;

  /** Takes an element of shared memory that is 0. */
  constructor(cell: Int32Array, index: number) {
    this.#cell = cell;
    this.#index = index;
  }

  /** To be called after the message was posted. */
  ring(): void {
    Atomics.store(this.#cell, this.#index, 1);
  }

  /** Whether it rang since the last call. */
  answer(): boolean {
    return Atomics.load(this.#cell, this.#index) !== 0 && Atomics.exchange(this.#cell, this.#index, 0) !== 0;
  }
}
