import { assertEquals } from "@std/assert";
import { HostCounts, hostOf } from "../../../proxy/client/host_counts.ts";

Deno.test("HostCounts counts connections of each host, and forgets hosts without any", () => {
  const hosts = new HostCounts();
  for (const remote of ["10.0.0.1:5", "10.0.0.1:6", "[::1]:5"]) hosts.add(remote);
  assertEquals([hosts.of("10.0.0.1:9"), hosts.of("[::1]:9"), hosts.of("10.0.0.2:5"), hosts.size], [2, 1, 0, 2]);
  hosts.delete("10.0.0.1:5");
  hosts.delete("[::1]:5");
  assertEquals([hosts.of("10.0.0.1:9"), hosts.size], [1, 1]);
});

Deno.test("hostOf() leaves the port out", () => {
  assertEquals(["10.0.0.1:5", "[::1]:5", "/tmp/x.sock"].map(hostOf), ["10.0.0.1", "[::1]", "/tmp/x.sock"]);
});
