import { assert, assertEquals, assertInstanceOf, assertStrictEquals, assertThrows } from "@std/assert";
import type { Connection } from "../../../driver/connection.ts";
import {
  MongoAPIError,
  MongoNetworkError,
  MongoPoolClearedError,
  MongoPoolClosedError,
  MongoWaitQueueError,
} from "../../../driver/error.ts";
import { ConnectionPool } from "../../../driver/pool/connection_pool.ts";
import { encodeOpMsg } from "../../../codec/op_msg.ts";
import { serialize } from "bson";
import { fakeConnection } from "./fake_stream.ts";
import { FakeWaiter, PoolFixture, settled } from "./pool_fixture.ts";

const PING = encodeOpMsg({ requestId: 1, body: serialize({ ping: 1, $db: "admin" }) });

Deno.test("checkOut grants a free connection within the call", async () => {
  using fixture = await PoolFixture.withIdle(1);
  const waiter = fixture.checkOut();
  assert(waiter.connection !== null);
  assertEquals(fixture.eventTypes, ["connectionCheckOutStarted", "connectionCheckedOut"]);
  assertEquals(fixture.pool.checkedOutCount, 1);
});

Deno.test("checkOut reuses the connection that was used last", async () => {
  using fixture = await PoolFixture.withIdle(3);
  const first = fixture.checkOut().connection!;
  const second = fixture.checkOut().connection!;
  fixture.pool.checkIn(second);
  fixture.pool.checkIn(first);
  assertStrictEquals(fixture.checkOut().connection, first);
});

Deno.test("checkOut establishes no more than maxConnecting at once", async () => {
  using fixture = new PoolFixture({ maxConnecting: 2 });
  fixture.pool.ready();
  for (let waiter = 0; waiter < 5; waiter++) fixture.checkOut();
  assertEquals(fixture.pool.pendingConnectionCount, 2);
  await fixture.attempts[0]!.succeed();
  assertEquals(fixture.attempts.length, 3);
  assertEquals(fixture.pool.pendingConnectionCount, 2);
});

Deno.test("checkOut never exceeds maxPoolSize", async () => {
  using fixture = new PoolFixture({ maxPoolSize: 2, maxConnecting: 5 });
  fixture.pool.ready();
  const waiters = [fixture.checkOut(), fixture.checkOut(), fixture.checkOut()];
  assertEquals(fixture.attempts.length, 2);
  for (const attempt of fixture.attempts) await attempt.succeed();
  assertEquals(waiters[2]!.connection, null);
  fixture.pool.checkIn(waiters[0]!.connection!);
  assertStrictEquals(waiters[2]!.connection, waiters[0]!.connection);
  assertEquals(fixture.pool.totalConnectionCount, 2);
});

Deno.test("checkOut establishes again when a discarded connection makes room", async () => {
  using fixture = await PoolFixture.withIdle(1, { maxPoolSize: 1 });
  const connection = fixture.checkOut().connection!;
  const waiter = fixture.checkOut();
  connection.close();
  fixture.pool.checkIn(connection);
  await fixture.attempts[1]!.succeed();
  assert(waiter.connection !== null);
});

Deno.test("checkOut fails at once on a paused and on a closed pool", () => {
  using fixture = new PoolFixture();
  assertInstanceOf(fixture.checkOut().error, MongoPoolClearedError);
  fixture.pool.close();
  assertInstanceOf(fixture.checkOut().error, MongoPoolClosedError);
});

Deno.test("checkOut fails at once when the wait queue is full", () => {
  using fixture = new PoolFixture({ maxWaitQueueSize: 2 });
  fixture.pool.ready();
  fixture.checkOut();
  fixture.checkOut();
  const { error } = fixture.checkOut();
  assertInstanceOf(error, MongoWaitQueueError);
  assertEquals(error.reason, "full");
  assertEquals(fixture.pool.waitQueueSize, 2);
});

