import { assertEquals } from "@std/assert";
import { columns, formatClock, formatCount, formatMs, formatNumber, sparkline } from "../../demo/text.ts";

Deno.test("formatNumber puts commas between thousands", () => {
  assertEquals([0, 999.6, 1_234_567].map(formatNumber), ["0", "1,000", "1,234,567"]);
});

Deno.test("formatMs takes the unit that suits", () => {
  assertEquals([null, 0.25, 9.94, 12.4, 999, 1_250].map(formatMs), [
    "–",
    "0.3 ms",
    "9.9 ms",
    "12 ms",
    "999 ms",
    "1.3 s",
  ]);
});

Deno.test("formatClock gives minutes and seconds", () => {
  assertEquals([0, 9_999, 75_000].map(formatClock), ["0:00", "0:09", "1:15"]);
});

Deno.test("formatCount minds the plural", () => {
  assertEquals([0, 1, 2_000].map((count) => formatCount(count, "error")), ["0 errors", "1 error", "2,000 errors"]);
});

Deno.test("sparkline draws the last values by the highest of them all", () => {
  assertEquals(sparkline([8, 0, 4, 2], 3), "▁▅▃");
  assertEquals(sparkline([], 3), "");
  assertEquals(sparkline([0, 0], 3), "▁▁");
});

Deno.test("columns lines cells up, the first to the left and the others to the right", () => {
  assertEquals(columns([["a", "1", "22"], ["bbb", "333", "4"]]), ["a      1  22", "bbb  333   4"]);
});
