import { assertEquals } from "@std/assert";
import { HangWatch } from "../../../proxy/workers/hang_watch.ts";

/** Checks as long as nothing happens, and gives how often that was. */
function checksUntilHung(watch: HangWatch): number {
  let checks = 1;
  while (!watch.check()) checks++;
  return checks;
}

Deno.test("HangWatch.check() says so after ten times without a beat", () => {
  const board = { beats: 1 };
  const watch = new HangWatch(board);
  assertEquals(watch.check(), false);
  assertEquals(checksUntilHung(watch), 10);
});

Deno.test("HangWatch.check() begins anew with every beat", () => {
  const board = { beats: 1 };
  const watch = new HangWatch(board);
  for (let check = 0; check < 100; check++) {
    if (check % 9 === 0) board.beats++;
    assertEquals(watch.check(), false);
  }
});

Deno.test("HangWatch.check() gives a worker time to be loaded", () => {
  assertEquals(checksUntilHung(new HangWatch({ beats: 0 })), 60);
});
