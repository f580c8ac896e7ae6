import { assertEquals } from "@std/assert";
import { Long, serialize } from "bson";
import { describeCommand } from "../../../codec/command.ts";
import { MessageFramer } from "../../../codec/framer.ts";
import { HEADER_BYTES } from "../../../codec/header.ts";
import { encodeOpDelete } from "../../../codec/op_delete.ts";
import { encodeOpGetMore } from "../../../codec/op_get_more.ts";
import { encodeOpInsert } from "../../../codec/op_insert.ts";
import { encodeOpKillCursors } from "../../../codec/op_kill_cursors.ts";
import { encodeOpQuery, OpQueryFlag } from "../../../codec/op_query.ts";
import { encodeOpUpdate } from "../../../codec/op_update.ts";
import { encodeReplyTo } from "../../../codec/reply_encode.ts";
import { formatHostAddress, type HostAddress } from "../../../driver/address.ts";
import { denoTransport } from "../../../driver/transport/deno_transport.ts";
import type { Listener, Stream } from "../../../driver/transport/transport.ts";
import { GatewayFixture } from "../support/gateway_fixture.ts";
import { seededRandom } from "../support/seeded_random.ts";
import { PRIMARY_HELLO } from "../support/upstream.ts";
import { LegacyTestClient } from "./legacy_client.ts";

const ROUNDS = 400;
const ids = { requestId: 1, fullCollectionName: "test.things" };
const document = serialize({ a: { b: [1, "two", { c: null }] } });
const query = serialize({ $query: { a: 1 }, $orderby: { a: -1 }, $hint: "a_1", $explain: false });

const MESSAGES: readonly Uint8Array[] = [
  encodeOpInsert({ ...ids, documents: [document, document] }),
  encodeOpInsert({
    ...ids,
    fullCollectionName: "test.system.indexes",
    documents: [serialize({ ns: "test.a", key: {} })],
  }),
  encodeOpUpdate({ ...ids, selector: document, update: document }),
  encodeOpDelete({ ...ids, selector: document }),
  encodeOpQuery({ ...ids, query, returnFieldsSelector: document }),
  encodeOpQuery({ ...ids, query, flags: OpQueryFlag.exhaust }),
  encodeOpQuery({ ...ids, fullCollectionName: "test.system.indexes", query }),
  encodeOpQuery({ ...ids, fullCollectionName: "admin.$cmd.sys.inprog", query }),
  encodeOpQuery({ ...ids, fullCollectionName: "test.$cmd", query: serialize({ count: "things" }), numberToReturn: -1 }),
  encodeOpGetMore({ ...ids, cursorId: 7n }),
  encodeOpKillCursors({ requestId: 1, cursorIds: [7n, 8n] }),
];

const REPLY = { ok: 1, cursor: { id: Long.ZERO, ns: "test.things", firstBatch: [] } };

/** A server that looks into nothing: it answers all commands alike, and is greeted. */
class BlindServer implements AsyncDisposable {
  readonly #listener: Listener;
  readonly #closed: Promise<void>[] = [];
  readonly #streams: Stream[] = [];

  constructor() {
    const address: HostAddress = { kind: "tcp", host: "127.0.0.1", port: 0 };
    this.#listener = denoTransport.listen(address, {}, (stream) => this.#onStream(stream), () => {});
  }

  get uri(): string {
    return `mongodb://${formatHostAddress(this.#listener.address)}/`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const stream of this.#streams) stream.close();
    await Promise.all(this.#closed);
  }

  #onStream(stream: Stream): void {
    const framer = new MessageFramer();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#closed.push(promise);
    this.#streams.push(stream);
    stream.start({
      onBytes(chunk) {
        framer.push(chunk);
        for (let message = framer.next(); message !== null; message = framer.next()) {
          const { name } = describeCommand(message);
          const isHello = name === "hello" || name === "isMaster";
          const body = serialize(isHello ? { ...PRIMARY_HELLO, topologyVersion: undefined } : REPLY);
          stream.write(encodeReplyTo(describeCommand(message), body, 1));
        }
      },
      onDrain() {},
      onClose: () => resolve(),
    });
  }
}

Deno.test("serveLegacy ends no client but the one that sends bytes that nobody understands", async () => {
  const random = seededRandom(2013);
  await using server = new BlindServer();
  await using fixture = await GatewayFixture.open(server.uri);
  using client = await LegacyTestClient.connect(fixture.gateway.address);
  for (let round = 0; round < ROUNDS; round++) {
    const message = MESSAGES[round % MESSAGES.length]!.slice();
    // Neither the length, without which nothing comes of it, nor the operation.
    message[HEADER_BYTES + Math.floor(random() * (message.length - HEADER_BYTES))] = Math.floor(random() * 256);
    using odd = await LegacyTestClient.connect(fixture.gateway.address);
    odd.sendBytes(message);
    odd.end();
    await odd.closed;
  }
  assertEquals((await client.command({ count: "things" })).ok, 1);
  const closed = fixture.told("clientClosed").map(({ reason }) => reason);
  assertEquals(closed.includes("badMessage"), true);
  assertEquals(closed.includes("internalError"), false);
});
