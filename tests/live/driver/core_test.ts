import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertNotEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import type { Document } from "bson";
import type { ClientOptions } from "../../../driver/client_settings.ts";
import {
  MongoAuthError,
  MongoClientClosedError,
  MongoError,
  MongoNetworkError,
  MongoNotConnectedError,
  MongoServerError,
  MongoServerSelectionError,
  MongoTransactionError,
  MongoWriteConcernError,
} from "../../../driver/error.ts";
import { MongoClient } from "../../../driver/mongo_client.ts";
import type { CommandFailedEvent, CommandStartedEvent } from "../../../driver/monitoring/command_event.ts";
import { executeOperation } from "../../../driver/operation/execute_operation.ts";
import type { Operation } from "../../../driver/operation/operation.ts";
import type { ClientSession } from "../../../driver/session/client_session.ts";
import { startGateway } from "../../support/gateway.ts";
import { liveTest } from "../../support/live_test.ts";
import { startStandalone } from "../../support/mongod/standalone.ts";

const DATABASE = "core";
/** A server that said it shuts down, and does not, is seen again with the next heartbeat. */
const SOON = { heartbeatFrequencyMS: 500 };

/** A client that notes what it sends. */
interface Watched extends AsyncDisposable {
  readonly client: MongoClient;
  readonly started: CommandStartedEvent[];
  readonly failed: CommandFailedEvent[];
}

function watch(uri: string, options: ClientOptions = {}): Watched {
  const client = new MongoClient(uri, options);
  const started: CommandStartedEvent[] = [];
  const failed: CommandFailedEvent[] = [];
  client.on("commandStarted", (event) => started.push(event));
  client.on("commandFailed", (event) => failed.push(event));
  return { client, started, failed, [Symbol.asyncDispose]: () => client.close() };
}

function insert(id: string, session: ClientSession | null = null): Operation<number> {
  return {
    commandName: "insert",
    database: DATABASE,
    kind: "write",
    retryable: true,
    session,
    writeConcern: {},
    command: () => ({ body: { insert: "things", documents: [{ _id: id }] } }),
    result: (reply) => reply.n,
  };
}

function find(id: string, session: ClientSession | null = null, more: Partial<Operation<Document[]>> = {}) {
  const operation: Operation<Document[]> = {
    commandName: "find",
    database: DATABASE,
    kind: "read",
    retryable: true,
    session,
    readConcern: {},
    command: () => ({ body: { find: "things", filter: { _id: id } } }),
    result: (reply) => reply.cursor.firstBatch,
    ...more,
  };
  return operation;
}

function run<Result>(client: MongoClient, operation: Operation<Result>): Promise<Result> {
  return executeOperation(client.core, operation);
}

/** Lets the primary fail commands as `data` says. */
async function failCommands(client: MongoClient, data: Document, times = 1): Promise<void> {
  await client.db("admin").command({ configureFailPoint: "failCommand", mode: { times }, data });
}

function commands(watched: Watched, name: string): Document[] {
  return watched.started.filter((event) => event.commandName === name).map((event) => event.command);
}

function unique(): string {
  return crypto.randomUUID();
}

liveTest(
  "MongoClient runs commands at a standalone server and closes without a trace",
  { versions: ["6.0"] },
  async () => {
    await using server = await startStandalone({ version: "6.0" });
    await using watched = watch(server.uri);
    const { client } = watched;
    assertEquals((await client.db("admin").command({ ping: 1 })).ok, 1);
    assertEquals(await run(client, insert("a")), 1);
    assertEquals(commands(watched, "insert")[0]?.txnNumber, undefined);
    const error = await assertRejects(() => client.db("admin").command({ nope: 1 }), MongoServerError);
    assertEquals([error.code, error.codeName], [59, "CommandNotFound"]);
    assertStringIncludes(error.stack ?? "", "core_test.ts");
    await client.close();
    await assertRejects(() => client.db("admin").command({ ping: 1 }), MongoNotConnectedError);
    await client.connect();
    assertEquals((await client.db("admin").command({ ping: 1 })).ok, 1);
  },
);

liveTest("MongoClient shows in a lost connection's error who asked", { versions: ["6.0"] }, async ({ replicaSet }) => {
  const { uri } = await replicaSet();
  await using watched = watch(uri, { retryReads: false });
  await failCommands(watched.client, { failCommands: ["find"], closeConnection: true });
  const error = await assertRejects(() => run(watched.client, find("a")), MongoNetworkError);
  assertStringIncludes(error.stack ?? "", "core_test.ts");
});

