import { assert, assertEquals, assertRejects } from "@std/assert";
import type { HostAddress } from "../../../driver/address.ts";
import { parseConnectionString } from "../../../driver/connection_string.ts";
import { MongoNetworkError, MongoParseError, MongoServerSelectionError } from "../../../driver/error.ts";
import { Gateway } from "../../../proxy/gateway.ts";
import type { GatewayConfig } from "../../../proxy/gateway_config.ts";
import { DEFAULT_LIMITS } from "../../../proxy/limits.ts";
import { find } from "../support/commands.ts";
import { eventually } from "../support/eventually.ts";
import { GatewayFixture } from "../support/gateway_fixture.ts";
import { RawClient } from "../support/raw_client.ts";
import { testTransport } from "../support/test_transport.ts";
import { Upstream } from "../support/upstream.ts";
import { within } from "../support/within.ts";

function config(uri: string, listen: HostAddress, unlink = false): GatewayConfig {
  return {
    listen,
    unlink,
    label: "test",
    upstream: parseConnectionString(uri),
    compressors: [],
    limits: DEFAULT_LIMITS,
  };
}

const ANY_PORT = { kind: "tcp", host: "127.0.0.1", port: 0 } as const;

Deno.test("Gateway.open says that it cannot listen, and leaves nothing", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri);
  const second = new Gateway(config(upstream.uri, fixture.gateway.address), () => {}, testTransport);
  await assertRejects(() => second.open({ ping: false }), MongoNetworkError, "Cannot listen on 127.0.0.1:");
  await second.close();
});

Deno.test("Gateway.open says which TLS file cannot be read", async () => {
  const gateway = new Gateway(
    config("mongodb://127.0.0.1:1/?tls=true&tlsCAFile=/nowhere.pem", ANY_PORT),
    () => {},
    testTransport,
  );
  await assertRejects(() => gateway.open({ ping: false }), MongoParseError, "/nowhere.pem");
});

Deno.test("Gateway listens before its deployment answers, where no ping is asked for", async () => {
  await using upstream = new Upstream();
  upstream.goAway();
  await using fixture = await GatewayFixture.open(upstream.uri, { ping: false });
  assertEquals(await (await fixture.connect()).command({ logout: 1 }), { ok: 1 });
});

Deno.test("Gateway listens on a unix socket, and removes it", async () => {
  await using upstream = new Upstream();
  const folder = await Deno.makeTempDir();
  try {
    const listen = { kind: "unix", path: `${folder}/torana.sock` } as const;
    const gateway = new Gateway(config(upstream.uri, listen, true), () => {}, testTransport);
    await gateway.open({ ping: true });
    assertEquals(gateway.address, listen);
    const client = await RawClient.connect(listen);
    assertEquals(await client.command(find), { ok: 1 });
    await gateway.close();
    await client.closed;
    await assertRejects(() => Deno.lstat(listen.path), Deno.errors.NotFound);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("Gateway.close ends an opening that has only begun", async () => {
  await using upstream = new Upstream();
  const gateway = new Gateway(config(upstream.uri, ANY_PORT), () => {}, testTransport);
  const opening = gateway.open({ ping: true });
  const failed = assertRejects(() => opening, MongoServerSelectionError, "closed");
  await gateway.close();
  await failed;
});

Deno.test("Gateway.close ends an opening that waits for the deployment to answer", async () => {
  await using upstream = new Upstream();
  upstream.goAway();
  const looking = Promise.withResolvers<void>();
  const gateway = new Gateway(
    config(upstream.uri, ANY_PORT),
    ({ type }) => type === "upstream" && looking.resolve(),
    testTransport,
  );
  const opening = gateway.open({ ping: true });
  await looking.promise;
  const failed = assertRejects(() => opening, MongoServerSelectionError, "closed");
  await within("the end of the gateway", gateway.close());
  await within("the end of the opening", failed);
});

Deno.test("Gateway.status counts what there is", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(`${upstream.uri}?maxPoolSize=3`);
  upstream.hold("find");
  const clients = await Promise.all(Array.from({ length: 5 }, () => fixture.connect()));
  for (const client of clients) client.send(find);
  await eventually("two wait", () => fixture.server().waiting === 2);
  await eventually("three run", () => upstream.commands("find").length === 3);
  const { servers: [server], ...status } = fixture.status;
  assertEquals(status, { clients: 5, clientGroups: 0, cursors: 0, transactions: 0, pinned: [] });
  assertEquals(server, {
    address: upstream.host,
    type: "Standalone",
    connections: 3,
    available: 0,
    pending: 0,
    waiting: 2,
    awaiting: 0,
    awaitingQueue: 0,
  });
  for (const client of clients) {
    (await upstream.next("find")).reply();
    await client.receive();
  }
  assertEquals([fixture.server().available, fixture.server().waiting], [3, 0]);
});

Deno.test("Gateway has nothing left of clients that came and went", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(`${upstream.uri}?maxPoolSize=4`);
  for (let round = 0; round < 10; round++) {
    const clients = await Promise.all(Array.from({ length: 30 }, () => fixture.connect()));
    await Promise.all(clients.map((client) => client.command({ ...find, lsid: { id: "odd" } })));
    for (const client of clients) client.close();
  }
  await eventually("all are gone", () => fixture.status.clients === 0);
  const { clientGroups, cursors, transactions, pinned } = fixture.status;
  assertEquals({ clientGroups, cursors, transactions, pinned }, {
    clientGroups: 0,
    cursors: 0,
    transactions: 0,
    pinned: [],
  });
  assert(fixture.server().connections <= 4);
  assertEquals(fixture.server().available, fixture.server().connections);
});

Deno.test("Gateway takes odd read preferences for a server to judge, or says that none suits", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(`${upstream.uri}?serverSelectionTimeoutMS=50`);
  const client = await fixture.connect();
  for (
    const $readPreference of [
      { mode: "bogus" },
      { mode: 5 },
      {},
      "text",
      null,
      { mode: "secondary", tags: "text" },
      { mode: "secondary", tags: [5] },
      { mode: "secondary", tags: [{ a: 5 }] },
      { mode: "secondary", maxStalenessSeconds: "text" },
      { mode: "primary", maxStalenessSeconds: 120 },
      { mode: "secondary", maxStalenessSeconds: 1 },
      { mode: "secondary", maxStalenessSeconds: -7 },
      { mode: "nearest", hedge: 5 },
    ]
  ) {
    const reply = await client.command({ ...find, $readPreference });
    assert(reply.ok === 1 || reply.code === 133, JSON.stringify($readPreference));
  }
});
