import { Histogram } from "./histogram.ts";
import type { LoadReport } from "./load_report.ts";
import type { Outcome } from "./workload.ts";

/** What a tally tells of a report. */
export type Tallied = Pick<LoadReport, "operations" | "latencies" | "retried" | "restarted" | "errors" | "inserted">;

/** Counts what operations came to. */
export class Tally {
  readonly #latencies = new Histogram();
  #operations = 0;
  #retried = 0;
  #restarted = 0;
  #inserted = 0;
  #errors: string[] = [];

  /** An operation ended well, after so many failed commands. */
  succeeded(milliseconds: number, failedCommands: number, { inserted, restarted }: Outcome): void {
    this.#latencies.record(milliseconds);
    this.#operations++;
    this.#retried += failedCommands - restarted;
    this.#restarted += restarted;
    this.#inserted += inserted;
  }

  /** An operation gave its application an error. */
  failed(error: unknown): void {
    this.#errors.push(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
  }

  /** Returns the counts, and begins anew. */
  take(): Tallied {
    const tallied = {
      operations: this.#operations,
      latencies: this.#latencies.take(),
      retried: this.#retried,
      restarted: this.#restarted,
      inserted: this.#inserted,
      errors: this.#errors,
    };
    this.#operations =
      this.#retried =
      this.#restarted =
      this.#inserted =
        0;
    this.#errors = [];
    return tallied;
  }
}
