import { assertEquals } from "@std/assert";
import { connectionsToStart, perishedReason, type PoolNeeds } from "../../../driver/pool/pool_policy.ts";
import { PoolSlot } from "../../../driver/pool/pool_slot.ts";
import { fakeConnection } from "./fake_stream.ts";

const NOTHING: PoolNeeds = {
  maxPoolSize: 100,
  minPoolSize: 0,
  maxConnecting: 2,
  total: 0,
  pending: 0,
  waiting: 0,
};

const START_CASES: [string, Partial<PoolNeeds>, number][] = [
  ["nobody waits", {}, 0],
  ["one waits", { waiting: 1 }, 1],
  ["an attempt under way serves the waiter", { waiting: 1, pending: 1, total: 1 }, 0],
  ["many wait", { waiting: 9 }, 2],
  ["one more may be attempted", { waiting: 9, pending: 1, total: 1 }, 1],
  ["the pool is full", { waiting: 9, maxPoolSize: 5, total: 5 }, 0],
  ["there is room for one", { waiting: 9, maxPoolSize: 5, total: 4 }, 1],
  ["the pool has no limit", { waiting: 9, maxPoolSize: 0, total: 5000, maxConnecting: 9 }, 9],
  ["minPoolSize lacks one", { minPoolSize: 3, total: 2 }, 1],
  ["minPoolSize is reached", { minPoolSize: 3, total: 3 }, 0],
  ["the pool is over its limit", { waiting: 1, maxPoolSize: 2, total: 3 }, 0],
];

for (const [when, needs, expected] of START_CASES) {
  Deno.test(`connectionsToStart gives ${expected} when ${when}`, () => {
    assertEquals(connectionsToStart({ ...NOTHING, ...needs }), expected);
  });
}

Deno.test("perishedReason tells stale, closed and idle connections from good ones", () => {
  const slot = new PoolSlot(1, 4, 0);
  slot.connection = fakeConnection({ id: 1 });
  slot.idleSince = 1000;
  assertEquals(perishedReason(slot, 4, 999), null);
  assertEquals(perishedReason(slot, 4, 1000), "idle");
  assertEquals(perishedReason(slot, 5, 999), "stale");
  slot.connection.close();
  assertEquals(perishedReason(slot, 4, 999), "error");
});
