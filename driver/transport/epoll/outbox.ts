import { surface } from "./surface.ts";
import { WriteArena } from "./write_arena.ts";

/** Who has something to send at the end of the turn. */
export interface Sender {
  /** Sends what stands in the arena, and tells its owner what became of it. */
  flush(): void;
}

/** Who wrote in this turn, and what. */
export class Outbox {
  readonly arena = new WriteArena();
  #senders: Sender[] = [];

  /** Whether nobody wrote. */
  get isEmpty(): boolean {
    return this.#senders.length === 0;
  }

  /** Lets `sender` be flushed; once for each time it is added. */
  add(sender: Sender): void {
    this.#senders.push(sender);
  }

  /** Flushes everybody, those that write meanwhile included. */
  flush(): void {
    // The array grows while it is walked.
    for (const sender of this.#senders) {
      try {
        sender.flush();
      } catch (error) {
        surface(error);
      }
    }
    this.#senders.length = 0;
    this.arena.clear();
  }
}
