import { assert, assertEquals } from "@std/assert";
import { coalescingWindow } from "../../../driver/transport/coalescing_window.ts";

const BUSY = { inFlight: 32, lastEvents: 2, roundTripMS: 1 };

Deno.test("coalescingWindow() is a share of the round trip", () => {
  assertEquals(coalescingWindow(BUSY, 10), 0.2);
  assertEquals(coalescingWindow({ ...BUSY, roundTripMS: 5 }, 10), 1);
});

Deno.test("coalescingWindow() has an upper bound", () => {
  assertEquals(coalescingWindow({ ...BUSY, roundTripMS: 1_000 }, 0.3), 0.3);
  assertEquals(coalescingWindow(BUSY, 0), 0);
});

Deno.test("coalescingWindow() is 0 with few in flight, after a full turn, and while nothing is known", () => {
  assertEquals(coalescingWindow({ ...BUSY, inFlight: 6 }, 1), 0);
  assertEquals(coalescingWindow({ ...BUSY, lastEvents: 16 }, 1), 0);
  assertEquals(coalescingWindow({ ...BUSY, roundTripMS: 0 }, 1), 0);
});

Deno.test("coalescingWindow() grows with what is in flight, without a jump", () => {
  let last = 0;
  for (let inFlight = 0; inFlight < 64; inFlight++) {
    const window = coalescingWindow({ ...BUSY, inFlight }, 1);
    assert(window >= last && window - last < 0.03);
    last = window;
  }
});
