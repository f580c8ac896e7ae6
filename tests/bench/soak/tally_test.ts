import { assertEquals } from "@std/assert";
import { Tally } from "../../../bench/soak/tally.ts";
import { WrongReplyError } from "../../../bench/soak/wire_connection.ts";

Deno.test("Tally tells wrong replies from errors, and counts each by kind", () => {
  const tally = new Tally();
  tally.fail(new TypeError("a"));
  tally.fail(new TypeError("a"));
  tally.fail(new WrongReplyError("b"));
  const { errors, wrong } = tally.figures();
  assertEquals([errors, wrong], [{ "TypeError: a": 2 }, { "WrongReplyError: b": 1 }]);
});

Deno.test("Tally keeps a bounded number of kinds", () => {
  const tally = new Tally();
  for (let number = 0; number < 100; number++) tally.fail(new Error(`Request ${number}`));
  const { errors } = tally.figures();
  assertEquals([Object.keys(errors).length, errors.others], [21, 80]);
});
