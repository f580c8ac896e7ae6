const WAIT_MS = 10_000;

/** Runs operations one after the other, beside the case's own. */
export class TestThread {
  #last: Promise<void> = Promise.resolve();
  #failure: { readonly error: unknown } | null = null;

  /** Runs `operation` when those before it are done; none after the first that fails. */
  run(operation: () => Promise<void>): void {
    this.#last = this.#last.then(async () => {
      if (this.#failure === null) await operation();
    }).catch((error) => {
      this.#failure ??= { error };
    });
  }

  /** Resolves when all are done. Throws the error of the one that failed, or `Error` after 10 seconds. */
  async join(): Promise<void> {
    const deadline = Promise.withResolvers<never>();
    const timer = setTimeout(() => deadline.reject(new Error(`A thread did not end within ${WAIT_MS} ms`)), WAIT_MS);
    try {
      await Promise.race([this.#last, deadline.promise]);
    } finally {
      clearTimeout(timer);
    }
    if (this.#failure !== null) throw this.#failure.error;
  }
}
