import { assertEquals } from "@std/assert";
import { Turnstile } from "../../../../driver/transport/epoll/turnstile.ts";

Deno.test("Turnstile lets as many in as it has places for, the others in their order", async () => {
  const turnstile = new Turnstile(2);
  const inside: number[] = [];
  const places = Array.from({ length: 4 }, async (_, number) => {
    const place = await turnstile.enter();
    inside.push(number);
    return place;
  });
  const [first, second] = [await places[0]!, await places[1]!];
  assertEquals(inside, [0, 1]);
  second[Symbol.dispose]();
  const third = await places[2]!;
  assertEquals(inside, [0, 1, 2]);
  first[Symbol.dispose]();
  third[Symbol.dispose]();
  (await places[3]!)[Symbol.dispose]();
  const again = [await turnstile.enter(), await turnstile.enter()];
  assertEquals(again.length, 2);
});
