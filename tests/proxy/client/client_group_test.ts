import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { ClientGroups } from "../../../proxy/client/client_group.ts";
import { cursorPin, transactionPin } from "../support/pins.ts";

Deno.test("ClientGroups gives connections of one key the same group", () => {
  const groups = new ClientGroups();
  const first = groups.join("key");
  assertStrictEquals(groups.join("key"), first);
  assert(groups.join("other") !== first);
  assertEquals([first.connections, groups.size], [2, 2]);
});

Deno.test("ClientGroups gives connections without a key a group each", () => {
  const groups = new ClientGroups();
  assert(groups.join(null) !== groups.join(null));
  assertEquals(groups.size, 0);
});

Deno.test("ClientGroups moves a connection to the group of its key", () => {
  const groups = new ClientGroups();
  const own = groups.join(null);
  const shared = groups.move(own, "key");
  assertEquals([own.connections, shared.connections, shared.key], [0, 1, "key"]);
});

Deno.test("ClientGroups forgets a group that nobody is in and that left nothing open", () => {
  const groups = new ClientGroups();
  const group = groups.join("key");
  groups.join("key");
  assertEquals(groups.leave(group, 1), null);
  assertEquals(groups.size, 1);
  assertEquals(groups.leave(group, 2), null);
  assertEquals(groups.size, 0);
  assertEquals(groups.empty(100), []);
});

Deno.test("ClientGroups gives back at once what a connection of its own left open", () => {
  const groups = new ClientGroups();
  const group = groups.join(null);
  group.cursors.add(cursorPin());
  assertStrictEquals(groups.leave(group, 1), group);
});

Deno.test("ClientGroups keeps an abandoned group with something open until its time is up", () => {
  const groups = new ClientGroups();
  const group = groups.join("key");
  group.transactions.add(transactionPin());
  assertEquals(groups.leave(group, 10), null);
  assertEquals([groups.size, groups.empty(9)], [1, []]);
  assertEquals(groups.empty(10), [group]);
  assertEquals(groups.forget(group), true);
  assertEquals([groups.size, groups.empty(99)], [0, []]);
});

Deno.test("ClientGroups keeps a group that somebody came back to", () => {
  const groups = new ClientGroups();
  const group = groups.join("key");
  group.cursors.add(cursorPin());
  groups.leave(group, 10);
  assertStrictEquals(groups.join("key"), group);
  assertEquals(groups.empty(100), []);
  groups.leave(group, 50);
  assertEquals(groups.empty(49), []);
  assertEquals(groups.empty(50), [group]);
  groups.forget(group);
  assert(groups.join("key") !== group);
});

Deno.test("ClientGroups.forget leaves a group alone that somebody came back to", () => {
  const groups = new ClientGroups();
  const group = groups.join("key");
  group.cursors.add(cursorPin());
  groups.leave(group, 10);
  groups.join("key");
  assertEquals([groups.forget(group), groups.size], [false, 1]);
});

Deno.test("ClientGroups.hasConnections says whether somebody is in a group", () => {
  const groups = new ClientGroups();
  const group = groups.join("key");
  group.cursors.add(cursorPin());
  assertEquals([groups.hasConnections("key"), groups.hasConnections("other")], [true, false]);
  groups.leave(group, 10);
  assertEquals([groups.hasConnections("key"), [...groups.keys]], [false, ["key"]]);
});
