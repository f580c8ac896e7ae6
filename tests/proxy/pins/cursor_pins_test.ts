import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { CursorPins, sessionKey } from "../../../proxy/pins/cursor_pins.ts";
import { cursorPin } from "../support/pins.ts";

const query = { id: 1n, namespace: "test.things", session: null };

Deno.test("CursorPins finds a cursor by id and namespace", () => {
  const pins = new CursorPins(10);
  const pin = cursorPin();
  pins.add(pin);
  assertStrictEquals(pins.find(query), pin);
  assertEquals(pins.find({ ...query, id: 2n }), null);
  assertEquals(pins.find({ ...query, namespace: "test.others" }), null);
  assertEquals([pins.size, pin.group.cursors.has(pin)], [1, true]);
});

Deno.test("CursorPins prefers the cursor of the same session, and takes another's if there is none", () => {
  const pins = new CursorPins(10);
  const [first, second] = [cursorPin({ session: "a" }), cursorPin({ session: "b", server: "b:1" })];
  pins.add(first);
  pins.add(second);
  assertStrictEquals(pins.find({ ...query, session: "b" }), second);
  assertStrictEquals(pins.find({ ...query, session: "a" }), first);
  assertStrictEquals(pins.find({ ...query, session: "c" }), first);
  assertEquals(pins.all(1n), [first, second]);
  assertEquals(pins.all(2n), []);
});

Deno.test("CursorPins.delete removes that pin alone, and says whether it was there", () => {
  const pins = new CursorPins(10);
  const [first, second] = [cursorPin(), cursorPin({ server: "b:1" })];
  pins.add(first);
  pins.add(second);
  assert(pins.delete(first));
  assert(!pins.delete(first));
  assertStrictEquals(pins.find(query), second);
  assert(pins.delete(second));
  assertEquals([pins.find(query), pins.size, second.group.cursors.size], [null, 0, 0]);
});

Deno.test("CursorPins makes room by the cursor that was used least recently", () => {
  const pins = new CursorPins(2);
  const [first, second, third] = [cursorPin({ id: 1n }), cursorPin({ id: 2n }), cursorPin({ id: 3n })];
  assertEquals(pins.add(first), null);
  assertEquals(pins.add(second), null);
  pins.touch(first, 5);
  assertStrictEquals(pins.add(third), second);
  assertEquals([pins.size, first.usedAt, second.group.cursors.size], [2, 5, 0]);
});

Deno.test("CursorPins.touch does not bring a cursor back", () => {
  const pins = new CursorPins(2);
  const pin = cursorPin();
  pins.touch(pin, 5);
  assertEquals([pins.size, pins.find(query)], [0, null]);
});

Deno.test("CursorPins.expire removes the cursors that were unused since", () => {
  const pins = new CursorPins(10);
  const old = cursorPin({ id: 1n, usedAt: 1 });
  const used = cursorPin({ id: 2n, usedAt: 1 });
  const twin = cursorPin({ id: 2n, usedAt: 1, server: "b:1" });
  const young = cursorPin({ id: 3n, usedAt: 8 });
  for (const pin of [old, used, twin, young]) pins.add(pin);
  pins.touch(used, 9);
  assertEquals(pins.expire(1), []);
  assertEquals(new Set(pins.expire(5)), new Set([old, twin]));
  assertEquals([pins.size, pins.expire(5)], [2, []]);
  assertEquals(new Set(pins.expire(100)), new Set([young, used]));
});

Deno.test("sessionKey gives different strings for different ids of any bytes", () => {
  const ids = [0, 1, 127, 128, 255].map((byte) => new Uint8Array(16).fill(byte));
  assertEquals(new Set(ids.map(sessionKey)).size, ids.length);
  assertEquals(sessionKey(ids[4]!), sessionKey(ids[4]!.slice()));
});