Deno.test("checkOut fails after waitQueueTimeoutMS and leaves the queue", async () => {
  using fixture = new PoolFixture({ waitQueueTimeoutMS: 5 });
  fixture.pool.ready();
  const waiter = fixture.checkOut();
  await waiter.answered;
  assertInstanceOf(waiter.error, MongoWaitQueueError);
  assertEquals(waiter.error.reason, "timeout");
  assertEquals(fixture.pool.waitQueueSize, 0);
  await fixture.attempts[0]!.succeed();
  assertEquals(fixture.pool.availableConnectionCount, 1);
});

Deno.test("checkOutAsync gives a connection or rejects", async () => {
  using fixture = await PoolFixture.withIdle(1);
  const connection = await fixture.pool.checkOutAsync();
  fixture.pool.checkIn(connection);
  fixture.pool.close();
  const error = await fixture.pool.checkOutAsync().catch((reason) => reason);
  assertInstanceOf(error, MongoPoolClosedError);
});

Deno.test("checkIn hands the connection to the oldest waiter", async () => {
  using fixture = await PoolFixture.withIdle(1, { maxPoolSize: 1 });
  const connection = fixture.checkOut().connection!;
  const waiters = [fixture.checkOut(), fixture.checkOut()];
  fixture.pool.checkIn(connection);
  assertStrictEquals(waiters[0]!.connection, connection);
  assertEquals(waiters[1]!.connection, null);
});

Deno.test("checkIn serves many waiters that give back within the call without recursion", async () => {
  using fixture = await PoolFixture.withIdle(1, { maxPoolSize: 1 });
  const connection = fixture.checkOut().connection!;
  let served = 0;
  for (let waiter = 0; waiter < 20_000; waiter++) {
    fixture.checkOut((granted) => {
      served++;
      fixture.pool.checkIn(granted);
    });
  }
  fixture.pool.checkIn(connection);
  assertEquals(served, 20_000);
  assertEquals(fixture.pool.availableConnectionCount, 1);
});

Deno.test("checkIn goes on serving after a waiter threw", async () => {
  using fixture = await PoolFixture.withIdle(1, { maxPoolSize: 1 });
  const connection = fixture.checkOut().connection!;
  fixture.checkOut(() => {
    throw new Error("A waiter's fault");
  });
  const next = fixture.checkOut();
  assertThrows(() => fixture.pool.checkIn(connection), Error, "A waiter's fault");
  fixture.pool.checkIn(connection);
  assertStrictEquals(next.connection, connection);
});

Deno.test("checkIn does nothing the second time", async () => {
  using fixture = await PoolFixture.withIdle(1);
  const connection = fixture.checkOut().connection!;
  fixture.pool.checkIn(connection);
  fixture.pool.checkIn(connection);
  assertEquals(fixture.pool.availableConnectionCount, 1);
  connection.close();
  fixture.pool.checkIn(connection);
  assertEquals(fixture.pool.totalConnectionCount, 0);
});

Deno.test("checkIn throws for a connection of another pool", () => {
  using fixture = new PoolFixture();
  const stranger = fakeConnection({ id: 1 });
  assertThrows(() => fixture.pool.checkIn(stranger), MongoAPIError, "another pool");
});

Deno.test("checkIn closes a connection that is still owed a reply", async () => {
  using fixture = await PoolFixture.withIdle(1);
  const connection = fixture.checkOut().connection!;
  connection.exchange(PING, { onReply() {}, onFailure() {} });
  fixture.pool.checkIn(connection);
  assert(connection.isClosed);
  assertEquals(fixture.pool.totalConnectionCount, 0);
});

Deno.test("checkIn closes a stale connection", async () => {
  using fixture = await PoolFixture.withIdle(1);
  const connection = fixture.checkOut().connection!;
  fixture.pool.clear();
  assert(fixture.pool.isStale(connection));
  fixture.pool.checkIn(connection);
  assert(connection.isClosed);
  const last = fixture.events.at(-1)!;
  assert(last.type === "connectionClosed" && last.reason === "stale");
});

