/**
 * One thread of the load generator: opens its clients, says so, and runs them until it is over.
 *
 * @module
 */
import { ClosedLoop } from "./closed_loop.ts";
import { restMS, type Rhythm } from "./rhythm.ts";
import { Phase, type WorkerNews, type WorkerOrder } from "./worker_order.ts";

/** Clients that are opened at a time, so that nobody's backlog overflows. */
const OPENING_AT_ONCE = 64;

// The types know this scope as a window.
const scope = self as unknown as Worker;
scope.onmessage = ({ data }: MessageEvent<WorkerOrder>) => void work(data, (news) => scope.postMessage(news));

async function work(order: WorkerOrder, tell: (news: WorkerNews) => void): Promise<void> {
  const idle = await openIdle(order);
  const loops = Array.from({ length: order.conns }, () => new ClosedLoop(order.address, order.mode));
  const latencies: number[] = [];
  const running = loops.map((loop) => run(loop, order, latencies));
  tell({ kind: "ready", idle: idle.length, idleErrors: order.idle - idle.length });
  const errors = (await Promise.all(running)).filter((ended) => !ended).length;
  for (const client of idle) client.close();
  tell({ kind: "done", latencies: new Float64Array(latencies), errors });
}

/** Runs one client until it is over; false if it failed. */
async function run(loop: ClosedLoop, { phase, rhythm }: WorkerOrder, latencies: number[]): Promise<boolean> {
  try {
    await loop.open();
    while (phase[0] !== Phase.over) {
      if (rhythm.kind !== "steady") await rest(rhythm);
      const start = performance.now();
      await loop.operate();
      if (phase[0] === Phase.measuring) latencies.push((performance.now() - start) * 1000);
    }
    return true;
  } catch (error) {
    console.error(`A client of the load failed: ${error instanceof Error ? error.message : error}`);
    return false;
  } finally {
    loop.close();
  }
}

function rest(rhythm: Rhythm): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, restMS(rhythm, Date.now(), Math.random())));
}

/** Opens clients that ping once and say nothing more. */
async function openIdle({ address, idle }: WorkerOrder): Promise<ClosedLoop[]> {
  const opened: ClosedLoop[] = [];
  for (let begun = 0; begun < idle; begun += OPENING_AT_ONCE) {
    const count = Math.min(OPENING_AT_ONCE, idle - begun);
    const clients = Array.from({ length: count }, () => new ClosedLoop(address, "ping"));
    const outcomes = await Promise.allSettled(clients.map(async (client) => {
      await client.open();
      await client.operate();
    }));
    opened.push(...clients.filter((_, index) => outcomes[index]!.status === "fulfilled"));
  }
  return opened;
}
