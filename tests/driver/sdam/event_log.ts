/** How long a test waits for an event before it fails, in milliseconds; far longer than any takes. */
const PATIENCE_MS = 20_000;

/** Keeps what was told, and lets a test wait for what will be. */
export class EventLog<E extends { readonly type: string }> {
  readonly all: E[] = [];
  #onPush: () => void = () => {};
  #seen = 0;

  /** Takes an event; a listener. */
  readonly push = (event: E): void => {
    this.all.push(event);
    this.#onPush();
  };

  /** Waits for the next event of this type after those waited for before, and skips what lies between. */
  async next<T extends E["type"]>(
    type: T,
    matches: (event: Extract<E, { readonly type: T }>) => boolean = () => true,
  ): Promise<Extract<E, { readonly type: T }>> {
    while (true) {
      if (this.#seen === this.all.length) await this.#pushed(type);
      const event = this.all[this.#seen++]!;
      const candidate = event as Extract<E, { readonly type: T }>;
      if (event.type === type && matches(candidate)) return candidate;
    }
  }

  /** The timer also keeps the process alive where all others are unreferenced. */
  #pushed(awaited: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new Error(`No ${awaited} came, only ${this.all.map(({ type }) => type).join(", ")}`));
      }, PATIENCE_MS);
      this.#onPush = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
