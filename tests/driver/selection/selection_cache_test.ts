import { assertEquals, assertStrictEquals } from "@std/assert";
import { unknownServerDescription } from "../../../driver/sdam/server_description.ts";
import { emptyTopologyDescription } from "../../../driver/sdam/topology_description.ts";
import { SelectionCache } from "../../../driver/selection/selection_cache.ts";

const SERVERS = [
  { ...unknownServerDescription("a"), type: "RSPrimary", tags: { dc: "x" }, maxWireVersion: 21, roundTripTime: 1 },
  { ...unknownServerDescription("b"), type: "RSSecondary", tags: { dc: "y" }, maxWireVersion: 21, roundTripTime: 1 },
] as const;

const TOPOLOGY = {
  ...emptyTopologyDescription(),
  type: "ReplicaSetWithPrimary",
  servers: new Map(SERVERS.map((server) => [server.address, server])),
} as const;

function newCache(): SelectionCache<string> {
  return new SelectionCache(TOPOLOGY, {
    localThresholdMS: 15,
    heartbeatFrequencyMS: 10_000,
    toServer: ({ address }) => address,
  });
}

Deno.test("SelectionCache remembers by mode", () => {
  const cache = newCache();
  const first = cache.candidates({ readPreference: { mode: "secondary" } });
  assertEquals(first, ["b"]);
  assertStrictEquals(cache.candidates({ readPreference: { mode: "secondary" } }), first);
});

Deno.test("SelectionCache remembers equal tags, whichever object holds them", () => {
  const cache = newCache();
  const first = cache.candidates({ readPreference: { mode: "nearest", tags: [{ dc: "y" }] } });
  assertEquals(first, ["b"]);
  assertStrictEquals(cache.candidates({ readPreference: { mode: "nearest", tags: [{ dc: "y" }] } }), first);
  assertEquals(cache.candidates({ readPreference: { mode: "nearest", tags: [{ dc: "x" }] } }), ["a"]);
});

Deno.test("SelectionCache answers right after more read preferences than it remembers", () => {
  const cache = newCache();
  for (let dc = 0; dc < 1000; dc++) {
    const tags = [{ dc: String(dc) }, { dc: "y" }];
    assertEquals(cache.candidates({ readPreference: { mode: "nearest", tags } }), ["b"]);
  }
});

Deno.test("SelectionCache does not let a write's read preference decide", () => {
  const cache = newCache();
  const readPreference = { mode: "secondary", maxStalenessSeconds: 1 } as const;
  assertEquals(cache.candidates({ readPreference, isWrite: true }), ["a"]);
  assertEquals(cache.candidates({ readPreference }), []);
  assertEquals(cache.candidates({ readPreference: { mode: "primary" } }), ["a"]);
});

Deno.test("SelectionCache does not remember what was chosen beside deprioritized servers", () => {
  const cache = newCache();
  const readPreference = { mode: "nearest" } as const;
  assertEquals(cache.candidates({ readPreference, deprioritized: new Set(["a"]) }), ["b"]);
  assertEquals(cache.candidates({ readPreference }), ["b", "a"]);
});

Deno.test("SelectionCache does not remember a read preference of any length", () => {
  const cache = newCache();
  const readPreference = { mode: "nearest", tags: [{ dc: "z".repeat(10_000) }, { dc: "y" }] } as const;
  const first = cache.candidates({ readPreference });
  assertEquals(first, ["b"]);
  assertEquals(cache.candidates({ readPreference }) === first, false);
});
