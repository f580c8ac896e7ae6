import { assertEquals } from "@std/assert";
import { timerSetting } from "../../../../driver/transport/epoll/ticker.ts";

Deno.test("timerSetting() holds seconds and nanoseconds, twice", () => {
  assertEquals([...new BigInt64Array(timerSetting(1).buffer)], [0n, 1_000_000n, 0n, 1_000_000n]);
  assertEquals([...new BigInt64Array(timerSetting(2500.5).buffer)], [2n, 500_500_000n, 2n, 500_500_000n]);
  assertEquals([...timerSetting(0)], Array(32).fill(0));
});
