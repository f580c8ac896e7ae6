import { assertEquals } from "@std/assert";
import { AwaitLane, type LaneWaiter } from "../../../proxy/exchange/await_lane.ts";

function waiter(entered: number[], number: number, then: () => void = () => {}): LaneWaiter {
  return {
    onLane() {
      entered.push(number);
      then();
    },
  };
}

Deno.test("AwaitLane lets in as many as its limit, the others in their order", () => {
  const lane = new AwaitLane(2);
  const entered: number[] = [];
  for (const number of [1, 2, 3, 4]) lane.enter(waiter(entered, number));
  assertEquals([entered, lane.inside, lane.waiting], [[1, 2], 2, 2]);
  lane.leave();
  assertEquals([entered, lane.inside, lane.waiting], [[1, 2, 3], 2, 1]);
  lane.leave();
  lane.leave();
  lane.leave();
  assertEquals([entered, lane.inside, lane.waiting], [[1, 2, 3, 4], 0, 0]);
});

Deno.test("AwaitLane forgets a waiter that gave up", () => {
  const lane = new AwaitLane(1);
  const entered: number[] = [];
  const second = waiter(entered, 2);
  lane.enter(waiter(entered, 1));
  lane.enter(second);
  lane.enter(waiter(entered, 3));
  lane.cancel(second);
  lane.leave();
  assertEquals([entered, lane.inside, lane.waiting], [[1, 3], 1, 0]);
});

Deno.test("AwaitLane has room for one at least", () => {
  const lane = new AwaitLane(0);
  const entered: number[] = [];
  lane.enter(waiter(entered, 1));
  lane.enter(waiter(entered, 2));
  assertEquals([entered, lane.waiting], [[1], 1]);
});

Deno.test("AwaitLane lets everybody in turn fail at once, however many there are", () => {
  const lane = new AwaitLane(1);
  const entered: number[] = [];
  const count = 50_000;
  lane.enter(waiter(entered, 0));
  // As when the pool was lost: whoever gets a place has no use for it.
  for (let number = 1; number < count; number++) lane.enter(waiter(entered, number, () => lane.leave()));
  lane.leave();
  assertEquals([entered.length, entered.at(-1), lane.inside, lane.waiting], [count, count - 1, 0, 0]);
});

Deno.test("AwaitLane lets a waiter in that comes while others leave", () => {
  const lane = new AwaitLane(1);
  const entered: number[] = [];
  lane.enter(waiter(entered, 1));
  lane.enter(waiter(entered, 2, () => {
    lane.enter(waiter(entered, 3));
    lane.leave();
  }));
  lane.leave();
  assertEquals([entered, lane.inside, lane.waiting], [[1, 2, 3], 1, 0]);
});
