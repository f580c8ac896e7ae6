import { assertEquals, assertThrows } from "@std/assert";
import { memoryTrend } from "../../../bench/soak/memory_trend.ts";

const at = (seconds: number, residentBytes: number) => ({ time: 1000 * seconds, residentBytes });

Deno.test("memoryTrend() leaves the warm-up out", () => {
  const samples = [at(0, 10), at(60, 200), at(120, 200), at(180, 200), at(240, 200)];
  assertEquals(memoryTrend(samples), { earlyBytes: 200, lateBytes: 200, bytesPerMinute: 0, minutes: 4 });
});

Deno.test("memoryTrend() tells growth", () => {
  const samples = Array.from({ length: 20 }, (_, index) => at(30 * index, 1000 + 50 * index));
  const { earlyBytes, lateBytes, bytesPerMinute } = memoryTrend(samples);
  assertEquals([earlyBytes, lateBytes], [1300, 1900]);
  assertEquals(Math.round(bytesPerMinute), 100);
});

Deno.test("memoryTrend() has no warm-up where there are few samples, and needs one", () => {
  assertEquals(memoryTrend([at(0, 7)]), { earlyBytes: 7, lateBytes: 7, bytesPerMinute: 0, minutes: 0 });
  assertThrows(() => memoryTrend([]), RangeError);
});