Deno.test("cancel takes a waiter out and leaves the others in order", async () => {
  using fixture = await PoolFixture.withIdle(1, { maxPoolSize: 1 });
  const connection = fixture.checkOut().connection!;
  const waiters = [fixture.checkOut(), fixture.checkOut()];
  fixture.pool.cancel(waiters[0]!);
  fixture.pool.checkIn(connection);
  assertEquals(waiters[0]!.connection, null);
  assertStrictEquals(waiters[1]!.connection, connection);
});

Deno.test("cancel leaves the establishment to become a free connection", async () => {
  using fixture = new PoolFixture();
  fixture.pool.ready();
  fixture.pool.cancel(fixture.checkOut());
  await fixture.attempts[0]!.succeed();
  assertEquals(fixture.pool.availableConnectionCount, 1);
});

Deno.test("checkOut refuses a waiter that waits already", () => {
  using fixture = new PoolFixture();
  fixture.pool.ready();
  const waiter = fixture.checkOut();
  assertThrows(() => fixture.pool.checkOut(waiter), MongoAPIError, "twice");
});

Deno.test("a failed establishment fails the oldest waiter and goes on for the next", async () => {
  using fixture = new PoolFixture({ maxConnecting: 1 });
  fixture.pool.ready();
  const waiters = [fixture.checkOut(), fixture.checkOut()];
  const error = new MongoNetworkError("Refused");
  await fixture.attempts[0]!.fail(error);
  assertStrictEquals(waiters[0]!.error, error);
  assertEquals(waiters[1]!.error, null);
  await fixture.attempts[1]!.succeed();
  assert(waiters[1]!.connection !== null);
});

Deno.test("a failed establishment fails nobody whom another attempt will serve", async () => {
  using fixture = await PoolFixture.withIdle(1, { maxConnecting: 2 });
  const connection = fixture.checkOut().connection!;
  fixture.checkOut();
  const younger = fixture.checkOut();
  fixture.pool.checkIn(connection);
  await fixture.attempts[1]!.fail(new MongoNetworkError("Refused"));
  assertEquals(younger.error, null);
  await fixture.attempts[2]!.succeed();
  assert(younger.connection !== null);
});

Deno.test("onConnectionFailed may clear the pool: the oldest waiter still learns the true error", async () => {
  const failure = new MongoNetworkError("Refused");
  using fixture: PoolFixture = new PoolFixture({
    maxConnecting: 1,
    onConnectionFailed: (error, info) => {
      assertEquals(info, { generation: 0, serviceId: null, isHelloAnswered: false });
      fixture.pool.clear({ error });
    },
  });
  fixture.pool.ready();
  const waiters = [fixture.checkOut(), fixture.checkOut()];
  await fixture.attempts[0]!.fail(failure);
  assertStrictEquals(waiters[0]!.error, failure);
  assertInstanceOf(waiters[1]!.error, MongoPoolClearedError);
  assertStrictEquals(waiters[1]!.error.cause, failure);
  assertEquals(fixture.attempts.length, 1);
});

Deno.test("a connection that closes while free leaves the pool at once", async () => {
  using fixture = await PoolFixture.withIdle(2);
  fixture.attempts[1]!.stream.loseConnection();
  assertEquals(fixture.pool.totalConnectionCount, 1);
  const last = fixture.events.at(-1)!;
  assert(last.type === "connectionClosed" && last.reason === "error" && last.connectionId === 2);
});

Deno.test("a connection that closes while in use leaves the pool when it is checked in", async () => {
  using fixture = await PoolFixture.withIdle(1);
  const connection = fixture.checkOut().connection!;
  let told = 0;
  connection.onClose = () => told++;
  fixture.attempts[0]!.stream.loseConnection();
  assertEquals(told, 1);
  assertEquals(fixture.pool.totalConnectionCount, 1);
  fixture.pool.checkIn(connection);
  assertEquals(fixture.pool.totalConnectionCount, 0);
  assertEquals(fixture.eventTypes.slice(-2), ["connectionCheckedIn", "connectionClosed"]);
});

