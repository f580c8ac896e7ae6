import { MongoOperationTimeoutError } from "../error.ts";

/** When an operation is not to be waited for any longer: at a deadline, or when the user's signal aborts. */
export class GiveUp {
  /** As `performance.now()` gives it; `Infinity` if there is none. */
  readonly deadline: number;
  readonly #timeoutMS: number;
  readonly #signal: AbortSignal | undefined;

  /** `timeoutMS` of 0 means no limit. */
  constructor(timeoutMS: number, signal: AbortSignal | undefined) {
    this.#timeoutMS = timeoutMS;
    this.#signal = signal;
    this.deadline = timeoutMS === 0 ? Infinity : performance.now() + timeoutMS;
  }

  /** Milliseconds until the deadline, at least 0. */
  get remainingMS(): number {
    return Math.max(0, this.deadline - performance.now());
  }

  /** Throws why it is to be given up, if it is. */
  check(): void {
    this.#signal?.throwIfAborted();
    if (this.deadline <= performance.now()) throw this.#timeoutError();
  }

  /**
   * Calls back once with the reason when it is to be given up, until the function that it gives is called. To be called
   * in one go with {@linkcode check}: a signal that has aborted does not tell it again.
   */
  watch(onGivenUp: (reason: unknown) => void): () => void {
    const signal = this.#signal;
    const stop = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
    };
    const onAbort = () => {
      stop();
      onGivenUp(signal?.reason);
    };
    const onTimeout = () => {
      stop();
      onGivenUp(this.#timeoutError());
    };
    const timer = this.deadline === Infinity ? undefined : setTimeout(onTimeout, this.remainingMS);
    signal?.addEventListener("abort", onAbort);
    return stop;
  }

  #timeoutError(): MongoOperationTimeoutError {
    return new MongoOperationTimeoutError(`The operation was not completed within ${this.#timeoutMS} ms`);
  }
}

/** What an operation can be given up for; `null` if it is to be waited for. */
export function giveUpFor(
  options: { timeoutMS?: number | undefined; signal?: AbortSignal | undefined },
): GiveUp | null {
  const { timeoutMS = 0, signal } = options;
  return timeoutMS === 0 && signal === undefined ? null : new GiveUp(timeoutMS, signal);
}

/** Waits for `promise`, but no longer than until it is given up; what becomes of it then is nobody's concern. */
export function within<Value>(promise: Promise<Value>, giveUp: GiveUp | null): Promise<Value> {
  if (giveUp === null) return promise;
  return new Promise((resolve, reject) => {
    giveUp.check();
    const stop = giveUp.watch(reject);
    promise.then(resolve, reject).finally(stop);
  });
}
