import { assert, assertEquals } from "@std/assert";
import { Long, ObjectId } from "bson";
import {
  parseServerDescription,
  serverDescriptionsEqual,
  type ServerType,
} from "../../../driver/sdam/server_description.ts";
import { compareTopologyVersion, parseTopologyVersion } from "../../../driver/sdam/topology_version.ts";

const TYPES: [ServerType, Record<string, unknown>][] = [
  ["Standalone", {}],
  ["Mongos", { msg: "isdbgrid" }],
  ["RSPrimary", { setName: "rs", isWritablePrimary: true }],
  ["RSPrimary", { setName: "rs", ismaster: true }],
  ["RSOther", { setName: "rs", isWritablePrimary: false, ismaster: true }],
  ["RSSecondary", { setName: "rs", secondary: true }],
  ["RSOther", { setName: "rs", secondary: true, hidden: true }],
  ["RSArbiter", { setName: "rs", arbiterOnly: true }],
  ["RSOther", { setName: "rs" }],
  ["RSGhost", { isreplicaset: true }],
  ["Unknown", { ok: 0 }],
];

for (const [type, hello] of TYPES) {
  Deno.test(`parseServerDescription() takes ${JSON.stringify(hello)} for ${type}`, () => {
    assertEquals(parseServerDescription("a:1", { ok: 1, ...hello }, 1).type, type);
  });
}

Deno.test("parseServerDescription() lower-cases hosts and reads dates", () => {
  const server = parseServerDescription(
    "a:1",
    {
      ok: 1,
      setName: "rs",
      secondary: true,
      me: "A:1",
      hosts: ["A:1", "B:1"],
      primary: "B:1",
      lastWrite: { lastWriteDate: new Date(5) },
    },
    7,
    { minRoundTripTime: 3, lastUpdateTime: 11 },
  );
  assertEquals([server.me, server.hosts, server.primary], ["a:1", ["a:1", "b:1"], "b:1"]);
  assertEquals([server.lastWriteDate, server.roundTripTime, server.minRoundTripTime, server.lastUpdateTime], [
    5,
    7,
    3,
    11,
  ]);
});

Deno.test("serverDescriptionsEqual() looks at what the server says, not at how fast", () => {
  const hello = { ok: 1, setName: "rs", secondary: true, tags: { dc: "x" }, hosts: ["a:1", "b:1"] };
  const server = parseServerDescription("a:1", hello, 1);
  assert(serverDescriptionsEqual(server, parseServerDescription("a:1", { ...hello, hosts: ["b:1", "a:1"] }, 2)));
  for (const more of [{ tags: { dc: "y" } }, { hosts: ["a:1"] }, { setVersion: 2 }, { electionId: new ObjectId() }]) {
    assert(!serverDescriptionsEqual(server, parseServerDescription("a:1", { ...hello, ...more }, 1)));
  }
});

Deno.test("parseTopologyVersion() reads counters of any size", () => {
  const processId = new ObjectId();
  for (const counter of [6, 6n, Long.fromNumber(6)]) {
    assertEquals(parseTopologyVersion({ topologyVersion: { processId, counter } }), { processId, counter: 6n });
  }
  assertEquals(parseTopologyVersion({}), null);
});

Deno.test("compareTopologyVersion() takes what cannot be compared for newer", () => {
  const [one, two] = [new ObjectId(), new ObjectId()];
  const at = (processId: ObjectId, counter: bigint) => ({ processId, counter });
  assertEquals(compareTopologyVersion(null, at(one, 1n)), -1);
  assertEquals(compareTopologyVersion(at(one, 1n), null), -1);
  assertEquals(compareTopologyVersion(at(one, 2n), at(two, 1n)), -1);
  assertEquals(compareTopologyVersion(at(one, 1n), at(one, 2n)), -1);
  assertEquals(compareTopologyVersion(at(one, 2n), at(one, 2n)), 0);
  assertEquals(compareTopologyVersion(at(one, 3n), at(one, 2n)), 1);
});
