import { assertEquals } from "@std/assert";
import { LARGE_MESSAGE_BYTES } from "../../../codec/framer.ts";
import { setRequestId, setResponseTo } from "../../../codec/header.ts";
import { ByteClient } from "../support/byte_client.ts";
import { GatewayFixture } from "../support/gateway_fixture.ts";
import { largeBody, largeInsert, largeReply } from "../support/large_messages.ts";
import { seededRandom } from "../support/seeded_random.ts";
import { Upstream, type UpstreamRequest } from "../support/upstream.ts";

/** Around the bounds of what is large, of what is kept and of what may be queued. */
const BOUNDS = [16_384, LARGE_MESSAGE_BYTES, 2 * LARGE_MESSAGE_BYTES, 1_048_576, 2_500_000];
const CLIENTS = 6;
const ROUNDS = 8;

/** A message of about `size` bytes, give or take very few. */
function sized(make: (bytes: number) => Uint8Array, size: number): Uint8Array {
  return make(size - (make(size).length - size));
}

/** Gives `bytes` away in pieces of random sizes, with turns of the event loop between some of them. */
async function inPieces(bytes: Uint8Array, random: () => number, give: (piece: Uint8Array) => void): Promise<void> {
  const most = 1 + random() * 2 * LARGE_MESSAGE_BYTES;
  for (let offset = 0; offset < bytes.length;) {
    const end = offset + 1 + Math.floor(random() * most);
    give(bytes.subarray(offset, end));
    offset = end;
    if (random() < 0.3) await new Promise((resolve) => setTimeout(resolve, 0));
  }
}

for (const seed of [1, 2]) {
  Deno.test(`Gateway changes no byte of messages, whatever their size and however they come (seed ${seed})`, async () => {
    const random = seededRandom(seed);
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
    const size = () => pick(BOUNDS) + Math.floor((random() - 0.5) * 120);
    await using upstream = new Upstream();
    await using fixture = await GatewayFixture.open(`${upstream.uri}?maxPoolSize=3`, {
      limits: { maxBufferedBytes: 3_000_000 },
    });
    const requests = new Map<number, PromiseWithResolvers<UpstreamRequest>>();
    upstream.on("insert", (request) => requests.get(request.requestId)!.resolve(request));

    async function run(client: ByteClient, id: number): Promise<void> {
      const arrived = Promise.withResolvers<UpstreamRequest>();
      requests.set(id, arrived);
      const request = sized(pick([largeInsert, largeBody]), size());
      setRequestId(request, id);
      await inPieces(request, random, (piece) => client.send(piece));
      const { bytes, replyBytes } = await arrived.promise;
      assertEquals(bytes, request);
      const reply = sized((length) => largeReply(length, id), size());
      setResponseTo(reply, id);
      await inPieces(reply, random, replyBytes);
      assertEquals(await client.receive(), reply);
    }

    await Promise.all(Array.from({ length: CLIENTS }, async (_, index) => {
      using client = await ByteClient.connect(fixture.gateway.address);
      for (let round = 0; round < ROUNDS; round++) await run(client, 1 + index * ROUNDS + round);
    }));
    const { available, connections, waiting } = fixture.server();
    assertEquals([available, waiting], [connections, 0]);
  });
}
