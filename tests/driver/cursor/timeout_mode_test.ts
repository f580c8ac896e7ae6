import { assertEquals, assertThrows } from "@std/assert";
import { timeoutModeOf } from "../../../driver/cursor/timeout_mode.ts";
import { MongoInvalidArgumentError } from "../../../driver/error.ts";

Deno.test("timeoutModeOf gives a tailable cursor the time for each batch, and others for all", () => {
  const none = { timeoutMode: undefined, timeoutMS: undefined };
  assertEquals(timeoutModeOf(none), "cursorLifetime");
  assertEquals(timeoutModeOf({ ...none, isTailable: true }), "iteration");
  assertEquals(timeoutModeOf({ timeoutMode: "iteration", timeoutMS: 5 }), "iteration");
});

Deno.test("timeoutModeOf refuses what does not go together", () => {
  const wrong = [
    { timeoutMode: "iteration", timeoutMS: undefined },
    { timeoutMode: "cursorLifetime", timeoutMS: 5, isTailable: true },
    { timeoutMode: undefined, timeoutMS: 5, isTailable: true, maxAwaitTimeMS: 5 },
  ] as const;
  for (const input of wrong) assertThrows(() => timeoutModeOf(input), MongoInvalidArgumentError);
  assertEquals(timeoutModeOf({ ...wrong[2], maxAwaitTimeMS: 4 }), "iteration");
  assertEquals(timeoutModeOf({ ...wrong[2], timeoutMS: 0 }), "iteration");
});
