import { assertEquals } from "@std/assert";
import { RepeatFilter } from "../../../proxy/log/repeat_filter.ts";

Deno.test("RepeatFilter lets one of a kind pass within a second and counts the rest", () => {
  const filter = new RepeatFilter();
  const admitted = [0, 1, 999, 1_000, 1_001, 5_000, 6_000].map((now) => filter.admit("a", now));
  assertEquals(admitted, [0, null, null, 2, null, 1, 0]);
});

Deno.test("RepeatFilter counts every kind by itself", () => {
  const filter = new RepeatFilter();
  assertEquals([filter.admit("a", 0), filter.admit("b", 0), filter.admit("a", 1)], [0, 0, null]);
});

Deno.test("RepeatFilter forgets rather than grows", () => {
  const filter = new RepeatFilter();
  for (let kind = 0; kind < 1_000; kind++) filter.admit(`${kind}`, 0);
  assertEquals(filter.admit("0", 1), null);
  assertEquals(filter.admit("one more", 1), 0);
  assertEquals(filter.admit("0", 1), 0);
});