liveTest(
  "ClientSession is on the wire, and one session serves operations in turn",
  { versions: ["6.0"] },
  async ({ replicaSet }) => {
    const { uri } = await replicaSet();
    await using watched = watch(uri);
    const { client } = watched;
    await run(client, insert(unique()));
    await run(client, find("a"));
    const [first] = commands(watched, "insert");
    const [second] = commands(watched, "find");
    assertEquals(first?.lsid, second?.lsid);
    assertEquals(Number(first?.txnNumber), 1);
    assertEquals(second?.txnNumber, undefined);
    assert(second?.$clusterTime !== undefined);
    await using session = client.startSession();
    await run(client, insert(unique(), session));
    const [, third] = commands(watched, "insert");
    assertEquals(third?.lsid, session.id);
    await session.endSession();
    await client.close();
    assertEquals(commands(watched, "endSessions")[0]?.endSessions, [first?.lsid]);
  },
);

liveTest(
  "executeOperation gives two operations at a time two sessions",
  { versions: ["6.0"] },
  async ({ replicaSet }) => {
    const { uri } = await replicaSet();
    await using watched = watch(uri);
    await Promise.all([run(watched.client, find("a")), run(watched.client, find("b"))]);
    const [a, b] = commands(watched, "find");
    assertNotEquals(a?.lsid, b?.lsid);
  },
);

liveTest(
  "executeOperation sends a retryable write again with its number, and once only",
  { versions: ["6.0"] },
  async ({ replicaSet }) => {
    const { uri } = await replicaSet();
    await using watched = watch(uri);
    const { client } = watched;
    const id = unique();
    await failCommands(client, { failCommands: ["insert"], closeConnection: true });
    assertEquals(await run(client, insert(id)), 1);
    const [first, second] = commands(watched, "insert");
    assertEquals(first?.txnNumber, second?.txnNumber);
    assertEquals(first?.lsid, second?.lsid);
    assertEquals(watched.failed.length, 1);
    assertEquals((await run(client, find(id))).length, 1);
    // The connection was lost under way, so nobody uses the session again.
    await run(client, insert(unique()));
    assertNotEquals(commands(watched, "insert")[2]?.lsid, first?.lsid);

    await failCommands(client, { failCommands: ["insert"], errorCode: 10107, errorLabels: ["RetryableWriteError"] }, 2);
    const before = commands(watched, "insert").length;
    const error = await assertRejects(() => run(client, insert(unique())), MongoServerError);
    assertEquals(error.code, 10107);
    assertEquals(commands(watched, "insert").length - before, 2);
  },
);

liveTest("executeOperation sends a write without a number once", { versions: ["6.0"] }, async ({ replicaSet }) => {
  const { uri } = await replicaSet();
  await using watched = watch(uri, { retryWrites: false });
  await failCommands(watched.client, { failCommands: ["insert"], closeConnection: true });
  const error = await assertRejects(() => run(watched.client, insert(unique())), MongoNetworkError);
  assert(!error.hasErrorLabel("RetryableWriteError"));
  assertEquals(commands(watched, "insert").length, 1);
  assertEquals(commands(watched, "insert")[0]?.txnNumber, undefined);
});

liveTest(
  "executeOperation sends a read again, but only if the option says so",
  { versions: ["6.0"] },
  async ({ replicaSet }) => {
    const { uri } = await replicaSet();
    await using watched = watch(uri, SOON);
    await failCommands(watched.client, { failCommands: ["find"], errorCode: 11600 });
    assertEquals(await run(watched.client, find("none")), []);
    assertEquals(commands(watched, "find").length, 2);
    await using stubborn = watch(uri, { ...SOON, retryReads: false });
    await failCommands(stubborn.client, { failCommands: ["find"], errorCode: 11600 });
    await assertRejects(() => run(stubborn.client, find("none")), MongoServerError);
    assertEquals(commands(stubborn, "find").length, 1);
  },
);

liveTest(
  "executeOperation backs off from an overloaded server and tries twice again",
  { versions: ["6.0"] },
  async ({ replicaSet }) => {
    const { uri } = await replicaSet();
    await using watched = watch(uri);
    const errorLabels = ["SystemOverloadedError", "RetryableError"];
    await failCommands(watched.client, { failCommands: ["find"], errorCode: 462, errorLabels }, 3);
    const error = await assertRejects(() => run(watched.client, find("none")), MongoServerError);
    assertEquals(error.code, 462);
    assertEquals(commands(watched, "find").length, 3);
  },
);

