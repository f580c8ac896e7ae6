import { assertEquals, assertGreater } from "@std/assert";
import { LIVE_VERSIONS, liveTest } from "../../support/live_test.ts";
import { MirrorFixture } from "../../proxy/mirror/mirror_fixture.ts";
import { PYMONGO_VERSIONS } from "../clients/versions.ts";
import type { Load, SetState } from "./client_answers.ts";
import { LiveSet } from "./live_set.ts";
import { MemberClient } from "./member_client.ts";

const VERSIONS = { versions: LIVE_VERSIONS.filter((version) => version !== "4.4") };
/** The first is elected first, and again when it is back. */
const TRIO = [{ priority: 2 }, {}, {}];
/** However slow one of them seems at the moment. */
const EVERY_SECONDARY = "&localThresholdMS=60000";
/** Whoever waits for news and asks for nothing would not hear of them in any other way. */
const SILENT = "&heartbeatFrequencyMS=600000";

liveTest("Mirror lets drivers write to the primary and read from secondaries", VERSIONS, async ({ version }) => {
  await using set = await LiveSet.start(version, TRIO);
  await using fixture = await MirrorFixture.open(set.uri);
  const told = addresses(set, fixture);
  for (const start of clients()) {
    await using client = await start(seedUri(fixture, set) + EVERY_SECONDARY);
    await client.ask("secondaries", "2");
    const primary = told[await set.primary()]!;
    const secondaries = told.filter((address) => address !== primary).sort();
    assertEquals(await client.ask<SetState>("state"), { primary, secondaries });
    const id = crypto.randomUUID();
    assertEquals(await client.ask("write", id), { _id: id });
    assertEquals(await client.ask("readsAt", "primary"), [primary]);
    assertEquals(await client.ask("readsAt", "secondary"), secondaries);
    assertEquals(await client.ask("addresses"), told.toSorted());
  }
});

liveTest("Mirror tells idle drivers of a new primary by their waiting hello", VERSIONS, async ({ version }) => {
  await using set = await LiveSet.start(version, [{}, {}, {}]);
  await using fixture = await MirrorFixture.open(set.uri);
  const former = await set.primary();
  const told = addresses(set, fixture);
  const uri = seedUri(fixture, set) + SILENT;
  await using node = await MemberClient.node(uri);
  await using python = await MemberClient.python(PYMONGO_VERSIONS[0], uri);
  await using go = await MemberClient.go(uri);
  const idle = [node, python, go];
  for (const client of idle) await client.ask("secondaries", "2");
  const heard = idle.map((client) => client.ask<string>("otherPrimary", told[former]!));
  await set.admin(former, { replSetStepDown: 20, secondaryCatchUpPeriodSecs: 5 });
  const next = told[await set.primary(former)];
  assertEquals(await Promise.all(heard), [next, next, next]);
});

liveTest("Mirror shows drivers under load a stepdown without an error", VERSIONS, async ({ version }) => {
  await using set = await LiveSet.start(version, [{}, {}, {}]);
  await using fixture = await MirrorFixture.open(set.uri);
  await using client = await MemberClient.node(seedUri(fixture, set));
  const former = await set.primary();
  const told = addresses(set, fixture);
  await client.ask("load");
  await untilWritten(set, 200);
  await set.admin(former, { replSetStepDown: 20, secondaryCatchUpPeriodSecs: 5 });
  await set.primary(former);
  await client.ask("otherPrimary", told[former]!);
  await untilWritten(set, await written(set) + 200);
  const { ids, errors } = await client.ask<Load>("unload");
  assertEquals(errors, []);
  assertGreater(ids.length, 200);
  assertEquals(await missing(set, ids), []);
  assertEquals(await client.ask("addresses"), told.toSorted());
});

