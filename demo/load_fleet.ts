import { HelperProcess } from "./helper_process.ts";
import type { LoadOrder, LoadPlan, LoadReport } from "./load/load_report.ts";
import { LoadTotals } from "./load_totals.ts";
import type { DemoPlan } from "./plan.ts";

/** What is waited for, and who waits. */
interface Waiter {
  readonly isFulfilled: () => boolean;
  readonly resolve: (isFulfilled: boolean) => void;
}

/** All applications of the demo, in their processes. */
export class LoadFleet implements AsyncDisposable {
  readonly totals = new LoadTotals();
  readonly #helpers: HelperProcess[] = [];
  readonly #waiters = new Set<Waiter>();

  /** Starts the processes; the applications connect by and by. */
  static async start(uri: string, plan: DemoPlan, onCrash: (error: Error) => void): Promise<LoadFleet> {
    const fleet = new LoadFleet();
    const plans = Array.from({ length: plan.loadProcesses }, (_, firstApplication): LoadPlan => {
      return { ...plan, uri, firstApplication };
    });
    fleet.#helpers.push(
      ...await Promise.all(plans.map((own, index) =>
        HelperProcess.start({
          script: "demo/load/load_main.ts",
          args: [JSON.stringify(own)],
          onOutput: (line) => fleet.#onReport(index, JSON.parse(line) as LoadReport),
          onCrash,
        })
      )),
    );
    return fleet;
  }

  /** Tells all applications to work or to rest. */
  async order(order: LoadOrder): Promise<void> {
    await Promise.all(this.#helpers.map((helper) => helper.order(order)));
  }

  /** Resolves to true once the totals are as wanted, and to false when they are not in time. */
  until(isFulfilled: (totals: LoadTotals) => boolean, timeoutMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => settle(false), timeoutMs);
      const settle = (result: boolean) => {
        clearTimeout(timer);
        this.#waiters.delete(waiter);
        resolve(result);
      };
      const waiter: Waiter = { isFulfilled: () => isFulfilled(this.totals), resolve: settle };
      this.#waiters.add(waiter);
    });
  }

  /** Ends all applications; their connections close with them. */
  async stop(): Promise<void> {
    await Promise.all(this.#helpers.map((helper) => helper.stop()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #onReport(index: number, report: LoadReport): void {
    this.totals.add(index, report);
    for (const { isFulfilled, resolve } of [...this.#waiters]) if (isFulfilled()) resolve(true);
  }
}