liveTest(
  "executeOperation throws a write concern error as one, with its labels",
  { versions: ["6.0"] },
  async ({ replicaSet }) => {
    const { uri } = await replicaSet();
    await using watched = watch(uri, { w: 1 });
    await failCommands(watched.client, {
      failCommands: ["insert"],
      writeConcernError: { code: 100, codeName: "UnsatisfiableWriteConcern", errmsg: "Not enough members" },
    });
    const error = await assertRejects(() => run(watched.client, insert(unique())), MongoWriteConcernError);
    assertEquals([error.code, error.codeName, error.message], [100, "UnsatisfiableWriteConcern", "Not enough members"]);
    assertEquals(error.result.n, 1);
  },
);

liveTest("ClientSession reads what it wrote, at a secondary too", { versions: ["6.0"] }, async ({ replicaSet }) => {
  const { uri } = await replicaSet();
  await using watched = watch(uri);
  const { client } = watched;
  await using session = client.startSession();
  for (let round = 0; round < 20; round++) {
    const id = unique();
    await run(client, { ...insert(id, session), writeConcern: { w: "majority" } });
    const operationTime = session.operationTime;
    const found = await run(client, find(id, session, { readPreference: { mode: "secondary" } }));
    assertEquals(found.length, 1);
    assertEquals(commands(watched, "find").at(-1)?.readConcern, { afterClusterTime: operationTime });
    assertEquals(commands(watched, "find").at(-1)?.$readPreference, { mode: "secondary" });
  }
});

liveTest("ClientSession reads one moment when it is a snapshot", { versions: ["6.0"] }, async ({ replicaSet }) => {
  const { uri } = await replicaSet();
  await using watched = watch(uri, { w: "majority" });
  const { client } = watched;
  const [early, late] = [unique(), unique()];
  await run(client, { ...insert(early), writeConcern: { w: "majority" } });
  await using session = client.startSession({ snapshot: true });
  assertEquals((await run(client, find(early, session))).length, 1);
  await run(client, { ...insert(late), writeConcern: { w: "majority" } });
  assertEquals((await run(client, find(late, session))).length, 0);
  assertEquals(commands(watched, "find")[1]?.readConcern, { level: "snapshot", atClusterTime: session.snapshotTime });
  assertEquals((await run(client, find(late))).length, 1);
});

liveTest("ClientSession commits and aborts transactions", { versions: ["6.0"] }, async ({ replicaSet }) => {
  const { uri } = await replicaSet();
  await using watched = watch(uri);
  const { client } = watched;
  const [kept, dropped] = [unique(), unique()];
  await run(client, insert(unique()));
  await using session = client.startSession();

  session.startTransaction({ readConcern: "snapshot", writeConcern: { w: "majority" } });
  await run(client, insert(kept, session));
  assertEquals((await run(client, find(kept, session))).length, 1);
  assertEquals((await run(client, find(kept))).length, 0);
  await session.commitTransaction();
  assertEquals((await run(client, find(kept))).length, 1);
  const [, first] = commands(watched, "insert");
  assertEquals([first?.startTransaction, first?.autocommit, first?.readConcern.level], [true, false, "snapshot"]);
  const [later] = commands(watched, "find");
  assertEquals([later?.startTransaction, later?.autocommit, later?.readConcern], [undefined, false, undefined]);
  await session.commitTransaction();
  assertEquals(commands(watched, "commitTransaction").map((command) => command.writeConcern), [
    { w: "majority" },
    { w: "majority", wtimeout: 10_000 },
  ]);

  session.startTransaction();
  await run(client, insert(dropped, session));
  await session.abortTransaction();
  assertEquals((await run(client, find(dropped))).length, 0);
  await assertRejects(() => session.abortTransaction(), MongoTransactionError);
});

liveTest("ClientSession aborts what was not committed when it ends", { versions: ["6.0"] }, async ({ replicaSet }) => {
  const { uri } = await replicaSet();
  await using watched = watch(uri);
  const { client } = watched;
  const id = unique();
  {
    await using session = client.startSession();
    session.startTransaction();
    await run(client, insert(id, session));
  }
  assertEquals(commands(watched, "abortTransaction").length, 1);
  assertEquals((await run(client, find(id))).length, 0);
});

