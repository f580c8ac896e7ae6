/** How many writes a client can have. */
export const MAX_WRITES = 32;

/** What became of all writes. */
export interface LedgerVerdict {
  /** Writes that the server acknowledged. */
  readonly acknowledged: number;
  /** Acknowledged writes that are not there. */
  readonly missing: number;
  /** Writes that are there more than once. */
  readonly twice: number;
  /** Writes that are there although they were taken back or never sent as a whole. */
  readonly unexpected: number;
}

/** A bit for each write of a client. */
interface ClientWrites {
  acknowledged: number;
  doubtful: number;
  found: number;
}

/**
 * Which writes of which client were acknowledged, and which are found in the end. Clients are numbered from 0, the
 * writes of each too, up to {@linkcode MAX_WRITES}.
 */
export class WriteLedger {
  readonly #clients: (ClientWrites | undefined)[] = [];
  #twice = 0;

  /** The server said that it has the write. */
  acknowledge(client: number, write: number): void {
    this.#of(client).acknowledged |= bit(write);
  }

  /** The write may be there or not: nobody waited for the answer. */
  doubt(client: number, write: number): void {
    this.#of(client).doubtful |= bit(write);
  }

  /** The write is there. */
  find(client: number, write: number): void {
    const writes = this.#of(client);
    if ((writes.found & bit(write)) !== 0) this.#twice++;
    writes.found |= bit(write);
  }

  /** Once everything that is there was found. */
  verdict(): LedgerVerdict {
    let [acknowledged, missing, unexpected] = [0, 0, 0];
    for (const writes of this.#clients) {
      if (writes === undefined) continue;
      acknowledged += bitCount(writes.acknowledged);
      missing += bitCount(writes.acknowledged & ~writes.found);
      unexpected += bitCount(writes.found & ~writes.acknowledged & ~writes.doubtful);
    }
    return { acknowledged, missing, twice: this.#twice, unexpected };
  }

  #of(client: number): ClientWrites {
    return this.#clients[client] ??= { acknowledged: 0, doubtful: 0, found: 0 };
  }
}

function bit(write: number): number {
  if (write < 0 || write >= MAX_WRITES) throw new RangeError(`Write ${write}, expected one below ${MAX_WRITES}`);
  return 1 << write;
}

function bitCount(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++;
  return count;
}
