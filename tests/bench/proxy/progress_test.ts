import { assertEquals } from "@std/assert";
import { inWords, Progress } from "../../../bench/proxy/progress.ts";

Deno.test("Progress takes the rest to be as slow as what is done", () => {
  let now = 0;
  const progress = new Progress(100, () => now);
  assertEquals(String(progress), "0 %, about 2 min left");
  progress.did(25);
  now = 50_000;
  assertEquals(String(progress), "25 %, about 3 min left");
});

Deno.test("inWords chooses the unit", () => {
  assertEquals([5, 99, 120, 7200].map(inWords), ["5 s", "99 s", "2 min", "2.0 h"]);
});
