/** Characters that may wait to be written before further lines are lost. */
const MAX_WAITING_CHARACTERS = 8_000_000;

/** Writes bytes and resolves when the last of them is out. */
export type WriteBytes = (bytes: Uint8Array) => Promise<void>;

/**
 * Collects the lines of one turn of the event loop and writes them together. A reader that does not keep up never
 * stops the proxy: what would wait beyond a limit is lost, and `onLost` says in a line of its own how many lines were.
 */
export class LogSink {
  readonly #write: WriteBytes;
  readonly #onLost: (lines: number) => string;
  #lines: string[] = [];
  #waitingCharacters = 0;
  #lost = 0;
  /** Settles when everything is written; null while there is nothing to write. */
  #writing: Promise<void> | null = null;

  constructor(write: WriteBytes, onLost: (lines: number) => string) {
    this.#write = write;
    this.#onLost = onLost;
  }

  /** Takes a line without its end; never fails and never waits. */
  push(line: string): void {
    if (this.#waitingCharacters + line.length > MAX_WAITING_CHARACTERS) {
      this.#lost++;
      return;
    }
    this.#waitingCharacters += line.length;
    this.#lines.push(line);
    this.#writing ??= this.#run();
  }

  /** Resolves when everything that was pushed is written, or cannot be. */
  async flush(): Promise<void> {
    await this.#writing;
  }

  async #run(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 0));
    const encoder = new TextEncoder();
    while (this.#lines.length > 0) {
      const text = this.#take();
      try {
        await this.#write(encoder.encode(text));
      } catch {
        // Nobody reads the log any longer: that is no reason to end, and there is nowhere to say it.
      }
    }
    this.#writing = null;
  }

  #take(): string {
    const lost = this.#lost === 0 ? [] : [this.#onLost(this.#lost)];
    const text = [...this.#lines, ...lost, ""].join("\n");
    this.#lines = [];
    this.#waitingCharacters = 0;
    this.#lost = 0;
    return text;
  }
}
