import { assertEquals } from "@std/assert";
import { Bell } from "../../../driver/transport/bell.ts";

Deno.test("Bell.answer() says once that it rang, however often that was", () => {
  const cells = new Int32Array(new SharedArrayBuffer(8));
  const [bell, other] = [new Bell(cells, 0), new Bell(cells, 1)];
  assertEquals(bell.answer(), false);
  bell.ring();
  bell.ring();
  assertEquals([other.answer(), bell.answer(), bell.answer()], [false, true, false]);
});
