import { assertEquals } from "@std/assert";
import { ByteBudget, type Reservation } from "../../../proxy/client/byte_budget.ts";
import { seededRandom } from "../support/seeded_random.ts";

const never = () => {
  throw new Error("It was granted already");
};

Deno.test("ByteBudget grants at once what fits, and the rest in the order it was asked for", () => {
  const budget = new ByteBudget(100);
  const granted: string[] = [];
  const first = budget.reserve(60, never);
  const second = budget.reserve(40, never);
  const third = budget.reserve(50, () => granted.push("third"));
  const fourth = budget.reserve(10, () => granted.push("fourth"));
  assertEquals([first, second, third, fourth].map(({ isGranted }) => isGranted), [true, true, false, false]);
  second.release();
  assertEquals(granted, []);
  first.release();
  assertEquals([granted, budget.reserved, budget.waiting], [["third", "fourth"], 60, 0]);
  third.release();
  fourth.release();
  assertEquals(budget.reserved, 0);
});

Deno.test("ByteBudget lets one that is larger than all of it through alone", () => {
  const budget = new ByteBudget(100);
  const small = budget.reserve(1, never);
  const granted: string[] = [];
  const huge = budget.reserve(1000, () => granted.push("huge"));
  const next = budget.reserve(1, () => granted.push("next"));
  small.release();
  assertEquals([granted, budget.reserved], [["huge"], 1000]);
  huge.release();
  assertEquals(granted, ["huge", "next"]);
  next.release();
});

Deno.test("ByteBudget goes on with the next when one gives up waiting", () => {
  const budget = new ByteBudget(100);
  const first = budget.reserve(50, never);
  const granted: string[] = [];
  const large = budget.reserve(90, () => granted.push("large"));
  const small = budget.reserve(50, () => granted.push("small"));
  large.release();
  assertEquals([granted, budget.reserved, budget.waiting], [["small"], 100, 0]);
  first.release();
  small.release();
  assertEquals(budget.reserved, 0);
});

Deno.test("ByteBudget bears that what is granted is given back at once, and more is asked for within the call", () => {
  const budget = new ByteBudget(10);
  const first = budget.reserve(10, never);
  const granted: number[] = [];
  const reservations: Reservation[] = [];
  for (let index = 0; index < 4; index++) {
    reservations[index] = budget.reserve(10, () => {
      granted.push(index);
      if (index === 1) reservations[4] = budget.reserve(1, () => granted.push(4));
      reservations[index]!.release();
    });
  }
  first.release();
  assertEquals([granted, budget.reserved, budget.waiting], [[0, 1, 2, 3, 4], 1, 0]);
});

Deno.test("ByteBudget bears any number of waiters that give back at once what they are granted", () => {
  const budget = new ByteBudget(10);
  const first = budget.reserve(10, never);
  for (let index = 0; index < 50_000; index++) {
    const reservation = budget.reserve(10, () => reservation.release());
  }
  first.release();
  assertEquals([budget.reserved, budget.waiting], [0, 0]);
});

Deno.test("ByteBudget loses no byte and no waiter in random use, and never exceeds itself", () => {
  const random = seededRandom(5);
  const budget = new ByteBudget(1000);
  const held = new Map<Reservation, number>();
  for (let round = 0; round < 20_000; round++) {
    const bytes = 1 + Math.floor(random() * 700);
    if (random() < 0.5 || held.size === 0) held.set(budget.reserve(bytes, () => {}), bytes);
    else {
      const [reservation] = [...held.keys()].slice(Math.floor(random() * Math.min(held.size, 20)));
      held.delete(reservation!);
      reservation!.release();
    }
    if (held.size > 60) {
      for (const [reservation] of [...held].splice(0, 30)) held.delete(reservation), reservation.release();
    }
    const granted = [...held].filter(([{ isGranted }]) => isGranted);
    assertEquals(budget.reserved, granted.reduce((sum, [, size]) => sum + size, 0));
    assertEquals(budget.waiting, held.size - granted.length);
    assertEquals(budget.reserved <= 1000, true);
    const next = [...held].find(([{ isGranted }]) => !isGranted);
    if (next !== undefined) assertEquals(budget.reserved + next[1] > 1000, true);
  }
});
