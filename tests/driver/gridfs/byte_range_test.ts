import { assertEquals, assertThrows } from "@std/assert";
import { MongoInvalidArgumentError } from "../../../driver/error.ts";
import { byteRange } from "../../../driver/gridfs/byte_range.ts";

Deno.test("byteRange is the whole file unless something else is asked for", () => {
  assertEquals(byteRange(10, {}), { start: 0, end: 10 });
  assertEquals(byteRange(10, { start: 3 }), { start: 3, end: 10 });
  assertEquals(byteRange(10, { end: 3 }), { start: 0, end: 3 });
  assertEquals(byteRange(10, { start: 10, end: 10 }), { start: 10, end: 10 });
  assertEquals(byteRange(0, { start: 0, end: 0 }), { start: 0, end: 0 });
});

Deno.test("byteRange throws for what is not in the file", () => {
  const wrong = [
    [{ start: 11 }, "Stream start (11) must not be more than the length of the file (10)"],
    [{ end: 11 }, "Stream end (11) must not be more than the length of the file (10)"],
    [{ start: -1 }, "Stream start (-1) must not be negative"],
    [{ end: -1 }, "Stream end (-1) must not be negative"],
    [{ start: 5, end: 4 }, "Stream start (5) must not be greater than stream end (4)"],
    [{ start: 0.5 }, "Stream start (0.5) must be an integer"],
    [{ end: NaN }, "Stream end (NaN) must be an integer"],
  ] as const;
  for (const [range, message] of wrong) {
    assertThrows(() => byteRange(10, range), MongoInvalidArgumentError, message);
  }
});
