import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { importMapArgs } from "../../../tools/import_map.ts";
import { liveTest } from "../live_test.ts";
import { startReplicaSet, startStandalone, type TestServer } from "../mongod.ts";
import { isAlive, untilGone } from "../process.ts";
import { CommandFailedError, type Login, WireClient } from "../wire_client.ts";
import { exists } from "./cache.ts";
import { until } from "./wait.ts";

const ROOT = { user: "root", pwd: "p@ss" };

liveTest("startStandalone() starts a server that is gone, with its data, after stop()", async () => {
  const server = await startStandalone();
  const { pid } = server;
  const folder = await dataFolder(server);
  assert(await isAlive(pid));
  assert(await exists(folder));
  await server.stop();
  assert(!await isAlive(pid));
  assert(!await exists(folder));
});

liveTest("TestServer keeps its data and its port over kill() and restart()", async () => {
  await using server = await startStandalone();
  const { port, pid } = server;
  await run(server, { insert: "c", documents: [{ _id: 1 }], writeConcern: { w: 1, j: true } });
  await server.kill("SIGKILL");
  await assertRejects(() => WireClient.connect(server), Deno.errors.ConnectionRefused);
  await server.restart();
  assertEquals(server.port, port);
  assertNotEquals(server.pid, pid);
  assertEquals((await run(server, { find: "c" })).cursor.firstBatch, [{ _id: 1 }]);
});

liveTest("startStandalone() creates users and asks for authentication", async () => {
  const guest = { user: "guest", pwd: "guest", db: "app", roles: ["read"], mechanisms: ["SCRAM-SHA-1"] };
  await using server = await startStandalone({ auth: { ...ROOT, users: [guest] } });
  const failure = await assertRejects(() => run(server, { count: "c" }), CommandFailedError);
  assertEquals(failure.code, 13);
  const { users } = await run(server, { usersInfo: { forAllDBs: true } }, ROOT);
  assertEquals(users.map(({ user, mechanisms }: Record<string, string>) => ({ user, mechanisms })).toSorted(byUser), [
    { user: "guest", mechanisms: ["SCRAM-SHA-1"] },
    { user: "root", mechanisms: ["SCRAM-SHA-1", "SCRAM-SHA-256"] },
  ]);
});

liveTest("startStandalone() passes arguments and says why a server does not start", async () => {
  await using server = await startStandalone({ args: ["--setParameter", "maxBSONDepth=50"] });
  assertEquals((await run(server, { getParameter: 1, maxBSONDepth: 1 })).maxBSONDepth, 50);
  await assertRejects(
    () => startStandalone({ args: ["--setParameter", "noSuchParameter=1"] }),
    Error,
    "did not start",
  );
});

liveTest("startReplicaSet() starts members that agree on a primary, another one after stepDown()", async () => {
  await using set = await startReplicaSet();
  assertEquals(set.members.length, 3);
  const before = await set.primary();
  await set.stepDown();
  assertNotEquals((await set.primary()).port, before.port);
});

liveTest("startReplicaSet() with a user asks for authentication", async () => {
  await using set = await startReplicaSet({ members: 1, auth: ROOT });
  await assertRejects(async () => await run(await set.primary(), { count: "c" }), CommandFailedError);
  assertEquals((await run(await set.primary(), { count: "c" }, ROOT)).n, 0);
});

liveTest("sharedReplicaSet() gives the same servers each time", async ({ replicaSet }) => {
  const [one, two] = await Promise.all([replicaSet(), replicaSet()]);
  assertEquals(one.uri, two.uri);
  assertEquals((await one.primary()).pid, (await two.primary()).pid);
});

liveTest("servers and their data are gone after their process was killed", async () => {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["eval", ...importMapArgs(), STARTER],
    stdout: "piped",
  }).spawn();
  const reader = child.stdout.getReader();
  const { value } = await reader.read();
  const server = JSON.parse(new TextDecoder().decode(value));
  const folder = await dataFolder(server);
  child.kill("SIGKILL");
  await child.status;
  await reader.cancel();
  await untilGone(server.pid);
  await until(`${folder} is gone`, async () => await exists(folder) ? null : true);
});

/** Starts a server and waits for its end, which does not come by itself. */
const STARTER = `
  import { startStandalone } from ${JSON.stringify(import.meta.resolve("../mongod.ts"))};
  const { host, port, pid } = await startStandalone();
  console.log(JSON.stringify({ host, port, pid }));
  setInterval(() => {}, 1000);
`;

function byUser(a: { user?: string }, b: { user?: string }): number {
  return (a.user ?? "").localeCompare(b.user ?? "");
}

async function run(server: { host: string; port: number }, command: Record<string, unknown>, login?: Login) {
  using client = await WireClient.connect(server, login);
  return await client.command("usersInfo" in command || "getParameter" in command ? "admin" : "test", command);
}

async function dataFolder(server: Pick<TestServer, "host" | "port">): Promise<string> {
  using client = await WireClient.connect(server);
  const { parsed } = await client.command("admin", { getCmdLineOpts: 1 });
  return parsed.storage.dbPath;
}
