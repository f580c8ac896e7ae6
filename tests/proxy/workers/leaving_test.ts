import { assertEquals } from "@std/assert";
import { cursor, find, getMore, inTransaction } from "../support/commands.ts";
import { PRIMARY_HELLO, Upstream } from "../support/upstream.ts";
import { WorkersFixture } from "./workers_fixture.ts";

/** A server whose finds open cursors of ids from 1, and that leaves getMores to the test. */
function withCursors(): Upstream {
  const upstream = new Upstream();
  let lastCursor = 0;
  upstream.on("find", (request) => request.reply(cursor(++lastCursor)));
  upstream.hold("getMore", "killCursors");
  return upstream;
}

Deno.test("WorkerPool gives up in time what a client of another worker left", async () => {
  await using upstream = withCursors();
  await using fixture = await WorkersFixture.open(upstream.uri, { limits: { abandonedCommandTimeoutMS: 1 } });
  const [one, other] = [await fixture.connectTo(0), await fixture.connectTo(1)];
  await one.command(find);
  other.send(getMore(1));
  const running = await upstream.next("getMore");
  other.close();
  await running.closed;
  const { fields } = await fixture.line("commandAbandoned");
  assertEquals([fields.worker, fields.outcome], [0, "closed"]);
});

Deno.test("WorkerPool keeps what a client process left open while another worker has connections of it", async () => {
  await using upstream = withCursors();
  await using fixture = await WorkersFixture.open(upstream.uri, { limits: { orphanTimeoutMS: 0 } });
  const stays = await fixture.connectTo(1, "stays");
  for (const application of ["stays", "goes"]) {
    const client = await fixture.connectTo(0, application);
    await client.command(find);
    client.close();
  }
  // Both were looked for: one is released, the other is not.
  (await upstream.next("killCursors")).reply();
  const status = await fixture.status();
  assertEquals([status.cursors, status.clientGroups], [1, 1]);
  assertEquals(upstream.commands("killCursors").map(({ cursors }) => cursors.map(Number)), [[2]]);
  stays.close();
  await fixture.until("the cursor is released", ({ cursors }) => cursors === 0);
  await fixture.until("the group is forgotten", ({ clientGroups }) => clientGroups === 0);
});

Deno.test("WorkerPool counts a client process once", async () => {
  await using upstream = new Upstream();
  await using fixture = await WorkersFixture.open(upstream.uri);
  for (const worker of [0, 1]) await fixture.connectTo(worker, "shop");
  assertEquals((await fixture.status()).clientGroups, 1);
});

Deno.test("WorkerPool lets what a client waits for of another worker end when it drains", async () => {
  await using upstream = withCursors();
  await using fixture = await WorkersFixture.open(upstream.uri);
  const [one, other] = [await fixture.connectTo(0), await fixture.connectTo(1)];
  await one.command(find);
  const reply = other.command(getMore(1));
  const running = await upstream.next("getMore");
  const drained = fixture.drain();
  const { fields } = await fixture.line("draining");
  assertEquals(fields.busy, 1);
  running.reply(cursor(0, "test.things", "nextBatch"));
  assertEquals((await reply).ok, 1);
  await drained;
  assertEquals(fixture.told("drained").map((line) => line.fields.cut), [0]);
});

Deno.test("WorkerPool cuts what a client waits for of another worker when it closes", async () => {
  await using upstream = withCursors();
  await using fixture = await WorkersFixture.open(upstream.uri);
  const [one, other] = [await fixture.connectTo(0), await fixture.connectTo(1)];
  await one.command(find);
  other.send(getMore(1));
  const running = await upstream.next("getMore");
  await fixture.gateway.close();
  await Promise.all([other.closed, running.closed]);
});

Deno.test("WorkerPool aborts a transaction once its process is gone from every worker", async () => {
  await using upstream = new Upstream({ ...PRIMARY_HELLO, msg: "isdbgrid" });
  await using fixture = await WorkersFixture.open(upstream.uri, { limits: { orphanTimeoutMS: 0 } });
  const clients = [await fixture.connectTo(0, "shop"), await fixture.connectTo(1, "shop")] as const;
  await clients[0].command({ ...find, ...inTransaction(1, 1, { startTransaction: true }) });
  upstream.hold("abortTransaction");
  for (const client of clients) client.close();
  const { command, reply } = await upstream.next("abortTransaction");
  assertEquals([Number(command.txnNumber), command.autocommit], [1, false]);
  reply();
});
