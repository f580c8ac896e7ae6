import { assertEquals } from "@std/assert";
import { concat } from "@std/bytes";
import { OpMsgFlag } from "../../../codec/op_msg.ts";
import { find, opMsg } from "../support/commands.ts";
import { eventually } from "../support/eventually.ts";
import { GatewayFixture } from "../support/gateway_fixture.ts";
import { Upstream } from "../support/upstream.ts";

const flags = OpMsgFlag.moreToCome;

function insert(number: number) {
  return { insert: "things", documents: [{ number }], writeConcern: { w: 0 }, $db: "test" };
}

function inserted(upstream: Upstream): number[] {
  return upstream.commands("insert").map(({ documents }) => documents[0].number);
}

Deno.test("Gateway sends nothing to the client for a write without acknowledgement", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri);
  const client = await fixture.connect();
  client.send(insert(1), { flags });
  await client.command(find);
  assertEquals(inserted(upstream), [1]);
  assertEquals(client.unread, 0);
});

Deno.test("Gateway runs the next command of a client after its unacknowledged write is done", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(`${upstream.uri}?maxPoolSize=4`);
  const client = await fixture.connect();
  upstream.hold("ping");
  client.send(insert(1), { flags });
  const read = client.send(find);
  const barrier = await upstream.next("ping");
  assertEquals(upstream.commands("find"), []);
  barrier.reply();
  await client.replyTo(read);
  const [write, ping] = upstream.requests.filter(({ name }) => name === "insert" || name === "ping");
  assertEquals(write?.connectionId, ping?.connectionId);
});

Deno.test("Gateway runs the unacknowledged write of a client that left while it was queued", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(`${upstream.uri}?maxPoolSize=1`);
  upstream.hold("find");
  const [first, second] = [await fixture.connect(), await fixture.connect()];
  first.send(find);
  const blocking = await upstream.next("find");
  second.send(insert(1), { flags });
  await eventually("the write waits", () => fixture.server().waiting === 1);
  second.close();
  await fixture.event("clientClosed");
  blocking.reply();
  await eventually("the write arrived", () => inserted(upstream).length === 1);
});

Deno.test("Gateway runs all unacknowledged writes that a client sent before it left", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(`${upstream.uri}?maxPoolSize=1`);
  const client = await fixture.connect();
  const numbers = Array.from({ length: 50 }, (_, number) => number);
  client.sendBytes(concat(numbers.map((number) => opMsg(insert(number), { requestId: number, flags }))));
  client.end();
  await eventually("all writes arrived", () => inserted(upstream).length === numbers.length);
  assertEquals(inserted(upstream), numbers);
  await eventually("the connection is free", () => fixture.server().available === 1);
});

Deno.test("Gateway leaves a client in peace whose unacknowledged write fails", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri);
  const client = await fixture.connect();
  upstream.on("insert", (request) => request.hangUp());
  client.send(insert(1), { flags });
  await eventually(
    "the connection is gone",
    () => fixture.server().type === "Unknown" || fixture.server().connections === 0,
  );
  assertEquals(await client.command(find), { ok: 1 });
  assertEquals(client.unread, 0);
});

Deno.test("Gateway keeps what is about a connection away from those to servers, though no reply is asked for", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri);
  const client = await fixture.connect();
  for (const name of ["logout", "saslStart", "saslContinue", "authenticate", "getnonce", "hello", "getLastError"]) {
    client.send({ [name]: 1 }, { flags });
  }
  client.send({ endSessions: [] }, { flags });
  await client.command(find);
  const names = upstream.requests.map(({ name }) => name).filter((name) => name !== "buildInfo");
  assertEquals(names, ["endSessions", "ping", "find"]);
  assertEquals(client.unread, 0);
});
