import { type Measurement, quantile } from "./measurement.ts";
import { type ProcessUsage, processUsage } from "./process_usage.ts";
import { Phase, type WorkerNews, type WorkerOrder } from "./worker_order.ts";

/** What the load is, and who is watched under it. */
export interface LoadPlan extends Omit<WorkerOrder, "phase"> {
  readonly secs: number;
  readonly warm: number;
  /** The process whose CPU time and memory to report, if any. */
  readonly pid: number | null;
  readonly threads: number;
}

const MEGABYTE = 1024 * 1024;

/** Runs clients on several threads, warms up, measures, and ends them. */
export async function runLoad(plan: LoadPlan): Promise<Measurement> {
  const phase = new Int32Array(new SharedArrayBuffer(4));
  const threads = Array.from({ length: plan.threads }, (_, index) => new LoadThread(orderOf(plan, index, phase)));
  const ready = await Promise.all(threads.map(({ ready }) => ready));
  await pause(plan.warm);
  const before = await usageOf(plan);
  const start = performance.now();
  phase[0] = Phase.measuring;
  await pause(plan.secs);
  phase[0] = Phase.warmingUp;
  const seconds = (performance.now() - start) / 1000;
  const after = await usageOf(plan);
  phase[0] = Phase.over;
  const done = await Promise.all(threads.map(({ done }) => done));
  for (const thread of threads) thread.end();
  const latencies = sorted(done.map(({ latencies }) => latencies));
  return {
    mode: plan.mode,
    conns: plan.conns,
    idle: sum(ready.map(({ idle }) => idle)),
    idle_err: sum(ready.map(({ idleErrors }) => idleErrors)),
    errs: sum(done.map(({ errors }) => errors)),
    ops: latencies.length,
    ops_s: Math.round(latencies.length / seconds),
    p50_us: Math.round(quantile(latencies, 0.5)),
    p99_us: Math.round(quantile(latencies, 0.99)),
    p999_us: Math.round(quantile(latencies, 0.999)),
    ...before === null || after === null ? {} : used(before, after, latencies.length),
  };
}

function used(before: ProcessUsage, after: ProcessUsage, operations: number) {
  const cpuMicroseconds = (after.cpuSeconds - before.cpuSeconds) * 1e6;
  return { cpu_us_op: oneDecimal(cpuMicroseconds / operations), rss_mb: oneDecimal(after.residentBytes / MEGABYTE) };
}

class LoadThread {
  readonly ready: Promise<WorkerNews & { kind: "ready" }>;
  readonly done: Promise<WorkerNews & { kind: "done" }>;
  readonly #worker: Worker;

  constructor(order: WorkerOrder) {
    const ready = Promise.withResolvers<WorkerNews & { kind: "ready" }>();
    const done = Promise.withResolvers<WorkerNews & { kind: "done" }>();
    this.ready = ready.promise;
    this.done = done.promise;
    this.#worker = new Worker(new URL("./load_worker.ts", import.meta.url), { type: "module" });
    this.#worker.onmessage = ({ data }: MessageEvent<WorkerNews>) => {
      if (data.kind === "ready") ready.resolve(data);
      else done.resolve(data);
    };
    this.#worker.postMessage(order);
  }

  end(): void {
    this.#worker.terminate();
  }
}

/** The share of one thread. */
function orderOf(plan: LoadPlan, index: number, phase: Int32Array): WorkerOrder {
  const { address, mode, conns, idle, rhythm, threads } = plan;
  const share = (count: number) => Math.floor((count + threads - 1 - index) / threads);
  return { address, mode, conns: share(conns), idle: share(idle), rhythm, phase };
}

async function usageOf({ pid }: LoadPlan): Promise<ProcessUsage | null> {
  return pid === null ? null : await processUsage(pid);
}

function sorted(parts: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(sum(parts.map(({ length }) => length)));
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.length;
  }
  return all.sort();
}

function pause(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function oneDecimal(value: number): number {
  return Math.round(value * 10) / 10;
}
