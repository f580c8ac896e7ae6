import { assertEquals } from "@std/assert";
import { freePorts } from "../../proxy/mirror/free_ports.ts";
import { startGateway, type TestGateway } from "../../support/gateway.ts";
import { gatewayKind } from "../../support/gateway_kind.ts";
import { chosenVersions, liveTest } from "../../support/live_test.ts";
import type { MongodVersion, SharedReplicaSet } from "../../support/mongod.ts";
import { sharedReplicaSet } from "../../support/mongod/shared.ts";
import { until } from "../../support/mongod/wait.ts";
import type { ClientReport } from "../clients/client_report.ts";
import { compareReports } from "../clients/compare_reports.ts";
import { type Face, findObstacle, MGO, OLD_CLIENTS, type OldClient, runOldClient } from "./clients/old_clients.ts";
import { startOldFace } from "./clients/old_face.ts";

/** Fewer than the programs have operations and cursors at once. */
const UPSTREAM_CONNECTIONS = 8;

/** Clients that take a server for a new one send commands, which are nothing to another backend or worker. */
const FACES: readonly Face[] = gatewayKind().io === "deno" ? [0, "server"] : [0];

/** The versions that these clients can be used with directly; newer ones are compared with the last of them. */
const OLD_VERSIONS: readonly MongodVersion[] = ["4.2", "5.0"];

/**
 * Old clients look for names in collections that servers have no longer; whoever translates for them shows those, while
 * 5.0 has it that there is nothing.
 */
const ALL_NAMES_TOLD = { names: { result: [true, true, true] } };

/** A mirror has one thread only. */
const HAS_MIRROR = gatewayKind().workers === "1";

liveTest(
  "gateway and mirror give old clients what a server gives them that knows the old operations",
  { versions: chosenVersions(["6.0", "5.0", "4.2"]) },
  async ({ t, version, replicaSet }) => {
    const set = await replicaSet();
    const isOld = OLD_VERSIONS.includes(version!);
    const knownVersion = isOld ? version! : OLD_VERSIONS.at(-1)!;
    const known = isOld ? set : await sharedReplicaSet(knownVersion);
    for (const face of FACES) {
      const { runnable, obstacles } = await sortOut(clientsFor(version!).filter(({ faces }) => faces.includes(face)));
      const direct = await reference(knownVersion, runnable, known, face);
      const seen = await reportsThroughProxy(runnable, set, face);
      for (const client of runnable) {
        const expected = isOld ? direct.get(client)! : translated(direct.get(client)!);
        for (const [way, reports] of Object.entries(seen)) {
          const report = reports.get(client);
          if (report === undefined) continue;
          await t.step(`${client.name}, wire version ${face}, ${way}`, () => {
            assertEquals(compareReports(expected, report), []);
          });
        }
      }
      for (const [name, obstacle] of obstacles) {
        await t.step({ name: `${name}: NOT RUN. ${obstacle}`, ignore: true, fn: () => {} });
      }
    }
  },
);

type Reports = ReadonlyMap<OldClient, ClientReport>;

/** By version and face: what other versions are compared with is not asked for again. */
const references = new Map<string, Promise<Reports>>();

/** What clients report of the primary itself. */
function reference(version: MongodVersion, clients: readonly OldClient[], set: SharedReplicaSet, face: Face) {
  const key = `${version}, ${face}`;
  const reports = references.get(key) ?? reportsOfServer(clients, set, face);
  references.set(key, reports);
  return reports;
}

async function reportsOfServer(clients: readonly OldClient[], set: SharedReplicaSet, face: Face): Promise<Reports> {
  const primary = await set.primary();
  if (face === "server") return await runAll(clients, primary.uri);
  await using old = startOldFace(primary, face);
  return await runAll(clients, old.uri);
}

/** What they report of the proxy, both ways. */
async function reportsThroughProxy(
  clients: readonly OldClient[],
  set: SharedReplicaSet,
  face: Face,
): Promise<{ gateway: Reports; mirror: Reports }> {
  const upstream = `${set.uri}&maxPoolSize=${UPSTREAM_CONNECTIONS}`;
  const ports = freePorts(set.members.length);
  const mirrorArgs = [`--mirror=${upstream}`, `--ports=${ports.join(",")}`, "--listen-host=127.0.0.1"];
  const args = [`--advertised-wire-version=${face}`, ...HAS_MIRROR ? mirrorArgs : []];
  await using proxy = await startGateway(upstream, { args });
  const gateway = await runAll(clients, proxy.uri);
  if (!HAS_MIRROR) return { gateway, mirror: new Map() };
  await untilMirrored(proxy, set);
  const uri = `mongodb://127.0.0.1:${ports[0]}/?replicaSet=${set.setName}`;
  return { gateway, mirror: await runAll(clients.filter(({ knowsSets }) => knowsSets), uri) };
}

async function untilMirrored({ log }: TestGateway, { members }: SharedReplicaSet): Promise<void> {
  await until("every member has a listener", () => {
    return Promise.resolve(log.filter((line) => line.includes('"memberAdded"')).length === members.length || null);
  });
}

/** All at once. */
async function runAll(clients: readonly OldClient[], uri: string): Promise<Reports> {
  return new Map(
    await Promise.all(clients.map(async (client) => [client, await runOldClient(client, uri)] as const)),
  );
}

/** What a client reports where its operations are translated. */
function translated(report: ClientReport): ClientReport {
  return "names" in report.checks ? { ...report, checks: { ...report.checks, ...ALL_NAMES_TOLD } } : report;
}

/** The oldest server is much like the next. */
function clientsFor(version: MongodVersion): readonly OldClient[] {
  return version === OLD_VERSIONS[0] ? [MGO] : OLD_CLIENTS;
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
