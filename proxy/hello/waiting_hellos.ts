import type { ClientSession } from "../client/client_session.ts";
import type { Ongoing } from "../client/ongoing.ts";

/** The longest delay that a timer takes. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/** A `hello` whose reply waits for news. */
class WaitingHello implements Ongoing {
  readonly isIdling = true;
  readonly #onSettled: (waiting: WaitingHello) => void;
  readonly #timer: ReturnType<typeof setTimeout>;

  constructor(timeoutMS: number, onSettled: (waiting: WaitingHello) => void) {
    this.#onSettled = onSettled;
    this.#timer = setTimeout(() => this.settle(), timeoutMS);
  }

  settle(): void {
    clearTimeout(this.#timer);
    this.#onSettled(this);
  }

  abandon(): void {
    this.settle();
  }

  cut(): void {
    this.settle();
  }
}

/** The requests for `hello` whose replies wait for news, or for the first there is. */
export class WaitingHellos {
  readonly #waiting = new Set<WaitingHello>();

  /** Waits for at most `timeoutMS` milliseconds, then calls `answer` unless the client has left. */
  add(session: ClientSession, timeoutMS: number, answer: () => void): Ongoing {
    const waiting = new WaitingHello(Math.min(timeoutMS, MAX_TIMEOUT_MS), (it) => {
      if (!this.#waiting.delete(it)) return;
      if (session.isBusy) answer();
      session.finished();
    });
    this.#waiting.add(waiting);
    return waiting;
  }

  /** Answers all that wait. */
  settle(): void {
    for (const waiting of [...this.#waiting]) waiting.settle();
  }
}
