import { assert, assertEquals } from "@std/assert";
import type { Document } from "bson";
import { LIVE_VERSIONS, liveTest } from "../../support/live_test.ts";
import { MirrorFixture } from "../../proxy/mirror/mirror_fixture.ts";
import { until } from "../../support/mongod/wait.ts";
import type { RawClient } from "../../proxy/support/raw_client.ts";
import { LiveSet } from "./live_set.ts";
import { portsIn } from "./ports_in.ts";

const VERSIONS = { versions: LIVE_VERSIONS.filter((version) => version !== "4.4") };
const HIDDEN = 2;
const ARBITER = 3;

/** What drivers, shells and those who look after servers send, and a few that fail. */
const COMMANDS: readonly Document[] = [
  { hello: 1, helloOk: true },
  { isMaster: 1 },
  { ismaster: 1 },
  { insert: "films", documents: [{ year: 1927 }], $db: "shop" },
  { insert: "films", documents: [{}], writeConcern: { w: 3, wtimeout: 1 }, $db: "shop" },
  { insert: "films", documents: [{}], writeConcern: { w: "nobody" }, $db: "shop" },
  { find: "films", filter: {}, $db: "shop" },
  { createIndexes: "films", indexes: [{ key: { year: 1 }, name: "year" }], $db: "shop" },
  { ping: 1 },
  { buildInfo: 1 },
  { whatsmyip: 1 },
  { connectionStatus: 1, showPrivileges: true },
  { hostInfo: 1 },
  { features: 1 },
  { getCmdLineOpts: 1 },
  { getLog: "startupWarnings" },
  { getLog: "global" },
  { getParameter: "*" },
  { getFreeMonitoringStatus: 1 },
  { getDefaultRWConcern: 1 },
  { listCommands: 1 },
  { listDatabases: 1 },
  { listCollections: 1, $db: "shop" },
  { listIndexes: "films", $db: "shop" },
  { usersInfo: 1 },
  { rolesInfo: 1 },
  { dbStats: 1, $db: "shop" },
  { collStats: "films", $db: "shop" },
  { validate: "films", $db: "shop" },
  { top: 1 },
  { serverStatus: 1 },
  { connPoolStats: 1 },
  { lockInfo: 1 },
  { shardingState: 1 },
  { currentOp: 1, $all: true },
  { aggregate: 1, pipeline: [{ $currentOp: { allUsers: true, idleConnections: true } }], cursor: {} },
  { aggregate: "films", pipeline: [{ $collStats: { storageStats: {}, count: {} } }], cursor: {}, $db: "shop" },
  { aggregate: "films", pipeline: [{ $indexStats: {} }], cursor: {}, $db: "shop" },
  { aggregate: "films", pipeline: [{ $planCacheStats: {} }], cursor: {}, $db: "shop" },
  { aggregate: "films", pipeline: [{ $match: { year: 1 } }], explain: true, $db: "shop" },
  { explain: { find: "films", filter: { year: 1927 } }, $db: "shop" },
  { explain: { count: "films" }, verbosity: "queryPlanner", $db: "shop" },
  { replSetGetStatus: 1 },
  { replSetGetStatus: 1, initialSync: 1 },
  { replSetGetConfig: 1 },
  { replSetGetRBID: 1 },
  { replSetMaintenance: 0 },
  { replSetFreeze: 0 },
  { replSetStepDown: 1, secondaryCatchUpPeriodSecs: 5 },
  { replSetReconfig: {} },
  { replSetSyncFrom: "127.0.0.1:1" },
  { getShardMap: 1 },
  { noSuchCommand: 1 },
];

/** Of these the replies name members. */
const ABOUT_SERVERS = ["replSetGetStatus", "replSetGetConfig", "serverStatus", "currentOp", "connPoolStats", "explain"];

/** A flag of OP_QUERY. */
const SECONDARY_OK = 4;

/** Sends a command in one of the two forms and gives the reply. */
type Send = (client: RawClient, command: Document) => Promise<Document>;

const FORMS: readonly (readonly [name: string, send: Send])[] = [
  ["OP_MSG", (client, command) => client.command({ ...command, $readPreference: { mode: "primaryPreferred" } })],
  ["OP_QUERY", async (client, { $db = "admin", ...command }) => {
    return (await client.replyTo(client.sendQuery(command, `${$db}.$cmd`, SECONDARY_OK))).document;
  }],
];

liveTest("Mirror tells nobody where the members are", VERSIONS, async ({ version }) => {
  const delay = version === "5.0" || version === "6.0" ? { secondaryDelaySecs: 1 } : { slaveDelay: 1 };
  const hidden = { hidden: true, priority: 0, tags: { use: "reports" }, ...delay };
  await using set = await LiveSet.start(version, [{ priority: 2 }, { tags: { region: "west" } }, hidden, {
    arbiterOnly: true,
  }]);
  await using fixture = await MirrorFixture.open(set.uri, { ports: 4 });
  const ports = set.servers.map(({ port }) => port);
  const told: string[] = [];
  const answered = new Set<string>();
  for (const index of [0, 1, ARBITER]) {
    const client = await fixture.connect(set.host(index));
    for (const [form, send] of FORMS) {
      for (const command of COMMANDS) {
        const [name = ""] = Object.keys(command);
        const reply = await send(client, command);
        if (reply.ok === 1) answered.add(`${form} ${name}`);
        told.push(...portsIn(reply, ports).map((text) => `${index} ${form} ${name} ${text}`));
      }
    }
  }
  const client = await fixture.connect(set.host(0));
  const query = { $query: { year: 1927 }, $explain: true };
  const { document } = await client.replyTo(client.sendQuery(query, "shop.films", SECONDARY_OK));
  assertEquals(document.serverInfo.host, "127.0.0.1");
  told.push(...portsIn(document, ports).map((text) => `OP_QUERY $explain ${text}`));
  for (const name of ABOUT_SERVERS) {
    for (const [form] of FORMS) assert(answered.has(`${form} ${name}`), `${form} ${name} failed`);
  }
  assertEquals(told, []);
});

liveTest("Mirror shows the set without its hidden member", VERSIONS, async ({ version }) => {
  await using set = await LiveSet.start(version, [{ priority: 2 }, {}, { hidden: true, priority: 0 }, {
    arbiterOnly: true,
  }]);
  await using fixture = await MirrorFixture.open(set.uri, { ports: 4 });
  const [primary, secondary, arbiter] = [0, 1, ARBITER].map((index) => fixture.addressOf(set.host(index)));
  const client = await fixture.connect(set.host(1));
  const hello = await until("the secondary knows the primary", async () => {
    const hello = await client.command({ hello: 1 });
    return "primary" in hello ? hello : null;
  });
  assertEquals([hello.hosts, hello.arbiters, hello.primary, hello.me], [
    [primary, secondary],
    [arbiter],
    primary,
    secondary,
  ]);
  const { members } = await client.command({ replSetGetStatus: 1 });
  assertEquals(members.map(({ name }: Document) => name), [primary, secondary, arbiter]);
  const { config } = await client.command({ replSetGetConfig: 1 });
  assertEquals(config.members.map(({ host }: Document) => host), [primary, secondary, arbiter]);
  const { me, arbiterOnly, secondary: isSecondary } = await fixture.hello(set.host(ARBITER));
  assertEquals([me, arbiterOnly, isSecondary], [arbiter, true, false]);
  assertEquals(fixture.mirror.status().members.some(({ member }) => member === set.host(HIDDEN)), false);
});
