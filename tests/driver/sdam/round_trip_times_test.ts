import { assertEquals } from "@std/assert";
import { RoundTripTimes } from "../../../driver/sdam/round_trip_times.ts";

Deno.test("RoundTripTimes gives the least of the last ten samples, from the second on", () => {
  const times = new RoundTripTimes();
  times.add(1);
  assertEquals(times.minimum, 0);
  times.add(5);
  assertEquals(times.minimum, 1);
  for (let sample = 0; sample < 9; sample++) times.add(7);
  assertEquals(times.minimum, 5);
});

Deno.test("RoundTripTimes.estimate() counts until the first sample only", () => {
  const times = new RoundTripTimes();
  times.estimate(100);
  assertEquals(times.average, 100);
  times.add(10);
  assertEquals(times.average, 10);
  times.estimate(100);
  assertEquals(times.average, 10);
});

Deno.test("RoundTripTimes.reset() starts anew", () => {
  const times = new RoundTripTimes();
  times.add(10);
  times.add(10);
  times.reset();
  assertEquals([times.average, times.minimum], [0, 0]);
});
