import { Histogram } from "./load/histogram.ts";
import type { LoadReport } from "./load/load_report.ts";

/** What load processes have reported, added up. */
export class LoadTotals {
  readonly #latest = new Map<number, LoadReport>();
  readonly #steady = new Histogram();
  readonly #election = new Histogram();
  readonly #recent = new Histogram();
  operations = 0;
  retried = 0;
  restarted = 0;
  inserted = 0;
  readonly errors: string[] = [];
  /** Whether there may be no primary at the moment. */
  isElecting = false;

  /** Pooled client connections that are open now. */
  get connections(): number {
    return this.#sum(({ connections }) => connections);
  }

  /** Client connections that have carried an operation. */
  get workedConnections(): number {
    return this.#sum(({ workedConnections }) => workedConnections);
  }

  /** Whether nothing runs in any process. */
  get isResting(): boolean {
    return [...this.#latest.values()].every(({ isResting }) => isResting);
  }

  /** What still runs after the order to rest. */
  get late(): string[] {
    return [...this.#latest.values()].flatMap(({ late }) => late);
  }

  /** Durations of operations, save for those that ended around the election. */
  get steady(): Histogram {
    return this.#steady;
  }

  /** Durations of operations that ended around the election. */
  get election(): Histogram {
    return this.#election;
  }

  /** Durations of operations since this was cleared last. */
  get recent(): Histogram {
    return this.#recent;
  }

  /** Forgets what was done while programs warmed up; errors and insertions count from the first on. */
  startMeasuring(): void {
    this.operations = 0;
    this.#steady.take();
  }

  /** Adds the report of one process. */
  add(process: number, report: LoadReport): void {
    this.#latest.set(process, report);
    this.operations += report.operations;
    this.retried += report.retried;
    this.restarted += report.restarted;
    this.inserted += report.inserted;
    this.errors.push(...report.errors);
    this.#recent.add(report.latencies);
    (this.isElecting ? this.#election : this.#steady).add(report.latencies);
  }

  #sum(figure: (report: LoadReport) => number): number {
    return [...this.#latest.values()].reduce((sum, report) => sum + figure(report), 0);
  }
}
