import { assertMatch, assertRejects } from "@std/assert";
import { MirrorFixture } from "../../../proxy/mirror/mirror_fixture.ts";
import { startGateway } from "../../../support/gateway.ts";
import { LIVE_VERSIONS, liveTest } from "../../../support/live_test.ts";
import {
  type MongodVersion,
  startReplicaSet,
  startStandalone,
  type TestReplicaSet,
  type TestServer,
} from "../../../support/mongod.ts";
import { CommandFailedError, WireClient } from "../../../support/wire_client.ts";
import { assertAlike, differencesOf, direct, REFERENCE } from "./assert_alike.ts";
import { compareSides } from "./compare_sides.ts";
import {
  OF_42,
  OF_44,
  OF_ONE_RUN,
  OF_REPLICA_SETS,
  OF_TORANA,
  OF_TORANA_FOR_SETS,
  OF_TRANSLATION,
  OTHER_WORDS,
} from "./differences.ts";
import { MEMBER_DOWN_SEQUENCES, MIRROR_SEQUENCES, REPLICA_SET_SEQUENCES, STANDALONE_SEQUENCES } from "./table.ts";

const VERSIONS = LIVE_VERSIONS.filter((version) => version === "5.0" || version === "6.0");
/** None where another version alone is tested. */
const REFERENCE_ONLY = VERSIONS.filter((version) => version === REFERENCE);
/** What is in front of them is compared with themselves, as 5.0 answers a little otherwise. */
const OLDER_VERSIONS: readonly MongodVersion[] = LIVE_VERSIONS.includes("4.4") ? ["4.4", "4.2"] : [];

liveTest("compareSides() finds two 5.0 servers alike", { versions: REFERENCE_ONLY }, async ({ t }) => {
  await using one = await startStandalone({ version: REFERENCE });
  await using other = await startStandalone({ version: REFERENCE });
  const sides = { expected: direct(one), actual: direct(other) };
  await assertAlike(t, compareSides(STANDALONE_SEQUENCES, sides, OF_ONE_RUN));
});

liveTest("Gateway answers legacy messages as a 5.0 server does", { versions: VERSIONS }, async ({ t, version }) => {
  await using reference = await startStandalone({ version: REFERENCE });
  await using server = await startStandalone({ version });
  await using gateway = await startGateway(server.uri);
  const sides = { expected: direct(reference), actual: { address: gateway, server } };
  await assertAlike(t, compareSides(STANDALONE_SEQUENCES, sides, differencesOf(version)));
});

liveTest("Gateway answers legacy messages as the older server behind it does", {
  versions: OLDER_VERSIONS,
}, async ({ t, version }) => {
  await using server = await startStandalone({ version });
  await using gateway = await startGateway(server.uri);
  const sides = { expected: direct(server), actual: { address: gateway, server } };
  const differences = [...OF_ONE_RUN, ...OF_TORANA, ...version === "4.2" ? OF_42 : OF_44];
  await assertAlike(t, compareSides(STANDALONE_SEQUENCES, sides, differences));
});

liveTest("Gateway answers legacy messages as a 5.0 server does by translating them for one", {
  versions: REFERENCE_ONLY,
}, async ({ t }) => {
  await using server = await startStandalone({ version: REFERENCE });
  await using gateway = await startGateway(server.uri, { args: ["--legacy-opcodes=translate"] });
  const sides = { expected: direct(server), actual: { address: gateway, server } };
  const differences = [...differencesOf(REFERENCE), ...OF_TRANSLATION];
  await assertAlike(t, compareSides(STANDALONE_SEQUENCES, sides, differences));
});

liveTest(
  "Gateway and mirror answer legacy messages as a 5.0 replica set does",
  { versions: VERSIONS },
  async ({ t, version }) => {
    await using reference = await startReplicaSet({ version: REFERENCE });
    await using set = await startReplicaSet({ version });
    await using gateway = await startGateway(set.uri);
    const [expected, server] = [direct(await reference.primary()), await set.primary()];
    const differences = [...differencesOf(version), ...OF_REPLICA_SETS, ...OF_TORANA_FOR_SETS];
    const sides = { expected, actual: { address: gateway, server } };
    await t.step("gateway", (t) => assertAlike(t, compareSides(REPLICA_SET_SEQUENCES, sides, differences)));
    await t.step("mirror", async (t) => {
      await using fixture = await MirrorFixture.open(set.uri);
      const [host = "", port] = fixture.addressOf(`${server.host}:${server.port}`).split(":");
      const throughMirror = { expected, actual: { address: { host, port: Number(port) }, server } };
      await assertAlike(t, compareSides(MIRROR_SEQUENCES, throughMirror, differences));
    });
    await Promise.all([killSecondary(reference), killSecondary(set)]);
    await t.step("gateway, while a member is down", async (t) => {
      await assertAlike(t, compareSides(MEMBER_DOWN_SEQUENCES, sides, differences), 10);
    });
  },
);

liveTest("OF_60 tells what 6.0 words otherwise than 5.0", { versions: ["6.0"] }, async () => {
  await using older = await startStandalone({ version: REFERENCE });
  await using newer = await startStandalone({ version: "6.0" });
  for (const { command, on50, on60 } of OTHER_WORDS) {
    assertMatch(await failureOf(older, command), on50);
    assertMatch(await failureOf(newer, command), on60);
  }
});

async function killSecondary(set: TestReplicaSet): Promise<void> {
  const primary = await set.primary();
  await set.members.find((member) => member !== primary)?.kill("SIGKILL");
}

async function failureOf(server: TestServer, command: Record<string, unknown>): Promise<string> {
  using client = await WireClient.connect(server);
  await client.command("words", { insert: "c", documents: [{}] });
  const error = await assertRejects(() => client.command("words", command), CommandFailedError);
  return String(error.reply.errmsg);
}
