import type { Address } from "./closed_loop.ts";
import type { LoadMode } from "./messages.ts";
import type { Rhythm } from "./rhythm.ts";

/** How far the run is, in shared memory: the threads look at it before every operation. */
export const Phase = { warmingUp: 0, measuring: 1, over: 2 } as const;

/** What a thread is told at the start. */
export interface WorkerOrder {
  readonly address: Address;
  readonly mode: LoadMode;
  readonly conns: number;
  readonly idle: number;
  readonly rhythm: Rhythm;
  /** One of {@linkcode Phase}. */
  readonly phase: Int32Array;
}

/** What a thread says: first that its clients are there, at the end what they saw. */
export type WorkerNews =
  | { readonly kind: "ready"; readonly idle: number; readonly idleErrors: number }
  | {
    readonly kind: "done";
    /** Of each operation, in microseconds. */
    readonly latencies: Float64Array<ArrayBuffer>;
    readonly errors: number;
  };
