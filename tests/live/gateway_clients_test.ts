import { assertEquals } from "@std/assert";
import { MirrorFixture } from "../proxy/mirror/mirror_fixture.ts";
import { startGateway } from "../support/gateway.ts";
import { gatewayKind } from "../support/gateway_kind.ts";
import { LIVE_VERSIONS, liveTest } from "../support/live_test.ts";
import type { SharedReplicaSet } from "../support/mongod.ts";
import { compareReports } from "./clients/compare_reports.ts";
import { LIVE_CLIENTS, type LiveClient, runClient, type RunClientOptions } from "./clients/run_client.ts";
import { tagMembers } from "./clients/tag_members.ts";

/** Fewer than the programs have operations, cursors and transactions at once. */
const UPSTREAM_CONNECTIONS = 8;

/** What is looked at again with each compressor. */
const COMPRESSED_CHECKS = ["compression", "insert and find"];

/** What clients get through a mirror does not depend on its backend, and it has one thread. */
const HAS_MIRROR = gatewayKind().io === "deno" && gatewayKind().workers === "1";

interface Endpoints {
  readonly direct: string;
  readonly gateway: string;
  /** None where clients are not looked at through a mirror. */
  readonly mirror?: string;
}

async function assertSameResults(
  t: Deno.TestContext,
  client: LiveClient,
  { direct, ...ways }: Endpoints,
  options: RunClientOptions,
): Promise<void> {
  const command = await client.command();
  const expected = await runClient(command, direct, options);
  for (const [way, uri] of Object.entries(ways)) {
    await t.step(way, async () => assertEquals(compareReports(expected, await runClient(command, uri, options)), []));
  }
}

/** The plain run, and one for each compressor. */
function runsOf(client: LiveClient, withCompressors: boolean): RunClientOptions[] {
  const compressed = client.compressors.map((compressor) => ({ compressor, only: COMPRESSED_CHECKS }));
  return [{}, ...withCompressors ? compressed : []];
}

/** Why this machine cannot run the client; null where it can. */
async function findObstacle(client: LiveClient): Promise<string | null> {
  try {
    await client.command();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** A step of the test; where the client cannot be run it is ignored and says so, and fails in CI. */
async function clientStep(
  client: LiveClient,
  endpoints: Endpoints,
  options: RunClientOptions,
): Promise<Deno.TestStepDefinition> {
  const obstacle = await findObstacle(client);
  const name = options.compressor === undefined ? client.name : `${client.name} with ${options.compressor}`;
  return {
    name: obstacle === null ? name : `${name}: NOT RUN. ${obstacle}`,
    ignore: obstacle !== null && Deno.env.get("CI") !== "true",
    fn: (t) => assertSameResults(t, client, endpoints, options),
  };
}

/** Where clients reach the set's members through a mirror. */
function uriOf({ setName, members }: SharedReplicaSet, fixture: MirrorFixture): string {
  const told = members.map(({ host, port }) => fixture.addressOf(`${host}:${port}`));
  return `mongodb://${told.join(",")}/?replicaSet=${setName}`;
}

liveTest(
  "gateway and mirror give unmodified clients what the replica set gives",
  { versions: LIVE_VERSIONS },
  async (context) => {
    const { t, version } = context;
    const set = await context.replicaSet();
    await tagMembers(set);
    const upstream = `${set.uri}&maxPoolSize=${UPSTREAM_CONNECTIONS}`;
    await using gateway = await startGateway(upstream);
    await using mirror = HAS_MIRROR && version !== "4.4" ? await MirrorFixture.open(upstream) : null;
    const endpoints = { direct: set.uri, gateway: gateway.uri };
    const withMirror = mirror === null ? endpoints : { ...endpoints, mirror: uriOf(set, mirror) };
    // What compression does on the way to the client depends neither on the server nor on how many threads there are.
    const withCompressors = version === LIVE_VERSIONS[0] && gatewayKind().workers === "1";
    for (const client of LIVE_CLIENTS) {
      for (const options of runsOf(client, withCompressors)) {
        const places = options.compressor === undefined ? withMirror : endpoints;
        await t.step(await clientStep(client, places, options));
      }
    }
  },
);
