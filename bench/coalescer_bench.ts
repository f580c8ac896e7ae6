/**
 * What deciding on a pause costs at the end of a turn, beside asking for the time, which it cannot do without:
 * `deno bench bench/coalescer_bench.ts`.
 */
import { Coalescer, type ThreadClock } from "../driver/transport/coalescer.ts";
import { coalescingWindow } from "../driver/transport/coalescing_window.ts";

const WINDOW_MS = 0.3;

/** Turns follow each other in 50 µs; nobody sleeps. */
class FastClock implements ThreadClock {
  #now = 0;

  now(): number {
    return this.#now += 0.05;
  }

  sleep(ms: number): void {
    this.#now += ms;
  }
}

function coalescerWith(inFlight: number): Coalescer {
  const coalescer = new Coalescer(WINDOW_MS, new FastClock());
  for (let asked = 0; asked < inFlight; asked++) coalescer.asked();
  return coalescer;
}

Deno.bench("performance.now", { group: "end of a turn", baseline: true }, () => {
  performance.now();
});

const LOAD = { inFlight: 32, lastEvents: 2, roundTripMS: 1 };
Deno.bench("coalescingWindow", { group: "end of a turn" }, () => {
  coalescingWindow(LOAD, WINDOW_MS);
});

for (const inFlight of [2, 64]) {
  const coalescer = coalescerWith(inFlight);
  Deno.bench(
    `Coalescer, ${inFlight} in flight: a request, its reply, the end of the turn`,
    { group: "end of a turn" },
    () => {
      coalescer.asked();
      coalescer.answered();
      coalescer.endTurn(2);
    },
  );
}
