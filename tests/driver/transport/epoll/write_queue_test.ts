import { assertEquals } from "@std/assert";
import { concat } from "@std/bytes";
import { WriteQueue } from "../../../../driver/transport/epoll/write_queue.ts";
import { seededRandom } from "../../../proxy/support/seeded_random.ts";

/** Takes everything out, `step` bytes at a time. */
function drain(queue: WriteQueue, step: number): Uint8Array {
  const taken: Uint8Array[] = [];
  while (queue.length > 0) {
    const head = queue.head().slice(0, step);
    taken.push(head);
    queue.advance(head.length);
  }
  return concat(taken);
}

Deno.test("WriteQueue keeps a copy of what it was given", () => {
  const queue = new WriteQueue();
  const bytes = new Uint8Array([1, 2, 3]);
  queue.push(bytes);
  bytes.fill(0);
  assertEquals([...queue.head()], [1, 2, 3]);
});

Deno.test("WriteQueue puts small writes together", () => {
  const queue = new WriteQueue();
  for (let byte = 0; byte < 100; byte++) queue.push(new Uint8Array([byte]));
  assertEquals([...queue.head()], Array.from({ length: 100 }, (_, byte) => byte));
});

Deno.test("WriteQueue goes on with writes after some or all of it was taken", () => {
  const queue = new WriteQueue();
  queue.push(new Uint8Array([1, 2]));
  queue.advance(1);
  queue.push(new Uint8Array([3]));
  assertEquals([queue.length, [...queue.head()]], [2, [2, 3]]);
  queue.advance(2);
  assertEquals([queue.length, queue.head().length], [0, 0]);
  queue.push(new Uint8Array([4]));
  assertEquals([queue.length, [...queue.head()]], [1, [4]]);
});

Deno.test("WriteQueue gives bytes in their order, whatever the sizes", () => {
  for (let seed = 1; seed <= 20; seed++) {
    const random = seededRandom(seed);
    const queue = new WriteQueue();
    const writes = Array.from({ length: 30 }, () => {
      const size = Math.floor(random() ** 4 * 60_000);
      return Uint8Array.from({ length: size }, () => random() * 256);
    });
    for (const write of writes) queue.push(write);
    const expected = concat(writes);
    assertEquals(queue.length, expected.length);
    assertEquals(drain(queue, 1 + Math.floor(random() * 30_000)), expected);
  }
});