liveTest("Mirror follows a member that is removed and returns", VERSIONS, async ({ version }) => {
  await using set = await LiveSet.start(version, TRIO);
  await using fixture = await MirrorFixture.open(set.uri);
  await using client = await MemberClient.node(seedUri(fixture, set));
  const told = addresses(set, fixture);
  await client.ask("secondaries", "2");
  await client.ask("load");
  await untilWritten(set, 50);
  await set.reconfigure((config) => ({
    ...config,
    members: config.members.filter(({ host }: { host: string }) => host !== set.host(2)),
  }));
  assertEquals(await client.ask("secondaries", "1"), [told[1]]);
  await fixture.event("memberRemoved");
  await set.reconfigure((config) => ({ ...config, members: [...config.members, { _id: 7, host: set.host(2) }] }));
  assertEquals(await client.ask("secondaries", "2"), [told[1], told[2]].sort());
  const { ids, errors } = await client.ask<Load>("unload");
  assertEquals(errors, []);
  assertEquals(await missing(set, ids), []);
  assertEquals(addresses(set, fixture), told);
  assertEquals(await client.ask("addresses"), told.toSorted());
});

liveTest("Mirror goes on while a member is killed and restarted", VERSIONS, async ({ version }) => {
  await using set = await LiveSet.start(version, TRIO);
  await using fixture = await MirrorFixture.open(set.uri);
  await using client = await MemberClient.node(seedUri(fixture, set) + "&heartbeatFrequencyMS=1000");
  const told = addresses(set, fixture);
  await client.ask("secondaries", "2");
  const undisturbed = await fixture.connect(set.host(0));
  await client.ask("load");
  await untilWritten(set, 50);
  await set.servers[1]!.kill("SIGKILL");
  assertEquals(await client.ask("secondaries", "1"), [told[2]]);
  await untilWritten(set, await written(set) + 50);
  await set.servers[1]!.restart();
  assertEquals(await client.ask("secondaries", "2"), [told[1], told[2]].sort());
  const { ids, errors } = await client.ask<Load>("unload");
  assertEquals(errors, []);
  assertEquals(await missing(set, ids), []);
  assertEquals((await undisturbed.command({ hello: 1 })).isWritablePrimary, true);
});

liveTest(
  "Mirror shows drivers under load that the primary is killed without an error",
  VERSIONS,
  async ({ version }) => {
    await using set = await LiveSet.start(version, [{}, {}, {}]);
    await using fixture = await MirrorFixture.open(set.uri);
    await using client = await MemberClient.node(seedUri(fixture, set));
    const told = addresses(set, fixture);
    await client.ask("secondaries", "2");
    await client.ask("load");
    await untilWritten(set, 200);
    const killed = await set.primary();
    await set.servers[killed]!.kill("SIGKILL");
    await client.ask("otherPrimary", told[killed]!);
    await untilWritten(set, await written(set) + 200);
    const { ids, errors } = await client.ask<Load>("unload");
    assertEquals(errors, []);
    assertEquals(await missing(set, ids), []);
  },
);

function clients(): readonly ((uri: string) => Promise<MemberClient>)[] {
  return [
    (uri) => MemberClient.node(uri),
    (uri) => MemberClient.go(uri),
    ...PYMONGO_VERSIONS.map((version) => (uri: string) => MemberClient.python(version, uri)),
  ];
}

/** One listener is enough to find the others. */
function seedUri(fixture: MirrorFixture, set: LiveSet): string {
  return `mongodb://${fixture.addressOf(set.host(0))}/?replicaSet=torana`;
}

function addresses(set: LiveSet, fixture: MirrorFixture): string[] {
  return [...set.servers.keys()].map((index) => fixture.addressOf(set.host(index)));
}

async function written(set: LiveSet): Promise<number> {
  return (await set.run(await set.primary(), "mirror", { count: "writes" })).n;
}

/** Polls: the client is a process of its own. */
async function untilWritten(set: LiveSet, least: number): Promise<void> {
  while (await written(set) < least) await new Promise((resolve) => setTimeout(resolve, 50));
}

/** Of what was acknowledged, what is not there. */
async function missing(set: LiveSet, ids: readonly string[]): Promise<string[]> {
  const command = { distinct: "writes", key: "_id" };
  const there = new Set<string>((await set.run(await set.primary(), "mirror", command)).values);
  return ids.filter((id) => !there.has(id));
}
