import { assertEquals } from "@std/assert";
import { SetView } from "../../../proxy/mirror/set_view.ts";

Deno.test("SetView tells of a change when clients are told of others, and only then", () => {
  let changes = 0;
  const view = new SetView(() => changes++);
  assertEquals(view.isKnown, false);
  view.publish([["a:1", "proxy:6000"]]);
  view.publish([["a:1", "proxy:6000"]]);
  assertEquals([view.isKnown, changes, view.revision], [true, 1, 1]);
  view.publish([["a:1", null]]);
  assertEquals([changes, view.names.told("a:1")], [2, null]);
});

Deno.test("SetView.learn() leaves out addresses that are nobody's listener, until they are", () => {
  const view = new SetView(() => {});
  view.publish([["a:1", "proxy:6000"]]);
  view.learn(["a:1", "hidden:1"]);
  assertEquals([view.names.told("a:1"), view.names.told("hidden:1")], ["proxy:6000", null]);
  view.publish([["a:1", "proxy:6000"], ["hidden:1", "proxy:6001"]]);
  assertEquals(view.names.told("hidden:1"), "proxy:6001");
});
