import { assertEquals, assertStrictEquals } from "@std/assert";
import { initialTopologyDescription } from "../../../driver/sdam/topology_description.ts";
import { updateFromSrv } from "../../../driver/sdam/update_from_srv.ts";

const TOPOLOGY = initialTopologyDescription({ seeds: ["a:1", "b:1"] });
const addresses = (topology: typeof TOPOLOGY) => [...topology.servers.keys()];

Deno.test("updateFromSrv() removes and adds hosts and leaves the others as they are", () => {
  const updated = updateFromSrv(TOPOLOGY, ["b:1", "c:1"]);
  assertEquals(addresses(updated), ["b:1", "c:1"]);
  assertStrictEquals(updated.servers.get("b:1"), TOPOLOGY.servers.get("b:1"));
});

Deno.test("updateFromSrv() fills up to srvMaxHosts with random new hosts", () => {
  const hosts = ["b:1", "c:1", "d:1", "e:1"];
  assertEquals(addresses(updateFromSrv(TOPOLOGY, hosts, 2, () => 0)), ["b:1", "d:1"]);
  assertEquals(addresses(updateFromSrv(TOPOLOGY, hosts, 4)), hosts);
  assertEquals(addresses(updateFromSrv(TOPOLOGY, ["a:1", "b:1", "c:1"], 2)), ["a:1", "b:1"]);
});

Deno.test("updateFromSrv() changes nothing without hosts, and in a replica set", () => {
  assertStrictEquals(updateFromSrv(TOPOLOGY, []), TOPOLOGY);
  const replicaSet = initialTopologyDescription({ seeds: ["a:1"], replicaSet: "rs" });
  assertStrictEquals(updateFromSrv(replicaSet, ["b:1"]), replicaSet);
});
