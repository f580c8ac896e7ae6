import { assertEquals } from "@std/assert";
import { Long } from "bson";
import { inTransaction, metadata } from "../support/commands.ts";
import { eventually } from "../support/eventually.ts";
import { GatewayFixture } from "../support/gateway_fixture.ts";
import { ManualClock } from "../support/manual_clock.ts";
import { PRIMARY_HELLO, Upstream } from "../support/upstream.ts";
import { UpstreamSet } from "../support/upstream_set.ts";

const insert = { insert: "things", documents: [{}], $db: "test" };
const start = { startTransaction: true };

Deno.test("Gateway remembers a transaction until it is committed or aborted", async () => {
  await using set = new UpstreamSet(1);
  await using fixture = await GatewayFixture.open(set.uri);
  const client = await fixture.connect();
  for (const end of ["commitTransaction", "abortTransaction"]) {
    await client.command({ ...insert, ...inTransaction(1, 1, start) });
    await client.command({ ...insert, ...inTransaction(1, 1) });
    assertEquals(fixture.status.transactions, 1);
    assertEquals(await client.command({ [end]: 1, ...inTransaction(1, 1) }), { ok: 1 });
    assertEquals(fixture.status.transactions, 0);
  }
});

Deno.test("Gateway forgets a transaction that the server ended", async () => {
  await using set = new UpstreamSet(1);
  await using fixture = await GatewayFixture.open(set.uri);
  const client = await fixture.connect();
  await client.command({ ...insert, ...inTransaction(1, 1, start) });
  set.member(0).on("insert", (request) => request.reply({ ok: 0, code: 11000, errmsg: "E11000 duplicate key" }));
  await client.command({ ...insert, ...inTransaction(1, 1) });
  assertEquals(fixture.status.transactions, 1);
  set.member(0).on(
    "insert",
    (request) =>
      request.reply({ ok: 0, code: 112, errmsg: "WriteConflict", errorLabels: ["TransientTransactionError"] }),
  );
  await client.command({ ...insert, ...inTransaction(1, 1) });
  assertEquals(fixture.status.transactions, 0);
});

Deno.test("Gateway forgets a transaction when its session begins another", async () => {
  await using set = new UpstreamSet(1);
  await using fixture = await GatewayFixture.open(set.uri);
  const client = await fixture.connect();
  for (const number of [1, 2, 3]) await client.command({ ...insert, ...inTransaction(1, number, start) });
  await client.command({ ...insert, ...inTransaction(2, 1, start) });
  assertEquals(fixture.status.transactions, 2);
});

Deno.test("Gateway sends the statements of a transaction to the primary, whatever read preference they carry", async () => {
  await using set = new UpstreamSet(2);
  await using fixture = await GatewayFixture.open(set.uri);
  await eventually("both are known", () => fixture.status.servers.every(({ type }) => type !== "Unknown"));
  const client = await fixture.connect();
  const read = { find: "things", $db: "test", $readPreference: { mode: "secondary" } };
  await client.command({ ...read, ...inTransaction(1, 1, start) });
  await client.command({ ...read, ...inTransaction(1, 1) });
  assertEquals(set.members.map((member) => member.commands("find").length), [2, 0]);
});

Deno.test("Gateway keeps the statements of a transaction on one mongos, and its commit where there is one", async () => {
  const hello = { ...PRIMARY_HELLO, msg: "isdbgrid" };
  await using first = new Upstream(hello);
  await using second = new Upstream(hello);
  await using fixture = await GatewayFixture.open(`mongodb://${first.host},${second.host}/`);
  await eventually("both are known", () => fixture.status.servers.every(({ type }) => type === "Mongos"));
  const client = await fixture.connect();
  for (let number = 1; number <= 8; number++) {
    await client.command({ ...insert, ...inTransaction(1, number, start) });
    for (let statement = 0; statement < 3; statement++) {
      await client.command({ ...insert, ...inTransaction(1, number) });
    }
    await client.command({ commitTransaction: 1, ...inTransaction(1, number) });
  }
  for (const server of [first, second]) {
    const begun = server.commands("insert").filter(({ startTransaction }) => startTransaction);
    assertEquals(server.commands("insert").length, begun.length * 4);
    assertEquals(server.commands("commitTransaction").length, begun.length);
  }

  await client.command({ ...insert, ...inTransaction(1, 9, start) });
  const [lost, other] = last(first)?.txnNumber?.toString() === "9" ? [first, second] : [second, first];
  lost.goAway();
  await eventually("one is gone", () => fixture.status.servers.some(({ type }) => type === "Unknown"));
  const commits = other.commands("commitTransaction").length;
  assertEquals(await client.command({ commitTransaction: 1, ...inTransaction(1, 9) }), { ok: 1 });
  assertEquals(other.commands("commitTransaction").length, commits + 1);
});

Deno.test("Gateway aborts the transaction that was unused longest when there are too many", async () => {
  await using set = new UpstreamSet(1);
  await using fixture = await GatewayFixture.open(set.uri, { limits: { maxTransactions: 2 } });
  set.member(0).hold("abortTransaction");
  const client = await fixture.connect();
  await client.command({ ...insert, ...inTransaction(1, 1, start) });
  await client.command({ ...insert, ...inTransaction(2, 1, start) });
  await client.command({ ...insert, ...inTransaction(1, 1) });
  await client.command({ ...insert, ...inTransaction(3, 1, start) });
  const request = await set.member(0).next("abortTransaction");
  request.reply();
  assertEquals(String(request.command.lsid.id), "00000000-0000-0000-0000-000000000002");
  assertEquals(request.command.txnNumber, Long.fromNumber(1));
  assertEquals(fixture.status.transactions, 2);
});

Deno.test("Gateway aborts the transactions of a client that is gone for a while", async () => {
  using clock = new ManualClock();
  await using set = new UpstreamSet(1);
  await using fixture = await GatewayFixture.open(set.uri, { limits: { orphanTimeoutMS: 10_000 } });
  set.member(0).hold("abortTransaction");
  const client = await fixture.connect();
  await client.command({ hello: 1, client: metadata("shop") });
  await client.command({ ...insert, ...inTransaction(1, 1, start) });
  client.close();
  await fixture.event("clientClosed");
  clock.advance(5_000);
  assertEquals(fixture.status.transactions, 1);
  clock.advance(6_000);
  (await set.member(0).next("abortTransaction")).reply();
  assertEquals([fixture.status.transactions, fixture.status.clientGroups], [0, 0]);
});

Deno.test("Gateway forgets a transaction that was unused for too long", async () => {
  using clock = new ManualClock();
  await using set = new UpstreamSet(1);
  await using fixture = await GatewayFixture.open(set.uri, { limits: { transactionIdleTimeoutMS: 10_000 } });
  const client = await fixture.connect();
  await client.command({ ...insert, ...inTransaction(1, 1, start) });
  clock.advance(6_000);
  await client.command({ ...insert, ...inTransaction(1, 1) });
  clock.advance(6_000);
  assertEquals(fixture.status.transactions, 1);
  clock.advance(6_000);
  assertEquals(fixture.status.transactions, 0);
  assertEquals(set.member(0).commands("abortTransaction"), []);
});

function last(upstream: Upstream) {
  return upstream.commands("insert").at(-1);
}
