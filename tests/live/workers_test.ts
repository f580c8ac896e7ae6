import { assertEquals, assertGreater } from "@std/assert";
import { startGateway } from "../support/gateway.ts";
import { liveTest } from "../support/live_test.ts";
import { compareReports } from "./clients/compare_reports.ts";
import { LIVE_CLIENTS, runClient } from "./clients/run_client.ts";
import { spreadChecks } from "./clients/node_checks/spread.ts";
import { streamChecks } from "./clients/node_checks/streams.ts";
import { transactionChecks } from "./clients/node_checks/transactions.ts";

/** Fewer than the programs have operations, cursors and transactions at once. */
const UPSTREAM_CONNECTIONS = 8;

/** What commands of one cursor, transaction or change stream on many connections have to do with. */
const CHECKS = [streamChecks, transactionChecks, spreadChecks].flatMap(Object.keys);

liveTest("gateway of two workers gives an unmodified client what the replica set gives", {
  versions: ["6.0"],
}, async (context) => {
  const set = await context.replicaSet();
  await using gateway = await startGateway(`${set.uri}&maxPoolSize=${UPSTREAM_CONNECTIONS}`, {
    args: ["--workers=2", "--loglevel=debug"],
  });
  const [newest] = LIVE_CLIENTS;
  const command = await newest!.command();
  const direct = await runClient(command, set.uri, { only: CHECKS });
  const throughGateway = await runClient(command, gateway.uri, { only: CHECKS });
  assertEquals(compareReports(direct, throughGateway), []);
  for (const worker of [0, 1]) assertGreater(clientsOf(worker, gateway.log), 0);
});

/** The client connections that a worker had, from the gateway's log. */
function clientsOf(worker: number, log: readonly string[]): number {
  return log.filter((line) => line.includes('"event":"clientOpened"') && JSON.parse(line).worker === worker).length;
}
