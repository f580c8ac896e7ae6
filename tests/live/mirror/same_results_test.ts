import { assertEquals } from "@std/assert";
import { LIVE_VERSIONS, liveTest } from "../../support/live_test.ts";
import { MirrorFixture } from "../../proxy/mirror/mirror_fixture.ts";
import { compareReports } from "../clients/compare_reports.ts";
import { LIVE_CLIENTS, runClient } from "../clients/run_client.ts";
import { tagMembers } from "../clients/tag_members.ts";

const VERSIONS = { versions: LIVE_VERSIONS.filter((version) => version !== "4.4") };
/** Fewer than the programs have operations, cursors and transactions at once. */
const UPSTREAM_CONNECTIONS = 8;

liveTest("Mirror gives unmodified clients what the replica set gives", VERSIONS, async ({ t, replicaSet }) => {
  const set = await replicaSet();
  await tagMembers(set);
  await using fixture = await MirrorFixture.open(`${set.uri}&maxPoolSize=${UPSTREAM_CONNECTIONS}`);
  const told = set.members.map(({ host, port }) => fixture.addressOf(`${host}:${port}`));
  const mirror = `mongodb://${told.join(",")}/?replicaSet=${set.setName}`;
  for (const client of LIVE_CLIENTS) {
    await t.step(client.name, async () => {
      const command = await client.command();
      const [direct, throughMirror] = [await runClient(command, set.uri), await runClient(command, mirror)];
      assertEquals(compareReports(direct, throughMirror), []);
    });
  }
});
