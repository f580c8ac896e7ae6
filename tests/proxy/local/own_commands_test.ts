import { assert, assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { serialize } from "bson";
import { requestId } from "../../../codec/header.ts";
import { encodeOpMsg } from "../../../codec/op_msg.ts";
import { MongoNetworkError, MongoPoolClosedError } from "../../../driver/error.ts";
import { OwnCommands } from "../../../proxy/local/own_commands.ts";
import { PoolFixture } from "../../driver/pool/pool_fixture.ts";

Deno.test("OwnCommands.run lends a connection and gives it back", async () => {
  using fixture = await PoolFixture.withIdle(1);
  const commands = new OwnCommands();
  const result = await commands.run(fixture.pool, (connection) => {
    assertEquals([connection.id, fixture.pool.availableConnectionCount], [1, 0]);
    return Promise.resolve(5);
  });
  assertEquals([result, fixture.pool.availableConnectionCount], [5, 1]);
});

Deno.test("OwnCommands.run gives the connection back when its command fails", async () => {
  using fixture = await PoolFixture.withIdle(1);
  const failure = new MongoNetworkError("x");
  const error = await assertRejects(() => new OwnCommands().run(fixture.pool, () => Promise.reject(failure)));
  assertStrictEquals(error, failure);
  assertEquals(fixture.pool.availableConnectionCount, 1);
});

Deno.test("OwnCommands.run fails where there is no connection", async () => {
  using fixture = await PoolFixture.withIdle(1);
  fixture.pool.close();
  await assertRejects(() => new OwnCommands().run(fixture.pool, () => Promise.resolve()), MongoPoolClosedError);
});

Deno.test("OwnCommands.cut fails what runs", async () => {
  using fixture = await PoolFixture.withIdle(1);
  const commands = new OwnCommands();
  const running = commands.run(fixture.pool, (connection) => connection.command("admin", { ping: 1 }));
  const failed = assertRejects(() => running, MongoNetworkError);
  await Promise.resolve();
  commands.cut();
  await failed;
  assertEquals(fixture.pool.totalConnectionCount, 0);
});

Deno.test("OwnCommands.cut fails what only waits for a connection, once it has one", async () => {
  using fixture = await PoolFixture.withIdle(1, { maxPoolSize: 1 });
  const commands = new OwnCommands();
  const other = await fixture.pool.checkOutAsync();
  const waiting = commands.run(fixture.pool, (connection) => connection.command("admin", { ping: 1 }));
  const failed = assertRejects(() => waiting, MongoNetworkError);
  commands.cut();
  fixture.pool.checkIn(other);
  await failed;
  assert(other.isClosed);
});

Deno.test("OwnCommands.run gives the result of a command", async () => {
  using fixture = await PoolFixture.withIdle(1);
  const [{ stream }] = fixture.attempts as [typeof fixture.attempts[number]];
  const running = new OwnCommands().run(fixture.pool, (connection) => connection.command("admin", { ping: 1 }));
  await Promise.resolve();
  await Promise.resolve();
  const body = serialize({ ok: 1, pong: true });
  stream.receive(encodeOpMsg({ requestId: 1, responseTo: requestId(stream.written.at(-1)!), body }));
  assertEquals((await running).pong, true);
});
