import { assertEquals, assertThrows } from "@std/assert";
import { chooseWeighted } from "../../../bench/soak/weighted.ts";

Deno.test("chooseWeighted() chooses by weight", () => {
  const choices = [{ weight: 1, value: "a" }, { weight: 3, value: "b" }];
  assertEquals([0, 0.24, 0.25, 0.999].map((at) => chooseWeighted(choices, at)), ["a", "a", "b", "b"]);
  assertThrows(() => chooseWeighted([], 0), RangeError);
});
