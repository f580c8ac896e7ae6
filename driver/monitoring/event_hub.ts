/** A listener of one kind of event. */
export type ClientEventListener<Event> = (event: Event) => void;

/** Which event goes with which name. */
type Events = Record<string, unknown>;

interface Entry {
  /** What the user gave, by which it is taken away again. */
  readonly listener: ClientEventListener<never>;
  readonly isOnce: boolean;
}

/**
 * Listeners by the name of their event, as an `EventEmitter` has them. A listener that throws does not disturb what it
 * is told of: its error is reported as an uncaught one.
 */
export class EventHub<Catalog extends Events> {
  readonly #entries = new Map<keyof Catalog, readonly Entry[]>();

  /** Adds a listener; one that is added twice is told twice. */
  on<Name extends keyof Catalog>(name: Name, listener: ClientEventListener<Catalog[Name]>, isOnce = false): void {
    this.#entries.set(name, [...this.#of(name), { listener, isOnce }]);
  }

  /** Takes away the latest entry of a listener, if there is one. */
  off<Name extends keyof Catalog>(name: Name, listener: ClientEventListener<Catalog[Name]>): void {
    const index = this.#of(name).findLastIndex((entry) => entry.listener === listener);
    if (index >= 0) this.#set(name, this.#of(name).toSpliced(index, 1));
  }

  /** Takes away all listeners of an event, or of all events. */
  clear(name?: keyof Catalog): void {
    if (name === undefined) this.#entries.clear();
    else this.#entries.delete(name);
  }

  /** Whether anybody listens. */
  has(name: keyof Catalog): boolean {
    return this.#entries.has(name);
  }

  /** How many listen. */
  count(name: keyof Catalog): number {
    return this.#of(name).length;
  }

  /** Tells everybody who listens now, oldest first. */
  emit<Name extends keyof Catalog>(name: Name, event: Catalog[Name]): void {
    for (const entry of this.#of(name)) {
      if (entry.isOnce) this.#set(name, this.#of(name).filter((other) => other !== entry));
      try {
        (entry.listener as ClientEventListener<Catalog[Name]>)(event);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }

  #of(name: keyof Catalog): readonly Entry[] {
    return this.#entries.get(name) ?? NOBODY;
  }

  #set(name: keyof Catalog, entries: readonly Entry[]): void {
    if (entries.length === 0) this.#entries.delete(name);
    else this.#entries.set(name, entries);
  }
}

const NOBODY: readonly Entry[] = [];