liveTest(
  "ClientSession commits again after a lost connection, with a majority",
  { versions: ["6.0"] },
  async ({ replicaSet }) => {
    const { uri } = await replicaSet();
    await using watched = watch(uri, { retryWrites: false });
    const { client } = watched;
    const id = unique();
    await using session = client.startSession();
    session.startTransaction({ writeConcern: { w: 1 } });
    await run(client, insert(id, session));
    await failCommands(client, { failCommands: ["commitTransaction"], closeConnection: true });
    await session.commitTransaction();
    assertEquals(commands(watched, "commitTransaction").map((command) => command.writeConcern), [
      { w: 1 },
      { w: "majority", wtimeout: 10_000 },
    ]);
    assertEquals((await run(client, find(id))).length, 1);
  },
);

liveTest(
  "ClientSession labels a lost connection in a transaction as one that may pass",
  { versions: ["6.0"] },
  async ({ replicaSet }) => {
    const { uri } = await replicaSet();
    await using watched = watch(uri);
    const { client } = watched;
    await run(client, insert(unique()));
    await using session = client.startSession();
    session.startTransaction();
    await failCommands(client, { failCommands: ["insert"], closeConnection: true });
    const error = await assertRejects(() => run(client, insert(unique(), session)), MongoNetworkError);
    assertEquals(error.errorLabels, ["TransientTransactionError"]);
    assertEquals(commands(watched, "insert").length, 2);
    await session.abortTransaction();
  },
);

liveTest(
  "ClientSession.withTransaction runs its callback again, and commits once",
  { versions: ["6.0"] },
  async ({ replicaSet }) => {
    const { uri } = await replicaSet();
    await using watched = watch(uri);
    const { client } = watched;
    const id = unique();
    await run(client, insert(unique()));
    await using session = client.startSession();
    await failCommands(client, {
      failCommands: ["insert"],
      errorCode: 112,
      errorLabels: ["TransientTransactionError"],
    });
    let runs = 0;
    const result = await session.withTransaction(async () => {
      runs += 1;
      await run(client, insert(id, session));
      return "done";
    });
    assertEquals([result, runs], ["done", 2]);
    assertEquals(commands(watched, "commitTransaction").length, 1);
    assertEquals((await run(client, find(id))).length, 1);
    const failure = await assertRejects(() => session.withTransaction(() => Promise.reject(new TypeError("own"))));
    assertInstanceOf(failure, TypeError);
    assert(!session.inTransaction());
  },
);

liveTest(
  "ClientSession.withTransaction gives up when its time is up",
  { versions: ["6.0"] },
  async ({ replicaSet }) => {
    const { uri } = await replicaSet();
    await using watched = watch(uri);
    await using session = watched.client.startSession();
    const own = new MongoError("Conflict", { errorLabels: ["TransientTransactionError"] });
    const error = await assertRejects(
      () => session.withTransaction(() => Promise.reject(own), { timeoutMS: 50 }),
      MongoError,
    );
    assertEquals([error.name, error.cause], ["MongoOperationTimeoutError", own]);
    assert(error.hasErrorLabel("TransientTransactionError"));
  },
);

liveTest("MongoClient ends open sessions when it closes", { versions: ["6.0"] }, async ({ replicaSet }) => {
  const { uri } = await replicaSet();
  await using watched = watch(uri);
  const { client } = watched;
  const session = client.startSession();
  session.startTransaction();
  await run(client, insert(unique(), session));
  await client.close();
  assert(session.hasEnded);
  assertEquals(commands(watched, "abortTransaction").length, 1);
  assertEquals(commands(watched, "endSessions")[0]?.endSessions.length, 1);
});

liveTest(
  "executeOperation is given up when its signal aborts or its time is up",
  { versions: ["6.0"] },
  async ({ replicaSet }) => {
    const { uri } = await replicaSet();
    await using watched = watch(uri);
    const { client } = watched;
    const block = { failCommands: ["find"], blockConnection: true, blockTimeMS: 300 };
    await failCommands(client, block);
    const controller = new AbortController();
    client.once("commandStarted", () => controller.abort(new RangeError("enough")));
    await assertRejects(() => executeOperation(client.core, find("a"), { signal: controller.signal }), RangeError);
    await failCommands(client, block);
    const error = await assertRejects(() => executeOperation(client.core, find("a"), { timeoutMS: 100 }), MongoError);
    assertEquals(error.name, "MongoOperationTimeoutError");
    assertEquals((await run(client, find("a"))).length, 0);
  },
);

