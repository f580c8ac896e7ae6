import { assertEquals } from "@std/assert";
import { startGateway } from "../../support/gateway.ts";
import { chosenVersions, liveTest } from "../../support/live_test.ts";
import type { MongodVersion, SharedReplicaSet } from "../../support/mongod.ts";
import { sharedReplicaSet } from "../../support/mongod/shared.ts";
import type { ClientReport } from "../clients/client_report.ts";
import { compareReports } from "../clients/compare_reports.ts";
import { type Face, findObstacle, OLD_CLIENTS, type OldClient, runOldClient } from "./clients/old_clients.ts";
import { startOldFace } from "./clients/old_face.ts";

/** Fewer than the programs have operations and cursors at once. */
const UPSTREAM_CONNECTIONS = 8;

const FACES: readonly Face[] = [0, "server"];

/** The versions that these clients can be used with directly; the newest is what others are compared with. */
const OLD_VERSIONS: readonly MongodVersion[] = ["4.2", "5.0"];

/**
 * Old clients look for names in collections that servers have no longer; whoever translates for them shows those, while
 * 5.0 has it that there is nothing.
 */
const ALL_NAMES_TOLD = { names: { result: [true, true, true] } };

/** What clients report of the server itself, directly, a client each. */
async function reportsOf(clients: readonly OldClient[], set: SharedReplicaSet, face: Face): Promise<ClientReport[]> {
  const primary = await set.primary();
  if (face === "server") return await runAll(clients, primary.uri);
  await using old = startOldFace(primary, face);
  return await runAll(clients, old.uri);
}

async function reportsThroughGateway(
  clients: readonly OldClient[],
  set: SharedReplicaSet,
  face: Face,
): Promise<ClientReport[]> {
  await using gateway = await startGateway(`${set.uri}&maxPoolSize=${UPSTREAM_CONNECTIONS}`, {
    args: [`--advertised-wire-version=${face}`],
  });
  return await runAll(clients, gateway.uri);
}

/** All at once. */
function runAll(clients: readonly OldClient[], uri: string): Promise<ClientReport[]> {
  return Promise.all(clients.map((client) => runOldClient(client, uri)));
}

liveTest(
  "gateway gives old clients what a server gives them that knows the old operations",
  { versions: chosenVersions(["6.0", "5.0", "4.2"]) },
  async ({ t, version, replicaSet }) => {
    const set = await replicaSet();
    const isOld = OLD_VERSIONS.includes(version!);
    const known = isOld ? set : await sharedReplicaSet(OLD_VERSIONS.at(-1));
    for (const face of FACES) {
      const { runnable, obstacles } = await sortOut(OLD_CLIENTS.filter(({ faces }) => faces.includes(face)));
      const direct = await reportsOf(runnable, known, face);
      const throughGateway = await reportsThroughGateway(runnable, set, face);
      for (const [index, { name }] of runnable.entries()) {
        const expected = isOld ? direct[index]! : translated(direct[index]!);
        await t.step(`${name}, wire version ${face}`, () => {
          assertEquals(compareReports(expected, throughGateway[index]!), []);
        });
      }
      for (const [name, obstacle] of obstacles) {
        await t.step({ name: `${name}: NOT RUN. ${obstacle}`, ignore: true, fn: () => {} });
      }
    }
  },
);

/** What a client reports where its operations are translated. */
function translated(report: ClientReport): ClientReport {
  return "names" in report.checks ? { ...report, checks: { ...report.checks, ...ALL_NAMES_TOLD } } : report;
}

/** The clients that this machine can run, and why it cannot run the others. */
async function sortOut(
  clients: readonly OldClient[],
): Promise<{ runnable: OldClient[]; obstacles: [string, string][] }> {
  const runnable: OldClient[] = [];
  const obstacles: [string, string][] = [];
  for (const client of clients) {
    const obstacle = await findObstacle(client);
    if (obstacle === null) runnable.push(client);
    else obstacles.push([client.name, obstacle]);
  }
  return { runnable, obstacles };
}
