import { assertEquals } from "@std/assert";
import { MongoServerSelectionError } from "../../../driver/error.ts";
import { PRIMARY } from "../../../driver/selection/read_preference.ts";
import { SelectionQueue } from "../../../driver/selection/selection_queue.ts";

const REQUEST = { readPreference: PRIMARY };

function newQueue(timeoutMS: number): SelectionQueue<string> {
  return new SelectionQueue(timeoutMS, () => new MongoServerSelectionError("Too late"));
}

Deno.test("SelectionQueue fails waiters in order after the time, and takes new ones meanwhile", async () => {
  const queue = newQueue(1);
  const answers: string[] = [];
  const late = Promise.withResolvers<void>();
  const waiter = (name: string, then: () => void) => ({
    onServer: () => {},
    onSelectionFailed: ({ message }: Error) => {
      answers.push(`${name}: ${message}`);
      then();
    },
  });
  queue.add(waiter("first", () => queue.add(waiter("third", late.resolve), REQUEST)), REQUEST);
  queue.add(waiter("second", () => {}), REQUEST);
  await late.promise;
  assertEquals(answers, ["first: Too late", "second: Too late", "third: Too late"]);
  assertEquals(queue.size, 0);
});

Deno.test("SelectionQueue.settle() does not ask for those who came or went meanwhile", () => {
  const queue = newQueue(0);
  const answers: string[] = [];
  const none = () => null;
  const second = { onServer: (server: string) => void answers.push(server), onSelectionFailed: () => {} };
  const third = { ...second };
  const first = {
    onServer: () => {
      queue.delete(second);
      queue.add(third, REQUEST);
    },
    onSelectionFailed: () => {},
  };
  queue.add(first, REQUEST);
  queue.add(second, REQUEST);
  queue.settle(() => "a", none);
  assertEquals([answers, queue.size], [[], 1]);
  queue.settle(() => "a", none);
  assertEquals([answers, queue.size], [["a"], 0]);
});

Deno.test("SelectionQueue leaves no timer when its last waiter is deleted", () => {
  const queue = newQueue(60_000);
  const waiter = { onServer: () => {}, onSelectionFailed: () => {} };
  queue.add(waiter, REQUEST);
  queue.delete(waiter);
  assertEquals(queue.size, 0);
});
