import { assertEquals } from "@std/assert";
import { type Document, Double, Long, ObjectId } from "bson";
import type { ClientId } from "../../../proxy/event.ts";
import { parseHello } from "../../../proxy/hello/hello_reply.ts";
import { HostNames } from "../../../proxy/mirror/host_names.ts";
import { knowsHello, memberHello } from "../../../proxy/mirror/member_hello.ts";

const PROCESS_ID = new ObjectId("0".repeat(24));
const HELLO = {
  helloOk: true,
  topologyVersion: { processId: PROCESS_ID, counter: 6 },
  hosts: ["DB1:27017", "db2:27017", "new:27017"],
  setName: "rs",
  isWritablePrimary: false,
  secondary: true,
  primary: "db2:27017",
  me: "DB1:27017",
  lastWrite: { opTime: { t: 1 }, majorityOpTime: { t: 1 }, lastWriteDate: new Date(5) },
  minWireVersion: 6,
  maxWireVersion: 17,
  connectionId: 777,
  localTime: new Date(0),
  ok: 1,
  $clusterTime: {},
  operationTime: {},
};
const NAMES = new HostNames([["db1:27017", "proxy:6000"], ["db2:27017", "proxy:6001"], ["hidden:27017", null]]);
const TOLD = { kind: "tcp", host: "proxy", port: 6000 } as const;
const NOW = new Date(9);

Deno.test("memberHello() names the proxy's addresses and leaves the rest", () => {
  assertEquals(reply({ hello: 1 }), {
    topologyVersion: { processId: PROCESS_ID, counter: Long.fromNumber(6) },
    hosts: ["proxy:6000", "proxy:6001"],
    setName: "rs",
    isWritablePrimary: false,
    secondary: true,
    primary: "proxy:6001",
    me: "proxy:6000",
    lastWrite: { opTime: { t: Long.ONE }, majorityOpTime: { t: Long.ONE }, lastWriteDate: new Date(5) },
    minWireVersion: 6,
    maxWireVersion: 17,
    connectionId: 3,
    localTime: NOW,
    ok: new Double(1),
  });
});

Deno.test("memberHello() answers isMaster with ismaster, whatever the monitor asked", () => {
  assertEquals([reply({ isMaster: 1 }).ismaster, "isWritablePrimary" in reply({ isMaster: 1 })], [false, false]);
  const { isWritablePrimary: _, ...without } = HELLO;
  const old = { ...without, ismaster: true };
  assertEquals(reply({ hello: 1 }, old).isWritablePrimary, true);
});

Deno.test("memberHello() has no primary where clients are not told of it", () => {
  assertEquals("primary" in reply({ hello: 1 }, { ...HELLO, primary: "hidden:27017" }), false);
  const { primary: _, ...without } = HELLO;
  assertEquals("primary" in reply({ hello: 1 }, without), false);
});

Deno.test("memberHello() answers what the client asks for itself", () => {
  const asked = reply({ hello: 1, helloOk: true, compression: ["zlib", "snappy"], saslSupportedMechs: "a.b" });
  assertEquals([asked.helloOk, asked.compression, asked.saslSupportedMechs], [true, ["snappy"], []]);
});

Deno.test("memberHello() tells of no newer wire version than wanted", () => {
  const { minWireVersion, maxWireVersion } = reply({ hello: 1 }, HELLO, 5);
  assertEquals([minWireVersion, maxWireVersion], [5, 5]);
});

Deno.test("memberHello() of a server without a configuration is as the server said it", () => {
  const ghost = {
    isWritablePrimary: false,
    secondary: false,
    isreplicaset: true,
    maxWireVersion: 17,
    ok: new Double(1),
  };
  assertEquals(reply({ hello: 1 }, ghost), { ...ghost });
});

Deno.test("knowsHello() is so for the same version and for a later one of the same process", () => {
  const knows = (counter: number, processId = PROCESS_ID, hello: Document = HELLO) =>
    knowsHello(
      parseHello("hello", { hello: 1, topologyVersion: { processId, counter: Long.fromNumber(counter) } }),
      hello,
    );
  assertEquals([knows(5), knows(6), knows(7)], [false, true, true]);
  assertEquals(knows(6, new ObjectId("1".repeat(24))), false);
  assertEquals(knows(6, PROCESS_ID, { ok: 1 }), false);
  assertEquals(knowsHello(parseHello("hello", { hello: 1 }), HELLO), false);
});

Deno.test("memberHello() names the primary that says so itself, whatever the member heard last", () => {
  const { primary: _, ...without } = HELLO;
  const told = (hello: Document, primary: string | null) => reply({ hello: 1 }, hello, null, primary).primary;
  assertEquals(told(without, "db2:27017"), "proxy:6001");
  assertEquals(told({ ...HELLO, primary: "db1:27017" }, "db2:27017"), "proxy:6001");
  assertEquals(told(HELLO, null), "proxy:6001");
  assertEquals(told(without, "hidden:27017"), undefined);
  assertEquals(told({ ...HELLO, isWritablePrimary: true, primary: "db1:27017" }, "db2:27017"), "proxy:6000");
  assertEquals(Object.keys(reply({ hello: 1 }, without, null, "db2:27017")), Object.keys(reply({ hello: 1 })));
});

function reply(
  command: Document,
  hello: Document = HELLO,
  maxWireVersion: number | null = null,
  primary: string | null = null,
): Document {
  const context = { clientId: 3 as ClientId, now: NOW, compressors: ["snappy"], maxWireVersion } as const;
  return memberHello(
    hello,
    parseHello(Object.keys(command)[0]!, command),
    { names: NAMES, told: TOLD, primary },
    context,
  );
}
