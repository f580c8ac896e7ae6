import { assert, assertEquals } from "@std/assert";
import { find } from "../support/commands.ts";
import { eventually } from "../support/eventually.ts";
import { GatewayFixture } from "../support/gateway_fixture.ts";
import { ManualClock } from "../support/manual_clock.ts";
import { Upstream } from "../support/upstream.ts";

Deno.test("Gateway asks for no further replies for a client that does not read those it has", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri);
  const filler = new Uint8Array(1_000_000);
  upstream.on("find", (request) => request.reply({ filler, token: request.command.token }));
  const client = await fixture.connect();
  client.pause();
  const ids = Array.from({ length: 64 }, (_, token) => client.send({ ...find, token }));
  // What the operating system takes on both ends is a few megabytes.
  let asked = 0;
  let still = 0;
  await eventually("the server is asked no more", () => {
    const now = upstream.commands("find").length;
    still = now === asked ? still + 1 : 0;
    asked = now;
    return asked > 0 && still === 50;
  });
  assert(asked < ids.length / 2, `${asked} of ${ids.length} replies are held for a client that reads none`);
  client.resume();
  for (const [token, id] of ids.entries()) assertEquals((await client.replyTo(id)).document.token, token);
});

Deno.test("Gateway closes an idle client although it does not read what it was sent", async () => {
  await using upstream = new Upstream();
  using clock = new ManualClock();
  await using fixture = await GatewayFixture.open(upstream.uri, { limits: { clientIdleTimeoutMS: 3_000 } });
  upstream.on("find", (request) => request.reply({ filler: new Uint8Array(16_000_000) }));
  const client = await fixture.connect();
  client.pause();
  client.send(find);
  await eventually("it was answered", () => {
    const { available, connections, pending } = fixture.server();
    return upstream.commands("find").length === 1 && available === connections && pending === 0;
  });
  clock.advance(4_000);
  assertEquals(fixture.told("clientClosed"), []);
  clock.advance(4_000);
  assertEquals(fixture.told("clientClosed").map(({ reason }) => reason), ["idle"]);
});

Deno.test("Gateway serves others while a client does not read", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(`${upstream.uri}?maxPoolSize=1`);
  upstream.on("find", (request) => request.reply({ filler: new Uint8Array(4_000_000) }));
  const [slow, quick] = [await fixture.connect(), await fixture.connect()];
  slow.pause();
  for (let turn = 0; turn < 8; turn++) slow.send(find);
  for (let turn = 0; turn < 8; turn++) assertEquals((await quick.command(find)).ok, 1);
});
