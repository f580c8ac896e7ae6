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
      const event = this.all[this.#seen];
      if (event === undefined) {
        await new Promise<void>((resolve) => this.#onPush = resolve);
        continue;
      }
      this.#seen++;
      const candidate = event as Extract<E, { readonly type: T }>;
      if (event.type === type && matches(candidate)) return candidate;
    }
  }
}
