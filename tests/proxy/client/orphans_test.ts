import { assertEquals } from "@std/assert";
import { ClientGroups } from "../../../proxy/client/client_group.ts";
import { Orphans } from "../../../proxy/client/orphans.ts";
import { cursorPin } from "../support/pins.ts";

const TIMEOUT_MS = 10;

/** Orphans of groups that left a cursor open at 0; `elsewhere` are those that have connections in other threads. */
function fixture(elsewhere: Set<string> | null, keys: readonly string[] = ["a"]) {
  const groups = new ClientGroups();
  for (const key of keys) {
    const group = groups.join(key);
    group.cursors.add(cursorPin({ group }));
    groups.leave(group, 0);
  }
  const released: (string | null)[] = [];
  const orphans = new Orphans({
    groups,
    team: elsewhere === null ? null : { groupsElsewhere: () => Promise.resolve(new Set(elsewhere)) },
    timeoutMS: TIMEOUT_MS,
    release: ({ key }) => released.push(key),
  });
  /** Sweeps, and waits until the others have answered. */
  const sweep = async (now: number) => {
    orphans.sweep(now);
    await new Promise((resolve) => setTimeout(resolve, 0));
  };
  return { groups, released, sweep };
}

Deno.test("Orphans.sweep() releases a group when its time is up, once", async () => {
  const { released, sweep } = fixture(null);
  await sweep(9);
  assertEquals(released, []);
  await sweep(10);
  await sweep(11);
  assertEquals(released, ["a"]);
});

Deno.test("Orphans.sweep() counts the time of a group from its last connection in any thread", async () => {
  const elsewhere = new Set(["a"]);
  const { released, sweep } = fixture(elsewhere, ["a", "b"]);
  await sweep(15);
  assertEquals(released, ["b"]);
  elsewhere.clear();
  await sweep(24);
  assertEquals(released, ["b"]);
  await sweep(25);
  assertEquals(released, ["b", "a"]);
});

Deno.test("Orphans.sweep() leaves a group alone that somebody came back to while others were asked", async () => {
  const { groups, released, sweep } = fixture(new Set());
  const swept = sweep(15);
  groups.join("a");
  await swept;
  assertEquals([released, groups.size], [[], 1]);
});
