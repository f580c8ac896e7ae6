import { assertEquals } from "@std/assert";
import { Epoll, epollEventLayout, EpollEvents } from "../../../../driver/transport/epoll/epoll_event.ts";

Deno.test("epollEventLayout() is packed on x86-64 only", () => {
  assertEquals(epollEventLayout("x86_64"), { words: 3, dataWord: 1 });
  assertEquals(epollEventLayout("aarch64"), { words: 4, dataWord: 2 });
});

Deno.test("EpollEvents lays out 12 bytes an event on x86-64", () => {
  const events = new EpollEvents(2, "x86_64");
  events.set(1, Epoll.IN | Epoll.ET, 0x01020304);
  assertEquals([...events.bytes.subarray(0, 12)], Array(12).fill(0));
  assertEquals([...events.bytes.subarray(12)], [1, 0, 0, 0x80, 4, 3, 2, 1, 0, 0, 0, 0]);
  assertEquals([events.events(1), events.fd(1)], [0x8000_0001, 0x01020304]);
});

Deno.test("EpollEvents lays out 16 bytes an event on arm64", () => {
  const events = new EpollEvents(2, "aarch64");
  events.set(1, Epoll.OUT, 7);
  assertEquals([...events.bytes.subarray(16)], [4, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0]);
  assertEquals([events.events(1), events.fd(1), events.fd(0)], [4, 7, 0]);
});
