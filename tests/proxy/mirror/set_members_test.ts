import { assertEquals } from "@std/assert";
import { parseServerDescription } from "../../../driver/sdam/server_description.ts";
import { initialTopologyDescription, type TopologyDescription } from "../../../driver/sdam/topology_description.ts";
import { updateTopologyDescription } from "../../../driver/sdam/update_topology.ts";
import { setMembers } from "../../../proxy/mirror/set_members.ts";

const HELLO = { ok: 1, setName: "rs", minWireVersion: 0, maxWireVersion: 17, hosts: ["a:1", "b:1"], passives: ["c:1"] };

Deno.test("setMembers() gives hosts, passives and arbiters, in this order", () => {
  const primary = { ...HELLO, isWritablePrimary: true, me: "a:1", arbiters: ["d:1"] };
  const { listed, arbiters, primary: found } = setMembers(seen(["a:1"], { "a:1": primary }));
  assertEquals([listed, [...arbiters], found], [["a:1", "b:1", "c:1", "d:1"], ["d:1"], "a:1"]);
});

Deno.test("setMembers() believes secondaries while there is no primary, and not that these are all", () => {
  const { listed, primary } = setMembers(seen(["b:1"], { "b:1": { ...HELLO, secondary: true, me: "b:1" } }));
  assertEquals([listed, primary], [["a:1", "b:1", "c:1"], null]);
});

Deno.test("setMembers() has no seeds that nobody lists", () => {
  assertEquals(setMembers(seen(["alias:1", "b:1"], {})).listed, []);
  const hello = { ...HELLO, secondary: true, me: "b:1" };
  assertEquals(setMembers(seen(["alias:1", "b:1"], { "b:1": hello })).listed, ["a:1", "b:1", "c:1"]);
});

function seen(seeds: readonly string[], hellos: Record<string, object>): TopologyDescription {
  return Object.entries(hellos).reduce(
    (description, [address, hello]) =>
      updateTopologyDescription(description, parseServerDescription(address, hello, 1)),
    initialTopologyDescription({ seeds, replicaSet: "rs" }),
  );
}
