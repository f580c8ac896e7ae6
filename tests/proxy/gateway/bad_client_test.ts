import { assertEquals, assertMatch } from "@std/assert";
import { concat } from "@std/bytes";
import { Binary, type Document, serialize } from "bson";
import { HEADER_BYTES } from "../../../codec/header.ts";
import { compressMessage } from "../../../codec/op_compressed.ts";
import { encodeOpMsg, OpMsgFlag } from "../../../codec/op_msg.ts";
import type { ClientRequest } from "../../../proxy/client/client_request.ts";
import type { Front, FrontOptions } from "../../../proxy/front.ts";
import { GatewayFront } from "../../../proxy/hello/gateway_front.ts";
import { find, opMsg } from "../support/commands.ts";
import { eventually } from "../support/eventually.ts";
import { GatewayFixture } from "../support/gateway_fixture.ts";
import { Upstream } from "../support/upstream.ts";

/** A message whose nested document holds a type that no element has; its top level is right. */
function withBadField(command: string, field: string, before: Document = {}): Uint8Array {
  const body = serialize({ [command]: 1, [field]: { ...before, marked: 1 }, $db: "admin" });
  body[new TextDecoder("latin1").decode(body).indexOf("marked") - 1] = 0x55;
  return encodeOpMsg({ requestId: 1, body });
}

function changed(message: Uint8Array, offset: number, value: number): Uint8Array {
  new DataView(message.buffer).setInt32(offset, value, true);
  return message;
}

const BAD: Record<string, Uint8Array> = {
  "a length of nothing": changed(opMsg({ ping: 1 }), 0, 0),
  "a negative length": changed(opMsg({ ping: 1 }), 0, -1),
  "a length past the limit": changed(opMsg({ ping: 1 }), 0, 2_000_000),
  "an unknown opcode": changed(opMsg({ ping: 1 }), 12, 4711),
  "a reply": changed(opMsg({ ping: 1 }), 12, 1),
  "an unknown flag": changed(opMsg({ ping: 1 }), HEADER_BYTES, 0x40),
  "a wrong checksum flag": changed(opMsg({ ping: 1 }), HEADER_BYTES, OpMsgFlag.checksumPresent),
  "a wrong checksum": wrongChecksum(),
  "a document longer than its message": changed(opMsg({ ping: 1 }), HEADER_BYTES + 5, 5_000),
  "an empty command": encodeOpMsg({ requestId: 1, body: serialize({}) }),
  "compressed noise": damaged(compressMessage(opMsg({ ping: 1, filler: "x".repeat(100) }), "zlib")),
  "a compressed message and more": followed(compressMessage(opMsg({ ping: 1 }), "zstd")),
  "an unreadable read preference": withBadField("find", "$readPreference"),
  "an unreadable session": withBadField("getMore", "lsid"),
  "an unreadable hello": withBadField("hello", "client"),
  "an unreadable write concern": withBadField("insert", "writeConcern"),
  "an unreadable write concern that asks for nothing": withBadField("update", "writeConcern", { w: 0 }),
  "text": new TextEncoder().encode("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"),
};

function wrongChecksum(): Uint8Array {
  const message = encodeOpMsg({ requestId: 1, body: serialize({ ping: 1, $db: "admin" }), checksum: true });
  return changed(message, message.length - 4, 4711);
}

function followed(message: Uint8Array): Uint8Array {
  const longer = concat([message, new Uint8Array(4)]);
  return changed(longer, 0, longer.length);
}

function damaged(message: Uint8Array): Uint8Array {
  message.fill(0x5a, 30);
  return message;
}

for (const [what, bytes] of Object.entries(BAD)) {
  Deno.test(`Gateway closes the client that sends ${what}, and no other`, async () => {
    await using upstream = new Upstream();
    const limits = { maxMessageSizeBytes: 1_000_000 };
    await using fixture = await GatewayFixture.open(upstream.uri, { limits });
    const [bad, good] = [await fixture.connect(), await fixture.connect()];
    await good.command({ ping: 1 });
    bad.sendBytes(bytes);
    await bad.closed;
    const { reason, message } = await fixture.event("clientClosed");
    assertEquals(reason, "badMessage");
    assertMatch(message ?? "", /expected .*, got /);
    assertEquals(await good.command(find), { ok: 1 });
    assertEquals(fixture.told("clientClosed").length, 1);
    assertEquals(fixture.server().connections, fixture.server().available);
  });
}

Deno.test("Gateway answers what came before a bad message", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri);
  upstream.hold("find");
  const client = await fixture.connect();
  const id = client.send(find);
  client.sendBytes(changed(opMsg({ ping: 1 }), 12, 4711));
  (await upstream.next("find")).reply();
  assertEquals((await client.replyTo(id)).document, { ok: 1 });
  await client.closed;
  assertEquals((await fixture.event("clientClosed")).reason, "badMessage");
});

Deno.test("Gateway takes metadata of any shape", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri);
  for (const client of [{}, { driver: null }, { driver: 1, application: null }, { application: { name: 5 } }, []]) {
    const reply = await (await fixture.connect()).command({ hello: 1, client });
    assertEquals(reply.ok, 1);
  }
});

Deno.test("Gateway hands on to the server what it has to judge of killCursors", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri);
  const client = await fixture.connect();
  upstream.on("killCursors", (request) => request.reply({ ok: 0, code: 14, codeName: "TypeMismatch", errmsg: "no" }));
  const cursors = ["text", { a: 1 }, new Binary(new Uint8Array(3)), null];
  const reply = await client.command({ killCursors: "things", cursors, $db: "test" });
  assertEquals(reply.codeName, "TypeMismatch");
  assertEquals(upstream.commands("killCursors").length, 1);
});

Deno.test("Gateway ends a client alone for a fault in what sends its command", async () => {
  const isAboutServers = ({ failing }: ClientRequest) => {
    if (failing.name === "count") throw new Error("No such thing");
    return false;
  };
  const createFront = (options: FrontOptions): Front => Object.assign(new GatewayFront(options), { isAboutServers });
  await using upstream = new Upstream();
  upstream.hold("find");
  await using fixture = await GatewayFixture.open(`${upstream.uri}?maxPoolSize=1`, { createFront });
  const [bad, good] = [await fixture.connect(), await fixture.connect()];
  const id = good.send(find);
  const running = await upstream.next("find");
  bad.send({ count: "things", $db: "test" });
  await eventually("the command waits", () => fixture.server().waiting === 1);
  running.reply();
  assertEquals((await good.replyTo(id)).document, { ok: 1 });
  await bad.closed;
  const { reason, message } = await fixture.event("clientClosed");
  assertEquals([reason, message], ["replyLost", "No such thing"]);
  const again = good.send(find);
  (await upstream.next("find")).reply();
  await good.replyTo(again);
});
