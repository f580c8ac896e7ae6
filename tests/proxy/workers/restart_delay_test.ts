import { assertEquals } from "@std/assert";
import { RestartDelay } from "../../../proxy/workers/restart_delay.ts";

Deno.test("RestartDelay doubles for a worker that fails again and again, up to half a minute", () => {
  const delay = new RestartDelay();
  const delays = Array.from({ length: 11 }, () => delay.next(50));
  assertEquals(delays, [100, 200, 400, 800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000, 30_000]);
});

Deno.test("RestartDelay begins anew after a worker that ran for a minute", () => {
  const delay = new RestartDelay();
  assertEquals([delay.next(0), delay.next(0), delay.next(60_000), delay.next(0)], [100, 200, 100, 200]);
});
