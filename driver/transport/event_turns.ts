import { setImmediate } from "node:timers";

/**
 * Knows when a turn of the runtime's event loop ends. All that is ready is told within one turn; what the end of a turn
 * does comes before the loop looks for more.
 */
export class EventTurns {
  readonly #onEnd: (events: number) => void;
  #events = 0;

  /** `onEnd` gets the number of events of each turn that had any. */
  constructor(onEnd: (events: number) => void) {
    this.#onEnd = onEnd;
  }

  /** A socket event is being served. */
  onEvent(): void {
    if (this.#events++ === 0) setImmediate(this.#end);
  }

  readonly #end = (): void => {
    const events = this.#events;
    this.#events = 0;
    this.#onEnd(events);
  };
}
