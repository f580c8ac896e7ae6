import { MongoClient } from "./driver.ts";
import type { CommandWatch, Operation } from "./command_watch.ts";
import type { Tally } from "./tally.ts";
import { type Kind, workload } from "./workload.ts";

/** What an application is started with. */
export interface ApplicationOptions {
  readonly uri: string;
  /** Its number among all applications. */
  readonly number: number;
  readonly poolSize: number;
  readonly intervalMs: number;
}

/** A program as many run it: one driver with its pool, and as many workers as the pool has connections. */
export class Application {
  readonly #options: ApplicationOptions;
  readonly #client: MongoClient;
  readonly #watch: CommandWatch;
  readonly #tally: Tally;
  readonly #kinds: readonly Kind[];
  /** What each worker does that does anything. */
  readonly #busy = new Map<number, { readonly kind: Kind; readonly operation: Operation }>();
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(options: ApplicationOptions, watch: CommandWatch, tally: Tally) {
    const { uri, number, poolSize } = options;
    this.#options = options;
    this.#watch = watch;
    this.#tally = tally;
    this.#client = new MongoClient(uri, {
      appName: "torana demo",
      minPoolSize: poolSize,
      maxPoolSize: poolSize,
      serverMonitoringMode: "poll",
      w: "majority",
      monitorCommands: true,
    });
    watch.watch(this.#client, number);
    this.#kinds = workload(this.#client).flatMap((kind) => Array.from({ length: kind.share }, () => kind));
  }

  /** Its number among all applications. */
  get number(): number {
    return this.#options.number;
  }

  /** Whether nothing runs, and nothing will before {@linkcode work}. */
  get isResting(): boolean {
    return this.#timer === undefined && this.#busy.size === 0;
  }

  /** What runs although nothing is to be begun. */
  get late(): string[] {
    if (this.#timer !== undefined) return [];
    return [...this.#busy.values()].map(({ kind, operation }) => {
      return `${kind.name}, after ${operation.failedCommands} failed commands`;
    });
  }

  /** Connects; the driver then fills its pool by itself. */
  async connect(): Promise<void> {
    await this.#client.connect();
  }

  /** From now on all workers begin an operation at once, again and again: only so the pool needs each connection. */
  work(): void {
    this.#timer ??= setInterval(() => this.#tick(), this.#options.intervalMs);
    this.#tick();
  }

  /** Begins no further operation. */
  rest(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #tick(): void {
    const { number, poolSize } = this.#options;
    for (let worker = number * poolSize; worker < (number + 1) * poolSize; worker++) {
      if (!this.#busy.has(worker)) void this.#operate(worker);
    }
  }

  async #operate(worker: number): Promise<void> {
    const operation: Operation = { failedCommands: 0 };
    const kind = this.#kinds[Math.floor(Math.random() * this.#kinds.length)]!;
    const started = performance.now();
    this.#busy.set(worker, { kind, operation });
    try {
      const outcome = await this.#watch.run(operation, () => kind.run(worker));
      this.#tally.succeeded(performance.now() - started, operation.failedCommands, outcome);
    } catch (error) {
      this.#tally.failed(error);
    } finally {
      this.#busy.delete(worker);
    }
  }
}
