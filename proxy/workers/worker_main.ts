/**
 * A thread that serves clients, started by {@linkcode WorkerPool}.
 *
 * @module
 */
import { toPlainError } from "./plain_error.ts";
import { WorkerGateways } from "./worker_gateways.ts";
import type { FromWorker, ToWorker } from "./worker_message.ts";

// The types know this scope as a window.
const scope = self as unknown as Worker;
const tell = (message: FromWorker) => scope.postMessage(message);

/** How long closing the sockets may take; those of clients are closed at once. */
const CUT_TIMEOUT_MS = 1_000;

let gateways: WorkerGateways | null = null;
let hasFailed = false;

scope.onmessage = ({ data }: MessageEvent<ToWorker>) => {
  if (data.kind === "setup") gateways = new WorkerGateways(data.setup, tell);
  else gateways?.onMessage(data);
};

addEventListener("error", (event) => onFault(event, event.error));
addEventListener("unhandledrejection", (event) => onFault(event, event.reason));

/** What is left of a worker after a fault is in doubt: its clients are let go, and it is replaced. */
function onFault(event: Event, fault: unknown): void {
  event.preventDefault();
  if (hasFailed) return;
  hasFailed = true;
  const timeUp = new Promise((resolve) => setTimeout(resolve, CUT_TIMEOUT_MS));
  const closed = gateways?.cut();
  gateways = null;
  void Promise.race([closed, timeUp]).finally(() => tell({ kind: "failed", error: toPlainError(fault) }));
}
