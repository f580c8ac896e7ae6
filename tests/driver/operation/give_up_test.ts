import {
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertStrictEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { MongoOperationTimeoutError } from "../../../driver/error.ts";
import { GiveUp, giveUpFor, within } from "../../../driver/operation/give_up.ts";

function watched(giveUp: GiveUp): { reason: Promise<unknown>; stop: () => void } {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  return { reason: promise, stop: giveUp.watch(resolve) };
}

Deno.test("giveUpFor gives nothing where nothing limits", () => {
  assertEquals(giveUpFor({}), null);
  assertEquals(giveUpFor({ timeoutMS: 0 }), null);
  assertInstanceOf(giveUpFor({ timeoutMS: 0, signal: new AbortController().signal }), GiveUp);
});

Deno.test("GiveUp calls back when the time is up", async () => {
  const giveUp = new GiveUp(1, undefined);
  const reason = await watched(giveUp).reason;
  assertInstanceOf(reason, MongoOperationTimeoutError);
  assertStringIncludes(reason.message, "within 1 ms");
});

Deno.test("GiveUp.check throws once the time is up", () => {
  const giveUp = new GiveUp(Number.MIN_VALUE, undefined);
  assertThrows(() => giveUp.check(), MongoOperationTimeoutError);
  assertEquals(giveUp.remainingMS, 0);
});

Deno.test("GiveUp calls back with the signal's reason, and leaves no timer", async () => {
  const controller = new AbortController();
  const giveUp = new GiveUp(60_000, controller.signal);
  const { reason } = watched(giveUp);
  const own = new RangeError("own");
  giveUp.check();
  controller.abort(own);
  assertStrictEquals(await reason, own);
  assertThrows(() => giveUp.check(), RangeError);
});

Deno.test("GiveUp that is not watched any more does not call back", () => {
  const controller = new AbortController();
  let calls = 0;
  const stop = new GiveUp(60_000, controller.signal).watch(() => calls++);
  stop();
  controller.abort();
  assertEquals(calls, 0);
});

Deno.test("within waits for a promise, or until it is given up", async () => {
  assertEquals(await within(Promise.resolve(1), new GiveUp(60_000, undefined)), 1);
  assertEquals(await within(Promise.resolve(2), null), 2);
  const never = new Promise(() => {});
  await assertRejects(() => within(never, new GiveUp(1, undefined)), MongoOperationTimeoutError);
  await assertRejects(() => within(Promise.reject(new RangeError("own")), new GiveUp(60_000, undefined)), RangeError);
});
