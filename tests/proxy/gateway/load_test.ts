import { assertEquals } from "@std/assert";
import type { Load, Transport } from "../../../driver/transport/transport.ts";
import { ByteClient } from "../support/byte_client.ts";
import { cursor, find, getMore, watch } from "../support/commands.ts";
import { eventually } from "../support/eventually.ts";
import { GatewayFixture } from "../support/gateway_fixture.ts";
import { largeInsert, largeReply } from "../support/large_messages.ts";
import { testTransport } from "../support/test_transport.ts";
import { Upstream } from "../support/upstream.ts";

class CountedLoad implements Load {
  askedCount = 0;
  answeredCount = 0;

  asked(): void {
    this.askedCount++;
  }

  answered(): void {
    this.answeredCount++;
  }

  get counts(): [asked: number, answered: number] {
    return [this.askedCount, this.answeredCount];
  }
}

async function openGateway(upstream: Upstream) {
  const load = new CountedLoad();
  const transport: Transport = {
    name: testTransport.name,
    load,
    dial: (...args) => testTransport.dial(...args),
    listen: (...args) => testTransport.listen(...args),
  };
  const limits = { abandonedCommandTimeoutMS: 20 };
  return { load, fixture: await GatewayFixture.open(upstream.uri, { limits, transport }) };
}

Deno.test("Gateway tells its transport once of the end of a command, however it ends", async () => {
  await using upstream = new Upstream();
  const { load, fixture } = await openGateway(upstream);
  await using _fixture = fixture;
  const client = await fixture.connect();
  await client.command(find);
  assertEquals(load.counts, [1, 1]);

  upstream.hold("find");
  const leaving = await fixture.connect();
  leaving.send(find);
  await upstream.next("find");
  assertEquals(load.counts, [2, 1]);
  leaving.close();
  await fixture.event("commandAbandoned");
  assertEquals(load.counts, [2, 2]);

  const id = client.send(find);
  const large = await upstream.next("find");
  const reply = largeReply(2_000_000, id);
  large.replyBytes(reply.subarray(0, 500_000));
  // From here on it may be the client that takes long.
  await eventually("the reply has begun", () => load.answeredCount === 3);
  large.replyBytes(reply.subarray(500_000));
  await client.replyTo(id);

  const lost = client.send(find);
  (await upstream.next("find")).hangUp();
  await client.replyTo(lost);
  assertEquals(load.counts, [4, 4]);
});

Deno.test("Gateway does not count what waits for data, or for its client, among what is answered soon", async () => {
  await using upstream = new Upstream();
  const { load, fixture } = await openGateway(upstream);
  await using _fixture = fixture;
  upstream.on("aggregate", (request) => request.reply(cursor(7)));
  upstream.hold("getMore");
  const watching = await fixture.connect();
  await watching.command(watch);
  const id = watching.send(getMore(7));
  const waiting = await upstream.next("getMore");
  using sender = await ByteClient.connect(fixture.gateway.address);
  const message = largeInsert(1_000_000);
  sender.send(message.subarray(0, 300_000));
  assertEquals(load.counts, [1, 1]);
  sender.send(message.subarray(300_000));
  await sender.receive();
  waiting.reply({ cursor: { id: 0, ns: "test.things", nextBatch: [] } });
  await watching.replyTo(id);
  assertEquals(load.counts, [1, 1]);
});
