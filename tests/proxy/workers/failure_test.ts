import { assertEquals, assertStringIncludes } from "@std/assert";
import { cursor, find, getMore } from "../support/commands.ts";
import { Upstream } from "../support/upstream.ts";
import { WorkersFixture } from "./workers_fixture.ts";

const notFound = { ok: 0, code: 43, codeName: "CursorNotFound", errmsg: "cursor id not found" };

Deno.test("WorkerPool replaces a worker that throws, without losing the clients of the others", async () => {
  await using upstream = new Upstream();
  await using fixture = await WorkersFixture.open(upstream.uri);
  const [lost, kept] = [await fixture.connectTo(0), await fixture.connectTo(1)];
  fixture.fail(fixture.threads[0]!, "throw");
  const { level, fields } = await fixture.line("workerFailed");
  assertEquals([level, fields.worker, fields.error], ["error", 0, "Error: A fault for a test"]);
  await lost.closed;
  await fixture.line("workerReplaced");
  assertEquals((await kept.command(find)).ok, 1);
  const opened = fixture.told("clientOpened").length;
  const successor = await fixture.connectTo(0);
  assertEquals((await successor.command(find)).ok, 1);
  const ids = fixture.told("clientOpened").map((line) => line.fields.clientId);
  assertEquals([new Set(ids).size, ids.length > opened], [ids.length, true]);
});

Deno.test("WorkerPool replaces a worker whose event loop does not turn", async () => {
  await using upstream = new Upstream();
  await using fixture = await WorkersFixture.open(upstream.uri, { checkIntervalMS: 150 });
  const [lost, kept] = [await fixture.connectTo(0), await fixture.connectTo(1)];
  fixture.fail(fixture.threads[0]!, "block");
  const { fields } = await fixture.line("workerFailed");
  assertEquals(fields.worker, 0);
  assertStringIncludes(String(fields.error), "The event loop of the worker does not turn");
  await Promise.all([lost.closed, fixture.line("workerReplaced")]);
  assertEquals((await kept.command(find)).ok, 1);
  assertEquals((await (await fixture.connectTo(0)).command(find)).ok, 1);
});

Deno.test("WorkerPool gives an error for a command of a client that ran in a worker that ends", async () => {
  await using upstream = new Upstream();
  upstream.on("find", (request) => request.reply(cursor(7)));
  upstream.hold("getMore");
  await using fixture = await WorkersFixture.open(upstream.uri);
  const [one, other] = [await fixture.connectTo(0), await fixture.connectTo(1)];
  await one.command(find);
  const reply = other.command(getMore(7));
  await upstream.next("getMore");
  fixture.fail(fixture.threads[0]!, "throw");
  assertEquals((await reply).codeName, "HostUnreachable");
  await fixture.line("workerReplaced");
  // What the other worker answers now, it answers after it heard of that.
  await fixture.status();
  upstream.on("getMore", (request) => request.reply(notFound));
  assertEquals((await other.command(getMore(7))).code, 43);
});

Deno.test("WorkerPool gives up what runs for the clients of a worker that ends", async () => {
  await using upstream = new Upstream();
  upstream.on("find", (request) => request.reply(cursor(7)));
  upstream.hold("getMore");
  await using fixture = await WorkersFixture.open(upstream.uri, { limits: { abandonedCommandTimeoutMS: 1 } });
  const [one, other] = [await fixture.connectTo(0), await fixture.connectTo(1)];
  await one.command(find);
  other.send(getMore(7));
  const running = await upstream.next("getMore");
  fixture.fail(fixture.threads[1]!, "throw");
  await running.closed;
  const { fields } = await fixture.line("commandAbandoned");
  assertEquals([fields.worker, fields.outcome], [0, "closed"]);
});

Deno.test("WorkerPool finds the cursors of a worker that took the place of another", async () => {
  await using upstream = new Upstream();
  upstream.on("find", (request) => request.reply(cursor(7)));
  upstream.on("getMore", (request) => request.reply(cursor(7, "test.things", "nextBatch")));
  await using fixture = await WorkersFixture.open(upstream.uri);
  const kept = await fixture.connectTo(1);
  fixture.fail(fixture.threads[0]!, "throw");
  await fixture.line("workerReplaced");
  const successor = await fixture.connectTo(0);
  await successor.command(find);
  await kept.command(getMore(7));
  assertEquals((await fixture.status()).cursors, 1);
});

Deno.test("WorkerPool leaves no listener behind where a worker cannot open all that it is to serve", async () => {
  await using upstream = new Upstream();
  const folder = await Deno.makeTempDir();
  try {
    const path = `${folder}/torana.sock`;
    // The second gateway is served by worker 1 alone.
    await using fixture = await WorkersFixture.open(upstream.uri, { others: [{ kind: "unix", path }] });
    await Deno.remove(path);
    await Deno.mkdir(path);
    fixture.fail(fixture.threads[1]!, "throw");
    const { fields } = await fixture.line("workerFailed", ({ error }) => String(error).includes("is no socket"));
    assertEquals(fields.worker, 1);
    await Deno.remove(path);
    await fixture.line("workerReplaced");
    for (let tries = 0; tries < 16; tries++) {
      assertEquals((await (await fixture.connect()).command({ ping: 1 })).ok, 1);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("WorkerPool counts the clients of a worker that ends no longer", async () => {
  await using upstream = new Upstream();
  await using fixture = await WorkersFixture.open(upstream.uri, { limits: { maxClients: 1 } });
  const client = await fixture.connect();
  const worker = await fixture.workerOf(client);
  fixture.fail(fixture.threads[worker]!, "throw");
  await fixture.line("workerReplaced");
  assertEquals((await (await fixture.connect()).command({ ping: 1 })).ok, 1);
});
