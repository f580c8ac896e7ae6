/**
 * A worker of the proxy that fails when it is told to.
 *
 * @module
 */
import "../../../proxy/workers/worker_main.ts";

/** Longer than it takes until the event loop is missed, and shorter than a test waits. */
const BLOCK_MS = 4_000;

addEventListener("message", (event) => {
  const { data: { kind } } = event as MessageEvent<{ readonly kind: string }>;
  if (kind === "block") Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, BLOCK_MS);
  if (kind === "throw") {
    setTimeout(() => {
      throw new Error("A fault for a test");
    }, 0);
  }
});
