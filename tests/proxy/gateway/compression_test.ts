import { assertEquals } from "@std/assert";
import type { Document } from "bson";
import { compressMessage, type CompressorName } from "../../../codec/op_compressed.ts";
import { find, opMsg, retryable } from "../support/commands.ts";
import { GatewayFixture } from "../support/gateway_fixture.ts";
import { PRIMARY_HELLO, Upstream } from "../support/upstream.ts";

const COMPRESSORS: readonly (CompressorName | null)[] = [null, "snappy", "zlib", "zstd"];
const filler = "torana ".repeat(500);

/** A server that agrees to compress with `compressor`, and compresses its replies so. */
function compressing(compressor: CompressorName | null): Upstream {
  const upstream = new Upstream({ ...PRIMARY_HELLO, compression: compressor === null ? [] : [compressor] });
  upstream.on("find", ({ command, reply }) => {
    const document = { filler, token: command.token };
    reply(document, compressor === null ? {} : { compressor });
  });
  return upstream;
}

function uriOf(upstream: Upstream, compressor: CompressorName | null): string {
  return compressor === null ? upstream.uri : `${upstream.uri}?compressors=${compressor}`;
}

for (const upstreamCompressor of COMPRESSORS) {
  for (const clientCompressor of COMPRESSORS) {
    const name = `${clientCompressor ?? "plain"} clients and ${upstreamCompressor ?? "plain"} servers`;
    Deno.test(`Gateway carries commands and replies between ${name}`, async () => {
      await using upstream = compressing(upstreamCompressor);
      await using fixture = await GatewayFixture.open(uriOf(upstream, upstreamCompressor));
      const client = await fixture.connect();
      const options = clientCompressor === null ? {} : { compressor: clientCompressor };
      for (const token of [1, 2]) {
        const reply = await client.replyTo(client.send({ ...find, token, filler }, options));
        assertEquals([reply.document.token, reply.document.filler], [token, filler]);
        assertEquals(reply.compressor, clientCompressor);
      }
      const [request] = upstream.requests.filter((request) => request.name === "find");
      assertEquals(request?.compressor, upstreamCompressor);
      assertEquals(request?.command.filler, filler);
    });
  }
}

Deno.test("Gateway passes on compressed bytes that suit the server as they are", async () => {
  await using upstream = compressing("zlib");
  await using fixture = await GatewayFixture.open(`${upstream.uri}?compressors=zlib`);
  const client = await fixture.connect();
  const bytes = compressMessage(opMsg({ ...find, filler }, { requestId: 77 }), "zlib", { zlibCompressionLevel: 9 });
  client.sendBytes(bytes);
  await client.replyTo(77);
  const [request] = upstream.requests.filter(({ name }) => name === "find");
  assertEquals(request?.bytes, bytes);
});

Deno.test("Gateway keeps a compressed request that waits", async () => {
  await using upstream = compressing("snappy");
  await using fixture = await GatewayFixture.open(`${uriOf(upstream, "snappy")}&maxPoolSize=1`);
  upstream.hold("count");
  const [blocking, waiting] = [await fixture.connect(), await fixture.connect()];
  blocking.send({ count: "things", $db: "test" });
  const request = await upstream.next("count");
  const first = waiting.send({ ...find, token: 1, filler }, { compressor: "snappy" });
  const second = waiting.send({ ...find, token: 2, filler: "y".repeat(4_000) }, { compressor: "snappy" });
  await (await fixture.connect()).command({ ping: 1 });
  request.reply();
  await blocking.receive();
  assertEquals((await waiting.replyTo(first)).document.token, 1);
  assertEquals((await waiting.replyTo(second)).document.token, 2);
  assertEquals(upstream.commands("find").map(({ filler }) => filler[0]), ["t", "y"]);
});

Deno.test("Gateway has servers acknowledge a compressed write without acknowledgement", async () => {
  await using upstream = compressing("zstd");
  await using fixture = await GatewayFixture.open(uriOf(upstream, "zstd"));
  const client = await fixture.connect();
  const insert = { insert: "things", documents: [{ filler }], writeConcern: { w: 0 }, $db: "test" };
  client.send(insert, { flags: 2, compressor: "zstd" });
  await client.command({ ...find, token: 1 });
  const names = upstream.requests.map(({ name }) => name).filter((name) => name !== "buildInfo");
  assertEquals(names, ["insert", "find"]);
});

Deno.test("Gateway compresses its own answers as the request came", async () => {
  await using upstream = new Upstream();
  await using fixture = await GatewayFixture.open(upstream.uri);
  const client = await fixture.connect();
  for (const compressor of ["snappy", "zlib", "zstd"] as const) {
    const ping = await client.replyTo(client.send({ ping: 1 }, { compressor }));
    const refused = await client.replyTo(client.send({ authenticate: 1 }, { compressor }));
    assertEquals([ping.compressor, refused.compressor], [compressor, compressor]);
    assertEquals(refused.document.codeName, "AuthenticationFailed");
  }
});

Deno.test("Gateway rewords a compressed reply that tells of a change of state", async () => {
  await using upstream = new Upstream({ ...PRIMARY_HELLO, msg: "isdbgrid", compression: ["zlib"] });
  await using fixture = await GatewayFixture.open(`${upstream.uri}?compressors=zlib`);
  const failure: Document = { ok: 0, code: 11600, codeName: "InterruptedAtShutdown", errmsg: "shutting down", filler };
  upstream.on("insert", (request) => request.reply(failure, { compressor: "zlib" }));
  const client = await fixture.connect();
  const insert = { insert: "things", documents: [{}], $db: "test", ...retryable(1, 1) };
  const reply = await client.replyTo(client.send(insert, { compressor: "snappy" }));
  assertEquals([reply.compressor, reply.document.codeName], ["snappy", "HostUnreachable"]);
});

Deno.test("Gateway does not compress what must not be, though the server would take it", async () => {
  await using upstream = compressing("zlib");
  await using fixture = await GatewayFixture.open(uriOf(upstream, "zlib"));
  const client = await fixture.connect();
  await client.command({ createUser: "somebody", pwd: "secret", roles: [], $db: "test" }, { compressor: "zlib" });
  assertEquals(upstream.requests.at(-1)?.compressor, null);
});
