import { assertEquals } from "@std/assert";
import { LIVE_VERSIONS, liveTest } from "../../support/live_test.ts";
import { startReplicaSet } from "../../support/mongod.ts";
import { MirrorFixture } from "../../proxy/mirror/mirror_fixture.ts";
import { MemberClient } from "./member_client.ts";

const VERSIONS = { versions: LIVE_VERSIONS.filter((version) => version !== "4.4") };

liveTest("Mirror logs in to members for clients that do not", VERSIONS, async ({ version }) => {
  await using set = await startReplicaSet({ version, auth: { user: "torana", pwd: "a secret" } });
  await using fixture = await MirrorFixture.open(set.uri);
  const [first, ...others] = set.members.map(({ host, port }) => fixture.addressOf(`${host}:${port}`));
  await using client = await MemberClient.node(`mongodb://${first}/?replicaSet=${set.setName}&localThresholdMS=60000`);
  await client.ask("secondaries", "2");
  assertEquals(await client.ask("write", "hello"), { _id: "hello" });
  assertEquals((await client.ask<string[]>("readsAt", "secondary")).length, 2);
  assertEquals(await client.ask("addresses"), [first, ...others].sort());
});
