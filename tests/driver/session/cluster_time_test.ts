import { assertEquals, assertStrictEquals } from "@std/assert";
import { Timestamp } from "bson";
import { laterClusterTime } from "../../../driver/session/cluster_time.ts";

const at = (t: number, i: number) => ({ clusterTime: new Timestamp({ t, i }) });

Deno.test("laterClusterTime gives the later one, and the only one", () => {
  const [early, late] = [at(1, 9), at(2, 1)];
  assertStrictEquals(laterClusterTime(early, late), late);
  assertStrictEquals(laterClusterTime(late, early), late);
  assertStrictEquals(laterClusterTime(null, early), early);
  assertStrictEquals(laterClusterTime(early, null), early);
  assertEquals(laterClusterTime(null, null), null);
});

Deno.test("laterClusterTime compares seconds beyond 31 bits as unsigned", () => {
  const [early, late] = [at(0x7fffffff, 1), at(0x80000000, 1)];
  assertStrictEquals(laterClusterTime(early, late), late);
});
