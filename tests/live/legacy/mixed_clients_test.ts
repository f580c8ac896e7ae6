import { assertEquals, assertGreaterOrEqual } from "@std/assert";
import { startGateway } from "../../support/gateway.ts";
import { liveTest } from "../../support/live_test.ts";
import { LIVE_CLIENTS, runClient } from "../clients/run_client.ts";
import { compareReports } from "../clients/compare_reports.ts";
import { crudChecks } from "../clients/node_checks/crud.ts";
import { cursorChecks } from "../clients/node_checks/cursors.ts";
import { transactionChecks } from "../clients/node_checks/transactions.ts";
import { runLooseWriters } from "./clients/loose_writers.ts";
import { findObstacle, MGO } from "./clients/old_clients.ts";

const UPSTREAM_CONNECTIONS = 8;
const LOOSE_WRITERS = 50;
const ANSWERS = 10_000;

/** What the current driver does meanwhile. */
const MODERN_CHECKS = [crudChecks, cursorChecks, transactionChecks].flatMap(Object.keys);

/** What mgo does meanwhile; it checks the answers itself, and reports those that are wrong. */
const MGO_CHECKS = {
  "sockets at once": { result: [[], 500] },
  "sockets at once, unacknowledged": { result: [] },
};

liveTest("gateway serves current and old clients on one listener at the same time", {
  versions: ["6.0"],
}, async ({ t, replicaSet }) => {
  const set = await replicaSet();
  const modern = await LIVE_CLIENTS[0]!.command();
  const direct = await runClient(modern, set.uri, { only: MODERN_CHECKS });
  const obstacle = await findObstacle(MGO);
  await using gateway = await startGateway(`${set.uri}&maxPoolSize=${UPSTREAM_CONNECTIONS}`);
  const [throughGateway, loose, ofMgo] = await Promise.all([
    runClient(modern, gateway.uri, { only: MODERN_CHECKS }),
    runLooseWriters(gateway, { clients: LOOSE_WRITERS, answers: ANSWERS }),
    obstacle === null
      ? MGO.command().then((mgo) => runClient(mgo, gateway.uri, { only: Object.keys(MGO_CHECKS) }))
      : null,
  ]);
  await t.step(LIVE_CLIENTS[0]!.name, () => assertEquals(compareReports(direct, throughGateway), []));
  await t.step(`${LOOSE_WRITERS} clients that write without acknowledgement`, () => {
    assertGreaterOrEqual(loose.checked, ANSWERS);
  });
  await t.step({
    name: obstacle === null ? MGO.name : `${MGO.name}: NOT RUN. ${obstacle}`,
    ignore: obstacle !== null,
    fn: () => assertEquals(ofMgo?.checks, MGO_CHECKS),
  });
});
