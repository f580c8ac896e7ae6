/** A place in a {@linkcode ByteBudget}, or in the queue for one. */
export interface Reservation {
  readonly isGranted: boolean;
  /** Gives it back, or gives up waiting. To be called once. */
  release(): void;
}

/**
 * Bounds the bytes that all clients of a gateway together have collected of large messages. Who wants to collect one
 * reserves the whole of it before more is read, so that nobody ever waits for bytes while holding some: whoever waits
 * holds nothing here, and whoever was granted something ends without a further reservation. First come, first served;
 * one message that is larger than the whole budget is let through when nothing else is there.
 */
export class ByteBudget {
  readonly #capacity: number;
  readonly #waiting = new Set<{ readonly bytes: number; grant(): void }>();
  #reserved = 0;
  #isGranting = false;

  /** Takes how many bytes there are. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Bytes that are reserved. */
  get reserved(): number {
    return this.#reserved;
  }

  /** Reservations that wait. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Reserves `bytes`, now if there is room and nobody waits; otherwise `onGranted` is called when it is granted. */
  reserve(bytes: number, onGranted: () => void): Reservation {
    let isGranted = this.#waiting.size === 0 && this.#fits(bytes);
    const waiter = {
      bytes,
      grant: () => {
        isGranted = true;
        onGranted();
      },
    };
    if (isGranted) this.#reserved += bytes;
    else this.#waiting.add(waiter);
    return {
      get isGranted() {
        return isGranted;
      },
      release: () => {
        if (isGranted) this.#reserved -= bytes;
        else this.#waiting.delete(waiter);
        this.#grantNext();
      },
    };
  }

  #fits(bytes: number): boolean {
    return this.#reserved === 0 || this.#reserved + bytes <= this.#capacity;
  }

  /** In a loop, since what is granted may be given back within the call. */
  #grantNext(): void {
    if (this.#isGranting) return;
    this.#isGranting = true;
    try {
      for (const waiter of this.#waiting) {
        if (!this.#fits(waiter.bytes)) break;
        this.#waiting.delete(waiter);
        this.#reserved += waiter.bytes;
        waiter.grant();
      }
    } finally {
      this.#isGranting = false;
    }
  }
}
