import { assert, assertEquals } from "@std/assert";
import { calculateObjectSize, type Document, Double, Long, ObjectId } from "bson";
import type { ClientId } from "../../../proxy/event.ts";
import type { VersionedFacade } from "../../../proxy/hello/facade.ts";
import {
  agreedCompressors,
  helloReply,
  introduction,
  knowsVersion,
  parseHello,
} from "../../../proxy/hello/hello_reply.ts";
import { metadata } from "../support/commands.ts";

const FACADE: VersionedFacade = {
  processId: new ObjectId(),
  counter: 3n,
  facade: {
    looksLike: "mongos",
    minWireVersion: 0,
    maxWireVersion: 17,
    maxBsonObjectSize: 1,
    maxMessageSizeBytes: 2,
    maxWriteBatchSize: 3,
    logicalSessionTimeoutMinutes: 30,
  },
};
const CONTEXT = {
  clientId: 5 as ClientId,
  now: new Date(1_000),
  compressors: ["zlib", "zstd"] as const,
  maxWireVersion: null,
  serviceId: new ObjectId(),
};

function replyTo(command: Document, facade = FACADE): Document {
  return helloReply(parseHello(Object.keys(command)[0]!, command), facade, CONTEXT);
}

Deno.test("helloReply() answers a plain hello with what every driver reads", () => {
  assertEquals(replyTo({ hello: 1 }), {
    isWritablePrimary: true,
    msg: "isdbgrid",
    topologyVersion: { processId: FACADE.processId, counter: Long.fromNumber(3) },
    maxBsonObjectSize: 1,
    maxMessageSizeBytes: 2,
    maxWriteBatchSize: 3,
    localTime: CONTEXT.now,
    logicalSessionTimeoutMinutes: 30,
    connectionId: 5,
    minWireVersion: 0,
    maxWireVersion: 17,
    readOnly: false,
    ok: new Double(1),
  });
});

Deno.test("helloReply() answers only what was asked for", () => {
  const reply = replyTo({
    isMaster: 1,
    helloOk: true,
    loadBalanced: true,
    saslSupportedMechs: "admin.user",
    compression: ["zstd"],
  });
  assertEquals([reply.ismaster, reply.isWritablePrimary, reply.helloOk], [true, undefined, true]);
  assertEquals(reply.serviceId, CONTEXT.serviceId);
  assertEquals([reply.saslSupportedMechs, reply.compression], [[], ["zstd"]]);
});

Deno.test("helloReply() tells of no mongos and no sessions where there are none", () => {
  const facade = { ...FACADE.facade, looksLike: "standalone", logicalSessionTimeoutMinutes: null } as const;
  const reply = replyTo({ hello: 1 }, { ...FACADE, facade });
  assert(!("msg" in reply));
  assert(!("logicalSessionTimeoutMinutes" in reply));
});

Deno.test("agreedCompressors() keeps the client's order and drops what is not offered", () => {
  assertEquals(agreedCompressors(["snappy", "zstd", "zlib"], ["zlib", "zstd"]), ["zstd", "zlib"]);
  assertEquals(agreedCompressors([], ["zlib"]), []);
  assertEquals(agreedCompressors(null, ["zlib"]), []);
});

Deno.test("parseHello() takes fields of types that they cannot have for absent", () => {
  const odd = {
    helloOk: 1,
    loadBalanced: "yes",
    compression: "zlib",
    client: 5,
    topologyVersion: 7,
    maxAwaitTimeMS: "1",
  };
  assertEquals(parseHello("hello", odd), {
    isHello: true,
    helloOk: false,
    loadBalanced: false,
    asksMechanisms: false,
    compressors: null,
    client: null,
    topologyVersion: null,
    maxAwaitTimeMS: null,
  });
});

Deno.test("parseHello() takes a topologyVersion of odd parts for absent", () => {
  const processId = new ObjectId();
  for (
    const topologyVersion of [
      {},
      { processId },
      { counter: 1 },
      { processId: 5, counter: 1 },
      { processId, counter: "text" },
      { processId, counter: 1.5 },
      { processId, counter: null },
      null,
    ]
  ) {
    assertEquals(parseHello("hello", { topologyVersion }).topologyVersion, null);
  }
});

Deno.test("parseHello() takes numbers of all types for a time and a counter", () => {
  const processId = new ObjectId();
  for (const number of [4, Long.fromNumber(4)]) {
    const hello = parseHello("hello", { maxAwaitTimeMS: number, topologyVersion: { processId, counter: number } });
    assertEquals([hello.maxAwaitTimeMS, hello.topologyVersion?.counter], [4, 4n]);
  }
});

Deno.test("knowsVersion() compares process and counter", () => {
  const known = (processId: ObjectId, counter: number) =>
    knowsVersion(parseHello("hello", { topologyVersion: { processId, counter } }), FACADE);
  assert(known(new ObjectId(FACADE.processId.toHexString()), 3));
  assert(!known(FACADE.processId, 2));
  assert(!known(new ObjectId(), 3));
  assert(!knowsVersion(parseHello("hello", {}), FACADE));
});

Deno.test("introduction() reads the names of application and driver, as far as there are any", () => {
  assertEquals(introduction(metadata("shop")), { application: "shop", driver: "nodejs 7.0.0" });
  assertEquals(introduction({ driver: { name: "x" } }), { application: null, driver: "x" });
  assertEquals(introduction({ application: null, driver: null }), { application: null, driver: null });
  assertEquals(introduction({ application: { name: 5 }, driver: 5 }), { application: null, driver: null });
});

Deno.test("parseHello() takes metadata for absent that is larger than drivers send", () => {
  const largest = { application: { name: "x".repeat(512 - 34) } };
  assertEquals(calculateObjectSize(largest), 512);
  assertEquals(parseHello("hello", { hello: 1, client: largest }).client, largest);
  const larger = { application: { name: "x".repeat(512 - 33) } };
  assertEquals(parseHello("hello", { hello: 1, client: larger }).client, null);
});

Deno.test("helloReply() tells of no newer wire version than it is to", () => {
  const versions = (maxWireVersion: number) => {
    const reply = helloReply(parseHello("hello", { hello: 1 }), FACADE, { ...CONTEXT, maxWireVersion });
    return [reply.minWireVersion, reply.maxWireVersion];
  };
  assertEquals(versions(5), [0, 5]);
  assertEquals(versions(99), [0, 17]);
});
