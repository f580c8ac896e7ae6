import { assertEquals } from "@std/assert";
import { planFleet } from "../../../../bench/proxy/report/capacity.ts";

const COST = {
  cpuMicrosecondsPerOperation: 50,
  cpuMicrosecondsPerConnection: 60,
  baseMegabytes: 100,
  kilobytesPerClient: 10.24,
};
const DEMAND = { hosts: 1000, connectionsPerHost: 50, operationsPerHost: 10, reconnectSeconds: 50 };
const LIMITS = { workers: 1, utilisation: 0.5, fileDescriptors: 20_200, upstreamConnections: 100 };

Deno.test("planFleet with many clients needs proxies for their descriptors, and a spare one", () => {
  assertEquals(planFleet(COST, DEMAND, LIMITS), {
    connections: 50_000,
    operations: 10_000,
    cores: 0.5,
    reconnectCores: 0.06,
    operationsPerProxy: 10_000,
    connectionsPerProxy: 20_000,
    proxies: 4,
    connectionsEach: 16_667,
    megabytesEach: 100 + 16_667 * 0.01,
  });
});

Deno.test("planFleet with many operations needs proxies for their CPU time", () => {
  assertEquals(planFleet(COST, { ...DEMAND, operationsPerHost: 100 }, LIMITS).proxies, 12);
  assertEquals(planFleet(COST, { ...DEMAND, operationsPerHost: 100 }, { ...LIMITS, workers: 2 }).proxies, 7);
});