Deno.test("clear fails waiters, closes free connections and pauses the pool", async () => {
  using fixture = await PoolFixture.withIdle(1, { maxPoolSize: 2, maxConnecting: 1 });
  const borrowed = fixture.checkOut().connection!;
  const waiter = fixture.checkOut();
  fixture.pool.clear();
  assertInstanceOf(waiter.error, MongoPoolClearedError);
  assertEquals(fixture.pool.state, "paused");
  assertEquals(fixture.pool.generation, 1);
  assert(!borrowed.isClosed);
  await fixture.attempts[1]!.succeed();
  assertEquals(fixture.pool.totalConnectionCount, 1);
  assert(fixture.attempts[1]!.stream.isClosed);
});

Deno.test("clear interrupts pending and used connections if asked to", async () => {
  using fixture = await PoolFixture.withIdle(1, { maxConnecting: 1 });
  const borrowed = fixture.checkOut().connection!;
  let failure: unknown = null;
  borrowed.exchange(PING, {
    onReply() {},
    onFailure(error) {
      failure = error;
      fixture.pool.checkIn(borrowed);
    },
  });
  fixture.checkOut();
  fixture.pool.clear({ interruptInUseConnections: true });
  assertInstanceOf(failure, MongoPoolClearedError);
  assert(fixture.attempts[1]!.info.signal.aborted);
  assertEquals(fixture.pool.totalConnectionCount, 0);
  await fixture.attempts[1]!.succeed();
  assert(fixture.attempts[1]!.stream.isClosed);
});

Deno.test("clear touches one service only behind a load balancer", async () => {
  using fixture = new PoolFixture({ loadBalanced: true });
  fixture.pool.ready();
  const waiters = [fixture.checkOut(), fixture.checkOut()];
  await fixture.attempts[0]!.succeed("aa");
  await fixture.attempts[1]!.succeed("bb");
  for (const { connection } of waiters) fixture.pool.checkIn(connection!);
  fixture.pool.clear({ serviceId: "aa" });
  assertEquals(fixture.pool.state, "ready");
  assert(fixture.attempts[0]!.stream.isClosed);
  assert(!fixture.attempts[1]!.stream.isClosed);
  assertThrows(() => fixture.pool.clear(), MongoAPIError, "without a service");
});

Deno.test("clear forgets a service's generation with its last connection", async () => {
  using fixture = new PoolFixture({ loadBalanced: true });
  fixture.pool.ready();
  const waiter = fixture.checkOut();
  await fixture.attempts[0]!.succeed("aa");
  fixture.pool.clear({ serviceId: "aa" });
  assertEquals(fixture.pool.serviceGeneration("aa"), 1);
  fixture.pool.checkIn(waiter.connection!);
  assertEquals(fixture.pool.serviceGeneration("aa"), 0);
});

Deno.test("a failure after the handshake counts for the service behind a load balancer", async () => {
  const failed: unknown[] = [];
  using fixture = new PoolFixture({
    loadBalanced: true,
    onConnectionFailed: (_error, info) => failed.push(info),
  });
  fixture.pool.ready();
  fixture.checkOut();
  fixture.attempts[0]!.info.onHandshake("aa");
  await fixture.attempts[0]!.fail(new MongoNetworkError("Reset"));
  assertEquals(failed, [{ generation: 0, serviceId: "aa", isHelloAnswered: true }]);
  assertEquals(fixture.pool.serviceGeneration("aa"), 0);
});

Deno.test("minPoolSize is kept up while the pool is ready", async () => {
  using fixture = new PoolFixture({ minPoolSize: 3, maxConnecting: 2 });
  assertEquals(fixture.attempts.length, 0);
  fixture.pool.ready();
  assertEquals(fixture.attempts.length, 2);
  await fixture.attempts[0]!.succeed();
  await fixture.attempts[1]!.succeed();
  await fixture.attempts[2]!.succeed();
  assertEquals(fixture.pool.availableConnectionCount, 3);
  fixture.attempts[0]!.stream.loseConnection();
  assertEquals(fixture.attempts.length, 4);
});

