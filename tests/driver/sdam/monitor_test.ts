import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import { type Document, ObjectId } from "bson";
import { connect } from "../../../driver/connect.ts";
import { MongoNetworkTimeoutError, MongoServerError } from "../../../driver/error.ts";
import { Monitor, type MonitorOptions } from "../../../driver/sdam/monitor.ts";
import type { SdamEvent } from "../../../driver/sdam/sdam_event.ts";
import type { ServerDescription } from "../../../driver/sdam/server_description.ts";
import { type FakeRequest, FakeServer } from "../../support/fake_server.ts";
import { EventLog } from "./event_log.ts";

const PROCESS = new ObjectId();

Deno.test("Monitor streams the replies of a server that gives a topologyVersion", async () => {
  const streamed = Promise.withResolvers<FakeRequest>();
  await using server = FakeServer.start((request) => {
    if (!request.exhaustAllowed) return request.reply(hello(1n));
    streamed.resolve(request);
    request.reply(hello(2n), { more: true });
  });
  await using monitored = new Monitored(server);
  const { command } = await streamed.promise;
  assertEquals(String(command.topologyVersion.counter), "1");
  assertEquals(Number(command.maxAwaitTimeMS), 10_000);
  await monitored.events.next("serverHeartbeatSucceeded", ({ awaited }) => awaited);
  await monitored.events.next("serverHeartbeatStarted", ({ awaited }) => awaited);
  (await streamed.promise).reply(hello(3n), { more: true });
  await monitored.events.next("serverHeartbeatSucceeded");
  assertEquals(monitored.counters, [1n, 2n, 3n]);
});

Deno.test("Monitor asks again with the newest version after a stream has ended", async () => {
  const requests: FakeRequest[] = [];
  const third = Promise.withResolvers<void>();
  await using server = FakeServer.start((request) => {
    if (!request.exhaustAllowed) return request.reply(hello(1n));
    if (requests.push(request) === 3) return third.resolve();
    request.reply(hello(BigInt(requests.length + 1)));
  });
  await using _monitored = new Monitored(server);
  await third.promise;
  assertEquals(requests.map(({ command }) => String(command.topologyVersion.counter)), ["1", "2", "3"]);
});

Deno.test("Monitor uses hello once the server has said that it knows it", async () => {
  const names: string[] = [];
  await using server = FakeServer.start((request) => {
    names.push(request.name);
    request.exhaustAllowed ? request.reply(hello(2n), { more: true }) : request.reply({ ...hello(1n), helloOk: true });
  });
  await using monitored = new Monitored(server);
  await monitored.events.next("serverHeartbeatSucceeded", ({ awaited }) => awaited);
  assertEquals(names.slice(0, 1), ["isMaster"]);
  assert(names.includes("hello"));
});

Deno.test("Monitor polls a server that gives no topologyVersion, on one connection", async () => {
  await using server = FakeServer.start((request) => {
    assert(!request.exhaustAllowed);
    request.reply(hello(null));
  });
  await using monitored = new Monitored(server, { heartbeatFrequencyMS: 500 });
  for (let check = 0; check < 2; check++) {
    const { awaited } = await monitored.events.next("serverHeartbeatSucceeded");
    assertEquals(awaited, false);
  }
  assertEquals(server.connectionCount, 1);
});

Deno.test("Monitor polls where serverMonitoringMode says so", async () => {
  await using server = FakeServer.start((request) => {
    assert(!request.exhaustAllowed);
    request.reply(hello(1n));
  });
  await using monitored = new Monitored(server, { serverMonitoringMode: "poll", heartbeatFrequencyMS: 500 });
  await monitored.events.next("serverHeartbeatSucceeded");
  await monitored.events.next("serverHeartbeatSucceeded");
  assertEquals(server.connectionCount, 1);
});

Deno.test("Monitor measures round trips on a second connection while it streams", async () => {
  const measured = Promise.withResolvers<number>();
  await using server = FakeServer.start((request) => {
    if (request.exhaustAllowed) return;
    request.reply(hello(1n));
    if (request.command.client === undefined) measured.resolve(request.connectionId);
  });
  await using _monitored = new Monitored(server);
  assertEquals(await measured.promise, 2);
});

