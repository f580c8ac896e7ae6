import { assertEquals } from "@std/assert";

import { startGateway } from "../support/gateway.ts";
import { LIVE_VERSIONS, liveTest } from "../support/live_test.ts";
import { compareReports } from "./clients/compare_reports.ts";
import { LIVE_CLIENTS, type LiveClient, runClient, type RunClientOptions } from "./clients/run_client.ts";
import { tagMembers } from "./clients/tag_members.ts";

/** Fewer than the programs have operations, cursors and transactions at once. */
const UPSTREAM_CONNECTIONS = 8;

/** What is looked at again with each compressor. */
const COMPRESSED_CHECKS = ["compression", "insert and find"];

interface Endpoints {
  readonly direct: string;
  readonly gateway: string;
}

async function assertSameResults(client: LiveClient, endpoints: Endpoints, options: RunClientOptions): Promise<void> {
  const command = await client.command();
  const direct = await runClient(command, endpoints.direct, options);
  const throughGateway = await runClient(command, endpoints.gateway, options);
  assertEquals(compareReports(direct, throughGateway), []);
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
    fn: () => assertSameResults(client, endpoints, options),
  };
}

liveTest(
  "gateway gives unmodified clients what the replica set gives",
  { versions: LIVE_VERSIONS },
  async (context) => {
    const { t, version } = context;
    const set = await context.replicaSet();
    await tagMembers(set);
    await using gateway = await startGateway(`${set.uri}&maxPoolSize=${UPSTREAM_CONNECTIONS}`);
    const endpoints = { direct: set.uri, gateway: gateway.uri };
    // What compression does on the way to the client does not depend on the server.
    const withCompressors = version === LIVE_VERSIONS[0];
    for (const client of LIVE_CLIENTS) {
      for (const options of runsOf(client, withCompressors)) await t.step(await clientStep(client, endpoints, options));
    }
  },
);
