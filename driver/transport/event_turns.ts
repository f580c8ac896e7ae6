import { setImmediate } from "node:timers";
import type { Coalescer } from "./coalescer.ts";

/**
 * Tells a coalescer when a turn of the runtime's event loop ends, and how many socket events it had. All that is ready
 * is told within one turn; what its end does comes before the loop looks for more.
 */
export class EventTurns {
  readonly #coalescer: Coalescer;
  #events = 0;

  constructor(coalescer: Coalescer) {
    this.#coalescer = coalescer;
  }

  /** A socket event is being served. Costs next to nothing while there is too little in flight for a pause. */
  onEvent(): void {
    if (this.#events === 0) {
      if (!this.#coalescer.mayPause) return;
      setImmediate(this.#end);
    }
    this.#events++;
  }

  readonly #end = (): void => {
    const events = this.#events;
    this.#events = 0;
    this.#coalescer.endTurn(events);
  };
}