Deno.test("minPoolSize is tried again later after a failure that did not clear the pool", async () => {
  const again = Promise.withResolvers<void>();
  let attempts = 0;
  const pool = new ConnectionPool({
    address: "fake:27017",
    minPoolSize: 1,
    connect: () => {
      if (++attempts === 2) again.resolve();
      return Promise.reject(new MongoNetworkError("Refused"));
    },
  });
  pool.ready();
  await settled();
  assertEquals(attempts, 1);
  const keepAlive = setInterval(() => {}, 1000);
  await again.promise;
  clearInterval(keepAlive);
  pool.close();
});

Deno.test("maxIdleTimeMS closes connections that lie unused", async () => {
  const closed = Promise.withResolvers<string>();
  using fixture = await PoolFixture.withIdle(1, {
    maxIdleTimeMS: 5,
    onEvent: (event) => {
      if (event.type === "connectionClosed") closed.resolve(event.reason);
    },
  });
  const keepAlive = setInterval(() => {}, 1000);
  assertEquals(await closed.promise, "idle");
  clearInterval(keepAlive);
  assertEquals(fixture.pool.totalConnectionCount, 0);
});

Deno.test("free connections do not keep the process alive, used ones do", async () => {
  using fixture = await PoolFixture.withIdle(1);
  const { stream } = fixture.attempts[0]!;
  assert(!stream.isHeld);
  const connection = fixture.checkOut().connection!;
  assert(stream.isHeld);
  fixture.pool.checkIn(connection);
  assert(!stream.isHeld);
});

Deno.test("keepAlive leaves free connections held", async () => {
  using fixture = await PoolFixture.withIdle(1, { keepAlive: true });
  assert(fixture.attempts[0]!.stream.isHeld);
});

Deno.test("close fails waiters, gives up attempts and closes free connections", async () => {
  const fixture = await PoolFixture.withIdle(2, { maxConnecting: 2 });
  const borrowed = [fixture.checkOut().connection!, fixture.checkOut().connection!];
  const waiter = fixture.checkOut();
  fixture.pool.cancel(fixture.checkOut());
  fixture.pool.close();
  assertInstanceOf(waiter.error, MongoPoolClosedError);
  assert(fixture.attempts[2]!.info.signal.aborted);
  assertEquals(fixture.pool.totalConnectionCount, borrowed.length);
});

Deno.test("close closes free connections", async () => {
  const fixture = await PoolFixture.withIdle(2);
  fixture.pool.close();
  assert(fixture.attempts.every(({ stream }) => stream.isClosed));
  assertEquals(fixture.eventTypes, [
    "connectionClosed",
    "connectionClosed",
    "connectionPoolClosed",
  ]);
});

Deno.test("close closes a used connection when it comes back", async () => {
  const fixture = await PoolFixture.withIdle(1);
  const connection: Connection = fixture.checkOut().connection!;
  fixture.pool.close();
  assert(!connection.isClosed);
  fixture.pool.checkIn(connection);
  assert(connection.isClosed);
  const last = fixture.events.at(-1)!;
  assert(last.type === "connectionClosed" && last.reason === "poolClosed");
});

Deno.test("close closes a connection that is established afterwards", async () => {
  const fixture = new PoolFixture();
  fixture.pool.ready();
  fixture.checkOut();
  fixture.pool.close();
  assert(fixture.attempts[0]!.info.signal.aborted);
  await fixture.attempts[0]!.succeed();
  assert(fixture.attempts[0]!.stream.isClosed);
  assertEquals(fixture.pool.totalConnectionCount, 0);
});

Deno.test("operationCount counts what is in use and what waits", async () => {
  using fixture = await PoolFixture.withIdle(1, { maxPoolSize: 1 });
  fixture.checkOut();
  fixture.pool.checkOut(new FakeWaiter());
  assertEquals(fixture.pool.operationCount, 2);
});
