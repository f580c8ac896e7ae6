/** Something large on its way from or to a client, while the client could hold up others by doing nothing. */
export interface Transfer {
  /** Whether the client is to do something now, rather than a server. */
  readonly awaitsClient: boolean;
  /** Changes whenever the client did something. */
  readonly progress: number;
  /** The client did nothing for the whole time limit. */
  onStalled(): void;
}

interface Seen {
  progress: number;
  since: number;
}

/**
 * Finds the transfers whose client does nothing: it stopped in the middle of sending a message or of reading one, while
 * a connection to a server, or a part of the byte budget, is kept for it. Driven from outside, by looking again and again.
 */
export class StallWatch {
  readonly #transfers = new Map<Transfer, Seen | null>();
  readonly #timeoutMS: number;

  /** Takes the time limit in milliseconds; 0 means none. */
  constructor(timeoutMS: number) {
    this.#timeoutMS = timeoutMS;
  }

  /** How many are watched. */
  get size(): number {
    return this.#transfers.size;
  }

  /** Watches a transfer from the next look on. */
  add(transfer: Transfer): void {
    this.#transfers.set(transfer, null);
  }

  /** Watches it no more. */
  delete(transfer: Transfer): void {
    this.#transfers.delete(transfer);
  }

  /** Looks at all of them, at a time in milliseconds. */
  look(now: number): void {
    if (this.#timeoutMS === 0) return;
    for (const [transfer, seen] of this.#transfers) {
      const { awaitsClient, progress } = transfer;
      if (!awaitsClient) this.#transfers.set(transfer, null);
      else if (seen?.progress !== progress) this.#transfers.set(transfer, { progress, since: now });
      else if (now - seen.since >= this.#timeoutMS) transfer.onStalled();
    }
  }
}
