/** Asks the other workers which client groups they have, and collects the answers. */
export class GroupQuestions {
  readonly #waiting = new Map<number, Question>();
  #lastId = 0;

  /** Asks `workers` by `ask`; resolves to what those that are alive answered. */
  ask(workers: readonly number[], ask: (worker: number, id: number) => void): Promise<ReadonlySet<string>> {
    const id = ++this.#lastId;
    const { promise, resolve } = Promise.withResolvers<ReadonlySet<string>>();
    const question = { missing: new Set(workers), found: new Set<string>(), resolve };
    this.#waiting.set(id, question);
    for (const worker of workers) ask(worker, id);
    this.#settle(id, question);
    return promise;
  }

  onAnswer(worker: number, id: number, keys: readonly string[]): void {
    const question = this.#waiting.get(id);
    if (question === undefined) return;
    for (const key of keys) question.found.add(key);
    question.missing.delete(worker);
    this.#settle(id, question);
  }

  /** A worker that has ended has none. */
  onPeerLost(worker: number): void {
    for (const id of [...this.#waiting.keys()]) this.onAnswer(worker, id, []);
  }

  #settle(id: number, { missing, found, resolve }: Question): void {
    if (missing.size > 0) return;
    this.#waiting.delete(id);
    resolve(found);
  }
}

interface Question {
  readonly missing: Set<number>;
  readonly found: Set<string>;
  readonly resolve: (found: ReadonlySet<string>) => void;
}
