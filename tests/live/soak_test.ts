import { assertEquals } from "@std/assert";
import { runSoak } from "../../bench/soak/run_soak.ts";
import { gatewayKind } from "../support/gateway_kind.ts";
import { liveTest } from "../support/live_test.ts";

const NAME = "Gateway keeps nothing of clients that come and go, and mixes up nothing";

if (Deno.build.os === "linux") {
  liveTest(NAME, { versions: ["6.0"] }, async () => {
    const options = { minutes: 0.1, clients: 200, orphanTimeoutMS: 500, ...gatewayKind() };
    const findings = await runSoak(options, () => {});
    assertEquals(findings.filter(({ isGood }) => !isGood), []);
  });
} else {
  Deno.test.ignore(`${NAME}: NOT RUN. Only Linux tells by /proc what a process has open`, () => {});
}
