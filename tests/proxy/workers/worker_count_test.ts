import { assertEquals, assertStringIncludes } from "@std/assert";
import type { HostAddress } from "../../../driver/address.ts";
import { parseConnectionString } from "../../../driver/connection_string.ts";
import type { GatewayConfig } from "../../../proxy/gateway_config.ts";
import { DEFAULT_LIMITS } from "../../../proxy/limits.ts";
import { workerCount } from "../../../proxy/workers/worker_count.ts";

const TCP: HostAddress = { kind: "tcp", host: "127.0.0.1", port: 1 };

function gateway(options: string, listen = TCP): GatewayConfig {
  const upstream = parseConnectionString(`mongodb://host/?${options}`);
  return { listen, unlink: false, label: "test", upstream, compressors: [], limits: DEFAULT_LIMITS };
}

function count(workers: number | "auto", cores: number, gateways = [gateway("")], os: typeof Deno.build.os = "linux") {
  return workerCount({ workers, gateways }, { cores, os });
}

Deno.test("workerCount() takes the number that was asked for", () => {
  assertEquals(count(3, 2), { workers: 3, why: null });
});

Deno.test("workerCount() takes half of the cores for auto, and at least one", () => {
  assertEquals([1, 2, 3, 4, 9].map((cores) => count("auto", cores).workers), [1, 1, 1, 2, 4]);
});

Deno.test("workerCount() gives every worker a connection of its own", () => {
  const { workers, why } = count(8, 8, [gateway(""), gateway("maxPoolSize=3")]);
  assertEquals(workers, 3);
  assertStringIncludes(why ?? "", "maxPoolSize is 3");
  assertEquals(count(8, 8, [gateway("maxPoolSize=0")]), { workers: 8, why: null });
  assertEquals(count(2, 8, [gateway("maxPoolSize=1", { kind: "unix", path: "/s" })]), { workers: 2, why: null });
});

Deno.test("workerCount() takes one where the system does not share connections out", () => {
  const { workers, why } = count(4, 8, [gateway("")], "darwin");
  assertEquals(workers, 1);
  assertStringIncludes(why ?? "", "darwin");
});
