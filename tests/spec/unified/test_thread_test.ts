import { assertEquals, assertRejects } from "@std/assert";
import { TestThread } from "./test_thread.ts";

Deno.test("TestThread runs operations one after the other", async () => {
  const thread = new TestThread();
  const first = Promise.withResolvers<void>();
  const order: string[] = [];
  thread.run(async () => {
    await first.promise;
    order.push("first");
  });
  thread.run(() => Promise.resolve(void order.push("second")));
  first.resolve();
  await thread.join();
  assertEquals(order, ["first", "second"]);
});

Deno.test("TestThread runs nothing after an operation that fails, and tells of it when joined", async () => {
  const thread = new TestThread();
  let count = 0;
  thread.run(() => Promise.reject(new Error("No good")));
  thread.run(() => Promise.resolve(void count++));
  await assertRejects(() => thread.join(), Error, "No good");
  assertEquals(count, 0);
});
