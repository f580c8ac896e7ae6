import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { findContenders, inTableOrder } from "../../../bench/proxy/contender.ts";

Deno.test("findContenders gives those that are named, with the flags that set them apart", () => {
  const [two, off] = findContenders(["epoll-2", "deno-off"]);
  assertStringIncludes(two!.command.join(" "), "--io=epoll --workers=2");
  assertStringIncludes(off!.command.join(" "), "--io=deno --coalescing-window=0");
});

Deno.test("findContenders refuses who is not known", () => {
  assertThrows(() => findContenders(["kqueue"]), Error, "There is no contender kqueue");
});

Deno.test("inTableOrder puts direct connections first and peers last", () => {
  assertEquals(inTableOrder(["peer", "epoll", "a peer", "direct", "deno-off"]), [
    "direct",
    "deno-off",
    "epoll",
    "a peer",
    "peer",
  ]);
});