liveTest("MongoClient keeps secrets out of events", { versions: ["6.0"] }, async () => {
  await using server = await startStandalone({ version: "6.0" });
  await using watched = watch(server.uri);
  const create = { createUser: "u", pwd: "secret", roles: [] };
  await watched.client.db("admin").command(create);
  await assertRejects(() => watched.client.db("admin").command(create), MongoServerError);
  assertEquals(commands(watched, "createUser"), [{}, {}]);
  const [failed] = watched.failed;
  assertInstanceOf(failed?.failure, MongoServerError);
  assertEquals(failed.failure.message, "Redacted");
});

liveTest("executeOperation declares the server API", { versions: ["6.0"] }, async ({ replicaSet }) => {
  const { uri } = await replicaSet();
  await using watched = watch(uri, { serverApi: { version: "1", strict: true } });
  await run(watched.client, find("a"));
  const [command] = commands(watched, "find");
  assertEquals([command?.apiVersion, command?.apiStrict], ["1", true]);
});

liveTest(
  "executeOperation does not wait for what is not acknowledged",
  { versions: ["6.0"] },
  async ({ replicaSet }) => {
    const { uri } = await replicaSet();
    await using watched = watch(`${uri}&maxPoolSize=1`);
    const { client } = watched;
    const id = unique();
    const unanswered: Operation<unknown> = {
      ...insert(id),
      writeConcern: { w: 0 },
      command: () => ({ body: { insert: "things", documents: [{ _id: id }] }, unacknowledged: true }),
      result: (reply) => reply,
    };
    assertEquals(await run(client, unanswered), { ok: 1 });
    const [sent] = commands(watched, "insert");
    assertEquals([sent?.writeConcern, sent?.lsid, sent?.txnNumber], [{ w: 0 }, undefined, undefined]);
    // The same connection, so the write came first.
    assertEquals((await run(client, find(id))).length, 1);
  },
);

liveTest(
  "MongoClient declares the server API to a server that insists on it, when it checks it too",
  { versions: ["6.0"] },
  async () => {
    await using server = await startStandalone({ version: "6.0" });
    await using watched = watch(server.uri, { serverApi: "1", ...SOON });
    const { client } = watched;
    await client.db("admin").command({ setParameter: 1, requireApiVersion: true });
    const failures: unknown[] = [];
    client.on("serverHeartbeatFailed", (event) => failures.push(event.failure));
    const { promise, resolve } = Promise.withResolvers<void>();
    let checks = 0;
    client.on("serverHeartbeatSucceeded", () => ++checks === 3 && resolve());
    await promise;
    await client.db("admin").command({ setParameter: 1, requireApiVersion: false });
    assertEquals(failures, []);
  },
);

liveTest(
  "MongoClient stays on a connection behind a load balancer, for a transaction and for a cursor",
  { versions: ["6.0"] },
  async ({ replicaSet }) => {
    const { uri } = await replicaSet();
    await using gateway = await startGateway(uri);
    await using watched = watch(`${gateway.uri}?loadBalanced=true`);
    const { client, started } = watched;
    const things = client.db(DATABASE).collection<{ _id: string }>("balanced");
    await things.deleteMany({});
    await things.insertMany(["a", "b", "c"].map((_id) => ({ _id })));
    const cursor = things.find({ _id: { $lt: "d" } }, { batchSize: 2 });
    assert(await cursor.hasNext());
    await using session = client.startSession();
    session.startTransaction();
    await things.insertOne({ _id: "d" }, { session });
    await Promise.all([things.findOne({}), things.findOne({})]);
    await session.commitTransaction();
    assert(session.isPinned);
    assertEquals((await cursor.toArray()).length, 3);
    assertEquals(await things.countDocuments({}, { session }), 4);
    assert(!session.isPinned);
    const connectionOf = (name: string) => started.findLast((event) => event.commandName === name)?.connectionId;
    assertEquals(connectionOf("commitTransaction"), connectionOf("insert"));
    const opened = started.find((event) => event.commandName === "find");
    assertEquals(connectionOf("getMore"), opened?.connectionId);
    assertNotEquals(opened?.connectionId, connectionOf("commitTransaction"));
    assertEquals(typeof opened?.serviceId?.toHexString(), "string");
  },
);

liveTest(
  "MongoClient.close fails what is under way, and does not wait for it",
  { versions: ["6.0"] },
  async ({ replicaSet }) => {
    const { uri } = await replicaSet();
    await using watched = watch(`${uri}&maxPoolSize=1`);
    const { client } = watched;
    await run(client, find("a"));
    await failCommands(client, { failCommands: ["find"], blockConnection: true, blockTimeMS: 2_000 });
    const started = new Promise<void>((resolve) => client.once("commandStarted", () => resolve()));
    const failed = assertRejects(() => run(client, find("a")), MongoClientClosedError);
    await started;
    await client.close();
    await failed;
  },
);

