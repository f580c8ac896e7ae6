import { assertEquals } from "@std/assert";
import { listedAddresses } from "../../../proxy/mirror/listed_addresses.ts";

Deno.test("listedAddresses() gives the members of replSetGetStatus", () => {
  assertEquals(listedAddresses({ set: "rs", members: [{ name: "a:1" }, { name: "hidden:2" }] }), ["a:1", "hidden:2"]);
});

Deno.test("listedAddresses() gives the members of replSetGetConfig, by all their names", () => {
  const members = [{ host: "a:1", horizons: { outside: "example.com:3" } }, { host: "hidden:2" }];
  assertEquals(listedAddresses({ config: { _id: "rs", members } }), ["a:1", "example.com:3", "hidden:2"]);
});

Deno.test("listedAddresses() gives those whom connPoolStats counts", () => {
  assertEquals(listedAddresses({ hosts: { "a:1": { inUse: 1 }, "hidden:2": { inUse: 0 } } }), ["a:1", "hidden:2"]);
});

Deno.test("listedAddresses() gives nothing of other replies", () => {
  assertEquals(listedAddresses({ members: ["ada", { name: "bob" }], config: 1, hosts: ["a:1"] }), []);
});
