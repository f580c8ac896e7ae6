import { startGateway } from "../../../support/gateway.ts";
import { LIVE_VERSIONS, liveTest } from "../../../support/live_test.ts";
import { startStandalone } from "../../../support/mongod.ts";
import { assertAlike, differencesOf, direct, REFERENCE } from "./assert_alike.ts";
import { compareAtOnce, compareSides } from "./compare_sides.ts";
import { randomSequence } from "./sequences/random.ts";

const VERSIONS = LIVE_VERSIONS.filter((version) => version === "5.0" || version === "6.0");
const UPSTREAM_CONNECTIONS = 2;

/** From `first` on, so many sequences. */
function randomSequences(first: number, count: number) {
  return Array.from({ length: count }, (_, index) => randomSequence(first + index));
}

liveTest("Gateway answers any legacy messages as a 5.0 server does", { versions: VERSIONS }, async ({ t, version }) => {
  await using reference = await startStandalone({ version: REFERENCE });
  await using server = await startStandalone({ version });
  await using gateway = await startGateway(`${server.uri}&maxPoolSize=${UPSTREAM_CONNECTIONS}`);
  const sides = { expected: direct(reference), actual: { address: gateway, server } };
  await t.step("of one client", async (t) => {
    await assertAlike(t, compareSides(randomSequences(0, 25), sides, differencesOf(version)));
  });
  await t.step("of many clients at once", async (t) => {
    await assertAlike(t, compareAtOnce(randomSequences(100, 50), sides, differencesOf(version)));
  });
});
