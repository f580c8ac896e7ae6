import { assert, assertEquals, assertRejects } from "@std/assert";
import { find } from "../support/commands.ts";
import { Upstream } from "../support/upstream.ts";
import { WorkersFixture } from "./workers_fixture.ts";

Deno.test("WorkerPool keeps to maxPoolSize with all workers together", async () => {
  await using upstream = new Upstream();
  upstream.hold("find");
  await using fixture = await WorkersFixture.open(`${upstream.uri}?maxPoolSize=3`);
  // Twice the connections at each worker, so that some wait at both.
  const clients = [];
  for (const worker of [0, 0, 0, 0, 1, 1]) clients.push(await fixture.connectTo(worker));
  const replies = Promise.all(clients.map((client) => client.command(find)));
  await fixture.until("all others wait", ({ servers }) => servers[0]?.waiting === 3);
  const status = await fixture.status();
  assertEquals(status.servers.map(({ connections, available }) => [connections, available]), [[3, 0]]);
  const used = new Set<number>();
  for (let i = 0; i < clients.length; i++) {
    const request = await upstream.next("find");
    used.add(request.connectionId);
    request.reply();
  }
  await replies;
  assertEquals(used.size, 3);
});

Deno.test("WorkerPool keeps to maxClients with all workers together", async () => {
  await using upstream = new Upstream();
  await using fixture = await WorkersFixture.open(upstream.uri, { limits: { maxClients: 3 } });
  const clients = [await fixture.connect(), await fixture.connect(), await fixture.connect()];
  for (const client of clients) assertEquals((await client.command({ ping: 1 })).ok, 1);
  for (let i = 0; i < 8; i++) await (await fixture.connect()).closed;
  assertEquals((await fixture.status()).clients, 3);
  clients[0]!.close();
  await fixture.line("clientClosed");
  assertEquals((await (await fixture.connect()).command({ ping: 1 })).ok, 1);
});

Deno.test("WorkerPool keeps to maxClientsPerHost with all workers together, each to its part", async () => {
  await using upstream = new Upstream();
  await using fixture = await WorkersFixture.open(upstream.uri, { limits: { maxClientsPerHost: 2 } });
  let accepted = 0;
  for (let i = 0; i < 8; i++) {
    const client = await fixture.connect();
    accepted += await client.command({ ping: 1 }).then(() => 1, () => 0);
  }
  assert(accepted === 1 || accepted === 2);
  assertEquals((await fixture.status()).clients, accepted);
  assertEquals((await fixture.line("clientRefused")).fields.maxClientsPerHost, 1);
});

Deno.test("WorkerPool does not share a port with another program", async () => {
  await using upstream = new Upstream();
  await using fixture = await WorkersFixture.open(upstream.uri);
  const error = await assertRejects(
    () => WorkersFixture.open(upstream.uri, { listen: fixture.gateway.address }),
    Error,
  );
  assertEquals(error.name, "MongoNetworkError");
  assert(error.message.includes("Cannot listen on 127.0.0.1"));
});

Deno.test("WorkerPool says why a gateway cannot be opened", async () => {
  const error = await assertRejects(
    () => WorkersFixture.open("mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=50"),
    Error,
  );
  assertEquals(error.name, "MongoServerSelectionError");
});

Deno.test("WorkerPool serves a unix socket in one worker, with all its connections", async () => {
  await using upstream = new Upstream();
  upstream.hold("find");
  const folder = await Deno.makeTempDir();
  try {
    const listen = { kind: "unix", path: `${folder}/torana.sock` } as const;
    await using fixture = await WorkersFixture.open(`${upstream.uri}?maxPoolSize=3`, { listen });
    const clients = await Promise.all([fixture.connect(), fixture.connect(), fixture.connect()]);
    const replies = Promise.all(clients.map((client) => client.command(find)));
    const requests = [await upstream.next("find"), await upstream.next("find"), await upstream.next("find")];
    for (const request of requests) request.reply();
    await replies;
    assertEquals(new Set(fixture.told("clientOpened").map(({ fields }) => fields.worker)), new Set([0]));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
