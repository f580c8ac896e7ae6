import { assertEquals } from "@std/assert";
import { spread } from "../../../bench/charts/spread.ts";

Deno.test("spread leaves alone what does not touch", () => {
  assertEquals(spread([50, 10, 30], 10, 0, 100), [50, 10, 30]);
});

Deno.test("spread moves neighbours apart around their middle", () => {
  assertEquals(spread([50, 50, 50], 10, 0, 100), [40, 50, 60]);
  assertEquals(spread([20, 24, 80], 10, 0, 100), [17, 27, 80]);
});

Deno.test("spread joins what touches only after it was moved", () => {
  assertEquals(spread([40, 42, 50], 10, 0, 100), [34, 44, 54]);
});

Deno.test("spread stays between its bounds while there is room", () => {
  assertEquals(spread([1, 2], 10, 0, 100), [0, 10]);
  assertEquals(spread([99, 100], 10, 0, 100), [90, 100]);
});
