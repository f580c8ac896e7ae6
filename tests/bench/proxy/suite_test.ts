import { assert, assertEquals } from "@std/assert";
import { participants, pointsOf } from "../../../bench/proxy/suite.ts";

const EVERYTHING = { clients: null, idle: 9000 };

Deno.test("pointsOf the throughput has both servers and every number of clients", () => {
  const points = pointsOf("throughput", EVERYTHING);
  assertEquals(new Set(points.map(({ server }) => server)), new Set(["null", "mongod"] as const));
  assertEquals(points.filter(({ server }) => server === "null").at(-1)?.clients, 4000);
});

Deno.test("pointsOf leaves out numbers of clients that do not suit a load", () => {
  const mixed = pointsOf("range", { clients: [1, 2], idle: 1 }).filter(({ load }) => load === "mixed");
  assertEquals(mixed.map(({ clients }) => clients), [2, 2]);
  assert(pointsOf("modes", EVERYTHING).every(({ load, clients }) => load !== "find-1m" || clients <= 32));
});

Deno.test("pointsOf the idle clients takes few and many", () => {
  assertEquals(pointsOf("idle", EVERYTHING).map(({ clients }) => clients), [1000, 9000]);
  assertEquals(pointsOf("idle", { clients: null, idle: 100 }).map(({ clients }) => clients), [50, 100]);
});

Deno.test("participants of the range are those that are there with coalescing and without", () => {
  assertEquals(participants("range", ["deno", "deno-off", "epoll", "peer"]), ["deno", "deno-off"]);
  assertEquals(participants("pinned", ["deno", "deno-2", "peer"]), ["direct", "deno", "peer"]);
});
