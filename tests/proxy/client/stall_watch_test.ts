import { assertEquals } from "@std/assert";
import { StallWatch } from "../../../proxy/client/stall_watch.ts";

function transfer() {
  return {
    awaitsClient: true,
    progress: 0,
    stalls: 0,
    onStalled() {
      this.stalls++;
    },
  };
}

Deno.test("StallWatch tells of a transfer whose client did nothing for the time limit, from the first look on", () => {
  const watch = new StallWatch(100);
  const stalled = transfer();
  watch.add(stalled);
  for (const now of [1000, 1050, 1099]) watch.look(now);
  assertEquals(stalled.stalls, 0);
  watch.look(1100);
  assertEquals(stalled.stalls, 1);
});

Deno.test("StallWatch counts from the last progress, and not while a server is to do something", () => {
  const watch = new StallWatch(100);
  const [moving, waiting] = [transfer(), transfer()];
  watch.add(moving);
  watch.add(waiting);
  watch.look(0);
  waiting.awaitsClient = false;
  for (let now = 90; now < 1000; now += 90) {
    moving.progress++;
    watch.look(now);
  }
  waiting.awaitsClient = true;
  watch.look(1000);
  watch.look(1089);
  assertEquals([moving.stalls, waiting.stalls], [0, 0]);
  watch.look(1100);
  assertEquals([moving.stalls, waiting.stalls], [1, 1]);
});

Deno.test("StallWatch forgets what is deleted, within its own call too, and never tells without a limit", () => {
  const watch = new StallWatch(100);
  const first = transfer();
  const second = transfer();
  first.onStalled = () => watch.delete(second);
  watch.add(first);
  watch.add(second);
  watch.look(0);
  watch.look(100);
  assertEquals([second.stalls, watch.size], [0, 1]);
  const unlimited = new StallWatch(0);
  unlimited.add(second);
  unlimited.look(0);
  unlimited.look(1e9);
  assertEquals(second.stalls, 0);
});
