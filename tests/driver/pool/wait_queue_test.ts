import { assertEquals, assertStrictEquals } from "@std/assert";
import { type CheckOutWaiter, WaitQueue } from "../../../driver/pool/wait_queue.ts";

function waiters(count: number): CheckOutWaiter[] {
  return Array.from({ length: count }, () => ({ onConnection() {}, onCheckOutFailed() {} }));
}

Deno.test("WaitQueue gives out the oldest first, without those taken out", () => {
  const queue = new WaitQueue(0, () => {});
  const all = waiters(3);
  for (const waiter of all) queue.push(waiter, performance.now());
  assertStrictEquals(queue.delete(all[1]!)?.waiter, all[1]);
  assertEquals(queue.delete(all[1]!), null);
  assertStrictEquals(queue.shift()?.waiter, all[0]);
  assertStrictEquals(queue.shift()?.waiter, all[2]);
  assertEquals(queue.shift(), null);
});

Deno.test("WaitQueue ends waits in order of their beginning", async () => {
  const all = waiters(3);
  const ended: CheckOutWaiter[] = [];
  const done = Promise.withResolvers<void>();
  const queue = new WaitQueue(5, ({ waiter }) => {
    ended.push(waiter);
    if (ended.length === 3) done.resolve();
  });
  queue.push(all[0]!, performance.now());
  queue.push(all[1]!, performance.now());
  // A later beginning: the one timer has to be started again for it.
  queue.push(all[2]!, performance.now() + 5);
  await done.promise;
  assertEquals(ended, all);
  assertEquals(queue.size, 0);
});

Deno.test("WaitQueue does not end a wait that was served, and times the next one anew", async () => {
  const [served, late] = waiters(2);
  const done = Promise.withResolvers<CheckOutWaiter>();
  const queue = new WaitQueue(5, ({ waiter }) => done.resolve(waiter));
  queue.push(served!, performance.now());
  queue.shift();
  queue.push(late!, performance.now());
  assertStrictEquals(await done.promise, late);
});

Deno.test("WaitQueue.drain takes all out and stops the timer", () => {
  const queue = new WaitQueue(60_000, () => {});
  const all = waiters(2);
  for (const waiter of all) queue.push(waiter, performance.now());
  assertEquals(queue.drain().map(({ waiter }) => waiter), all);
  assertEquals(queue.size, 0);
});