Deno.test("Monitor tells of a lost connection, then checks again at once", async () => {
  await using server = FakeServer.start((request) => {
    if (request.exhaustAllowed) request.connectionId === 1 ? request.hangUp() : undefined;
    else request.reply(hello(1n));
  });
  await using monitored = new Monitored(server);
  await monitored.events.next("serverHeartbeatFailed");
  assertEquals(monitored.descriptions.map(({ type }) => type), ["Standalone", "Unknown"]);
  // The pause is 10 seconds, so this must be the second chance.
  await monitored.events.next("serverHeartbeatSucceeded");
  assertEquals(monitored.descriptions.at(-1)?.type, "Standalone");
});

Deno.test("Monitor waits after a command error until a check is requested", async () => {
  let isRefusing = true;
  await using server = FakeServer.start((request) => {
    if (isRefusing) return request.reply({ ok: 0, code: 1234, errmsg: "Refused" });
    request.reply(hello(null));
  });
  await using monitored = new Monitored(server);
  const { failure } = await monitored.events.next("serverHeartbeatFailed");
  assertInstanceOf(failure, MongoServerError);
  assertEquals(server.connectionCount, 1);
  isRefusing = false;
  monitored.monitor.requestCheck();
  await monitored.events.next("serverHeartbeatSucceeded");
  assertEquals(server.connectionCount, 2);
});

Deno.test("Monitor takes a reply that does not come in time for a network timeout", async () => {
  await using server = FakeServer.start((request) => {
    if (request.command.client !== undefined) request.reply(hello(null));
  });
  await using monitored = new Monitored(server, { heartbeatFrequencyMS: 500, connectTimeoutMS: 50 });
  const { failure } = await monitored.events.next("serverHeartbeatFailed");
  assertInstanceOf(failure, MongoNetworkTimeoutError);
  assertEquals(monitored.descriptions.at(-1)?.error, failure);
});

Deno.test("Monitor.cancelCheck() gives up the stream and its connection without a new description", async () => {
  const streamed = Promise.withResolvers<void>();
  await using server = FakeServer.start((request) => {
    if (request.exhaustAllowed) streamed.resolve();
    else request.reply(hello(1n));
  });
  await using monitored = new Monitored(server);
  await streamed.promise;
  monitored.monitor.cancelCheck();
  await monitored.events.next("serverHeartbeatFailed", ({ awaited }) => awaited);
  assertEquals(monitored.descriptions.map(({ type }) => type), ["Standalone"]);
  monitored.monitor.requestCheck();
  await monitored.events.next("serverHeartbeatSucceeded", ({ awaited }) => !awaited);
});

Deno.test("Monitor.stop() ends a connection attempt", async () => {
  const attempted = Promise.withResolvers<void>();
  await using server = FakeServer.start(() => attempted.resolve());
  const monitored = new Monitored(server);
  await attempted.promise;
  await monitored.monitor.stop();
  assertEquals(monitored.events.all.map(({ type }) => type), ["serverHeartbeatStarted", "serverHeartbeatFailed"]);
});

/** A started monitor of a fake server, with what it told. */
class Monitored implements AsyncDisposable {
  readonly events = new EventLog<SdamEvent>();
  readonly descriptions: ServerDescription[] = [];
  readonly monitor: Monitor;

  constructor({ address }: FakeServer, options: Partial<MonitorOptions> = {}) {
    this.monitor = new Monitor({
      address: "fake:27017",
      connect: (signal) => connect(address, { clientMetadata: {} }, signal),
      listener: {
        onChecked: (description) => void this.descriptions.push(description),
        onCheckFailed: (description) => void this.descriptions.push(description),
        onHeartbeat: this.events.push,
      },
      heartbeatFrequencyMS: 10_000,
      connectTimeoutMS: 10_000,
      serverMonitoringMode: "auto",
      ...options,
    });
    this.monitor.start();
  }

  get counters() {
    return this.descriptions.map(({ topologyVersion }) => topologyVersion?.counter);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.monitor.stop();
  }
}

function hello(counter: bigint | null): Document {
  const topologyVersion = counter === null ? {} : { topologyVersion: { processId: PROCESS, counter } };
  return { isWritablePrimary: true, maxWireVersion: 21, ...topologyVersion };
}