liveTest("MongoClient that is closed while it connects is closed", { versions: ["6.0"] }, async ({ replicaSet }) => {
  const { uri } = await replicaSet();
  const client = new MongoClient(uri);
  const connected = assertRejects(() => client.connect(), MongoNotConnectedError);
  await client.close();
  await connected;
});

liveTest("MongoClient.connect rejects where there is no server, and can be called again", async () => {
  await using server = await startStandalone();
  await server.kill("SIGKILL");
  const client = new MongoClient(
    server.uri,
    { serverSelectionTimeoutMS: 200, minHeartbeatFrequencyMS: 50 } as ClientOptions,
  );
  await assertRejects(() => client.connect(), MongoServerSelectionError);
  await server.restart();
  await client.connect();
  assertEquals((await client.db("admin").command({ ping: 1 })).ok, 1);
  await client.close();
});

liveTest("MongoClient.connect rejects where the password is wrong", { versions: ["6.0"] }, async () => {
  const login = { user: "ada", pwd: "right" };
  await using server = await startStandalone({ version: "6.0", auth: { ...login } });
  const client = new MongoClient(server.uri, { auth: { username: "ada", password: "wrong" } });
  await assertRejects(() => client.connect(), MongoAuthError);
  await using good = new MongoClient(server.uri);
  await good.connect();
});

liveTest("MongoClient tells servers who uses the driver", { versions: ["6.0"] }, async ({ replicaSet }) => {
  const { uri } = await replicaSet();
  await using watched = watch(uri, { appName: "core test", driverInfo: { name: "first" } });
  const { client } = watched;
  client.appendMetadata({ name: "second", version: "1.2" });
  const [operation] = await client.db("admin").aggregate([
    { $currentOp: { idleConnections: true, localOps: true } },
    { $match: { appName: "core test", "clientMetadata.driver.name": /\|second$/ } },
  ]).toArray();
  assertEquals(operation?.clientMetadata.driver.name, "torana|first|second");
});

liveTest(
  "MongoClient runs 1,000 operations at a time on 10 connections",
  { versions: ["6.0"] },
  async ({ replicaSet }) => {
    const { uri } = await replicaSet();
    await using watched = watch(`${uri}&maxPoolSize=10`);
    const { client } = watched;
    const id = unique();
    await run(client, insert(id));
    const found = await Promise.all(Array.from({ length: 1_000 }, () => run(client, find(id))));
    assert(found.every((documents) => documents.length === 1));
    const connections = new Set(watched.started.map((event) => `${event.address} ${event.connectionId}`));
    assert(connections.size <= 10, `${connections.size} connections`);
  },
);

liveTest("MongoClient writes each document once while the primary changes", { versions: ["6.0"] }, async (context) => {
  const set = await context.replicaSet();
  await using watched = watch(set.uri, { w: "majority" });
  const { client } = watched;
  const things = client.db(DATABASE).collection<{ _id: number; round: string }>("elections");
  const round = unique();
  await things.deleteMany({});
  const isOver = new AbortController();
  let written = 0;
  const writers = Array.from({ length: 8 }, async (_, writer) => {
    for (let i = 0; !isOver.signal.aborted; i++) {
      await things.insertOne({ _id: i * 8 + writer, round });
      written += 1;
    }
  });
  await set.stepDown();
  const before = written;
  while (written < before + 100) await things.findOne({});
  isOver.abort();
  await Promise.all(writers);
  assertEquals(await things.countDocuments({ round }), written);
});

liveTest("ClientSession stays with its mongos while a transaction lasts", { versions: ["6.0"] }, async (context) => {
  const { uri } = await context.replicaSet();
  // To clients, a gateway is a mongos.
  await using gateway = await startGateway(uri);
  await using watched = watch(gateway.uri);
  const { client } = watched;
  await using session = client.startSession();
  session.startTransaction();
  await run(client, insert(unique(), session));
  assertEquals(client.core.topology?.description.type, "Sharded");
  assert(session.isPinned);
  await session.commitTransaction();
  assert(session.isPinned);
  await run(client, find("a", session));
  assert(!session.isPinned);
  session.startTransaction();
  await run(client, insert(unique(), session));
  await session.abortTransaction();
  assert(!session.isPinned);
});
