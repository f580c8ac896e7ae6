import { assert, assertEquals } from "@std/assert";
import { concat } from "@std/bytes";
import { OpMsgFlag } from "../../../codec/op_msg.ts";
import { find, opMsg } from "../support/commands.ts";
import { eventually } from "../support/eventually.ts";
import { GatewayFixture } from "../support/gateway_fixture.ts";
import { seededRandom } from "../support/seeded_random.ts";
import { Upstream, type UpstreamRequest } from "../support/upstream.ts";

Deno.test("Gateway answers pipelined requests of one client in their order", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri);
  upstream.hold("find");
  const client = await fixture.connect();
  const ids = [1, 2, 3].map((token) => client.send({ ...find, comment: token }));

  for (const id of ids) {
    const request = await upstream.next("find");
    assertEquals(upstream.commands("find").length, ids.indexOf(id) + 1);
    request.reply({ token: request.command.comment });
    assertEquals((await client.replyTo(id)).document.token, ids.indexOf(id) + 1);
  }
});

Deno.test("Gateway answers a local command behind a forwarded one after it", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri);
  upstream.hold("find");
  const client = await fixture.connect();
  const first = client.send(find);
  const second = client.send({ hello: 1 });
  const request = await upstream.next("find");
  assertEquals(client.unread, 0);
  request.reply();
  await client.replyTo(first);
  assert((await client.replyTo(second)).document.isWritablePrimary);
});

Deno.test("Gateway answers requests that come in one chunk with others of no reply between them", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri);
  upstream.on("find", (request) => request.reply({ token: request.command.comment }));
  const client = await fixture.connect();
  const insert = { insert: "things", $db: "test", documents: [{}], writeConcern: { w: 0 } };
  client.sendBytes(concat([
    opMsg({ ...find, comment: 1 }, { requestId: 1 }),
    opMsg(insert, { requestId: 2, flags: OpMsgFlag.moreToCome }),
    opMsg({ ...find, comment: 2 }, { requestId: 3 }),
  ]));
  assertEquals((await client.replyTo(1)).document.token, 1);
  assertEquals((await client.replyTo(3)).document.token, 2);
  const names = upstream.requests.map(({ name }) => name).filter((name) => name !== "buildInfo");
  assertEquals(names, ["find", "insert", "find"]);
});

Deno.test("Gateway takes messages byte by byte", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri);
  upstream.on("find", (request) => request.reply({ token: request.command.comment }));
  const client = await fixture.connect();
  const bytes = concat([opMsg({ ...find, comment: 1 }, { requestId: 1 }), opMsg({ ping: 1 }, { requestId: 2 })]);
  for (const byte of bytes) client.sendBytes(Uint8Array.of(byte));
  assertEquals((await client.replyTo(1)).document.token, 1);
  assertEquals((await client.replyTo(2)).document, { ok: 1 });
});

Deno.test("Gateway keeps a request that waits while its client sends on", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(`${upstream.uri}?maxPoolSize=1`);
  upstream.hold("find");
  const [first, second] = [await fixture.connect(), await fixture.connect()];
  first.send(find);
  const blocking = await upstream.next("find");
  const waiting = second.send({ ...find, comment: "waiting" });
  await eventually("the second waits", () => fixture.server().waiting === 1);
  // Overwrites the buffer that the waiting request was read from.
  const pipelined = second.send({ ...find, comment: "x".repeat(2_000) });
  await (await fixture.connect()).command({ ping: 1 });
  blocking.reply();
  const request = await upstream.next("find");
  assertEquals(request.command.comment, "waiting");
  request.reply();
  await second.replyTo(waiting);
  (await upstream.next("find")).reply();
  await second.replyTo(pipelined);
});

Deno.test("Gateway takes more than it holds back of a client that sends far ahead", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri);
  upstream.on("find", (request) => request.reply({ token: request.command.token }));
  upstream.hold("count");
  const client = await fixture.connect();
  client.send({ count: "things", $db: "test" });
  const filler = "x".repeat(100_000);
  const ids = Array.from({ length: 40 }, (_, token) => client.send({ ...find, token, filler }));
  (await upstream.next("count")).reply();
  await client.receive();
  for (const [token, id] of ids.entries()) assertEquals((await client.replyTo(id)).document.token, token);
});

Deno.test("Gateway never gives a client the reply of another", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(`${upstream.uri}?maxPoolSize=4`);
  const random = seededRandom(7);
  const held: UpstreamRequest[] = [];
  // Answers out of order: what has been held is answered whenever something comes, any of it.
  upstream.on("find", (request) => {
    held.push(request);
    if (held.length < 4 && random() < 0.7) return;
    while (held.length > 0) answer(held.splice(Math.floor(random() * held.length), 1)[0]!);
  });
  const clients = await Promise.all(Array.from({ length: 24 }, () => fixture.connect()));
  let running = clients.length;
  const work = clients.map(async (client, number) => {
    // Every client uses the same request ids.
    for (let turn = 0; turn < 25; turn++) {
      const token = `${number}/${turn}`;
      const reply = await client.command({ ...find, token, filler: "x".repeat(random() * 5_000) }, { requestId: turn });
      assertEquals(reply.token, token);
    }
    running--;
  });
  const flushing = setInterval(() => {
    for (const request of held.splice(0)) answer(request);
  }, 1);
  await Promise.all(work).finally(() => clearInterval(flushing));
  assertEquals(running, 0);
  assertEquals(upstream.commands("find").length, 24 * 25);
  assert(fixture.server().connections <= 4);
});

function answer(request: UpstreamRequest): void {
  request.reply({ token: request.command.token });
}
