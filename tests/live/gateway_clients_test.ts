import { assertEquals } from "@std/assert";

import { startGateway } from "../support/gateway.ts";
import { LIVE_VERSIONS, liveTest } from "../support/live_test.ts";
import { compareReports } from "./clients/compare_reports.ts";
import { LIVE_CLIENTS, type LiveClient, runClient, type RunClientOptions } from "./clients/run_client.ts";
import { tagMembers } from "./clients/tag_members.ts";

/** Fewer than the programs have operations, cursors and transactions at once. */
const UPSTREAM_CONNECTIONS = 8;

/** What is looked at again with each compressor. */
const COMPRESSED_CHECKS = ["compression", "insert and find", "document of 16 MB"];

/** Names a compressor's own run; the plain one has none. */
function stepName(client: LiveClient, { compressor }: RunClientOptions): string {
  return compressor === undefined ? client.name : `${client.name} with ${compressor}`;
}

async function assertSameResults(client: LiveClient, endpoints: Endpoints, options: RunClientOptions): Promise<void> {
  const command = await client.command();
  if (command === null) throw new Error(`${client.name} needs Python 3.9 or later with venv`);
  const direct = await runClient(command, endpoints.direct, options);
  const throughGateway = await runClient(command, endpoints.gateway, options);
  assertEquals(compareReports(direct, throughGateway), []);
}

interface Endpoints {
  readonly direct: string;
  readonly gateway: string;
}

/** The plain run, and one for each compressor where the version of the server is the newest. */
function runsOf(client: LiveClient, withCompressors: boolean): RunClientOptions[] {
  const compressed = client.compressors.map((compressor) => ({ compressor, only: COMPRESSED_CHECKS }));
  return [{}, ...withCompressors ? compressed : []];
}

liveTest(
  "gateway gives unmodified clients what the replica set gives",
  { versions: LIVE_VERSIONS },
  async (context) => {
    const set = await context.replicaSet();
    await tagMembers(set);
    await using gateway = await startGateway(`${set.uri}&maxPoolSize=${UPSTREAM_CONNECTIONS}`);
    const endpoints = { direct: set.uri, gateway: gateway.uri };
    for (const client of LIVE_CLIENTS) {
      const ignore = await client.command() === null && Deno.env.get("CI") !== "true";
      for (const options of runsOf(client, context.version === LIVE_VERSIONS[0])) {
        const name = `${stepName(client, options)}${ignore ? ": NOT RUN. It needs Python 3.9 or later with venv" : ""}`;
        await context.t.step({ name, ignore, fn: () => assertSameResults(client, endpoints, options) });
      }
    }
  },
);
