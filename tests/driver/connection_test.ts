import { assertEquals, assertRejects } from "@std/assert";
import { concat } from "@std/bytes";
import { serialize } from "bson";
import { CodecError } from "../../codec/error.ts";
import { setResponseTo } from "../../codec/header.ts";
import type { Undecided } from "../../codec/large_message.ts";
import { encodeOpMsg } from "../../codec/op_msg.ts";
import type { ReplyParts, ReplyReceiver } from "../../driver/connection.ts";
import { MongoNetworkError } from "../../driver/error.ts";
import { fakeConnection, FakeStream } from "./pool/fake_stream.ts";

const PING = encodeOpMsg({ requestId: 1, body: serialize({ ping: 1, $db: "admin" }) });

Deno.test("Connection.request() starts no timer where an exchange is under way, or the connection closed", async () => {
  const connection = fakeConnection({ id: 1 });
  connection.exchange(PING, { onReply() {}, onFailure() {} });
  await assertRejects(() => connection.request(PING, 60_000), MongoNetworkError, "exchanging");
  assertEquals(connection.isBusy, true);
  connection.close();
  await assertRejects(() => connection.request(PING, 60_000), MongoNetworkError, "closed");
});

Deno.test("Connection closes, and tells why, where its receiver fails on a reply", () => {
  const stream = new FakeStream();
  const connection = fakeConnection({ id: 1 }, stream);
  const failures: Error[] = [];
  connection.exchange(PING, {
    onReply() {
      throw new TypeError("Not what was expected");
    },
    onFailure: (error) => failures.push(error),
  });
  stream.receive(encodeOpMsg({ requestId: 7, responseTo: 1, body: serialize({ ok: 1 }) }));
  assertEquals(failures.map(({ message }) => message), [
    "Fault while taking a reply from fake:27017: Not what was expected",
  ]);
  assertEquals([connection.isClosed, stream.isClosed], [true, true]);
});

Deno.test("Connection closes on a reply that nobody asked for, and on one to another request", () => {
  for (const isAsked of [false, true]) {
    const stream = new FakeStream();
    const connection = fakeConnection({ id: 1 }, stream);
    const failures: Error[] = [];
    if (isAsked) connection.exchange(PING, { onReply() {}, onFailure: (error) => failures.push(error) });
    stream.receive(encodeOpMsg({ requestId: 7, responseTo: 2, body: serialize({ ok: 1 }) }));
    assertEquals(connection.isClosed, true);
    assertEquals(failures.length, isAsked ? 1 : 0);
  }
});

const LARGE_REPLY = encodeOpMsg({
  requestId: 7,
  responseTo: 1,
  body: serialize({ cursor: { firstBatch: [{ filler: new Uint8Array(100_000) }], id: 0 }, ok: 1 }),
});

/** Takes large replies in parts, and notes what it is told. */
class PartReceiver implements ReplyReceiver {
  readonly told: string[] = [];
  readonly parts: Uint8Array[] = [];
  answer: "more" | "collect" | "take" = "take";
  onEnd = (): void => void this.told.push("end");

  onLargeReply(): ReplyParts | Undecided {
    if (this.answer !== "take") return this.answer;
    return { onPart: (part) => void this.parts.push(part.slice()), onEnd: () => this.onEnd() };
  }

  onReply(message: Uint8Array): void {
    this.told.push(`reply of ${message.length}`);
  }

  onFailure(error: Error): void {
    this.told.push(error.message);
  }
}

function exchanging() {
  const stream = new FakeStream();
  const connection = fakeConnection({ id: 1 }, stream);
  const receiver = new PartReceiver();
  connection.exchange(PING, receiver);
  return { stream, connection, receiver };
}

Deno.test("Connection gives a large reply in parts, and is free for the next exchange at its end", () => {
  const { stream, connection, receiver } = exchanging();
  receiver.onEnd = () => {
    receiver.told.push(`end, ${connection.isBusy ? "busy" : "free"}`);
    connection.exchange(PING, receiver);
  };
  stream.receive(LARGE_REPLY.subarray(0, 10));
  receiver.answer = "more";
  stream.receive(LARGE_REPLY.subarray(10, 3000));
  receiver.answer = "take";
  stream.receive(LARGE_REPLY.subarray(3000, 50_000));
  assertEquals(connection.isBusy, true);
  const next = encodeOpMsg({ requestId: 8, responseTo: 1, body: serialize({ ok: 1 }) });
  stream.receive(concat([LARGE_REPLY.subarray(50_000), next]));
  assertEquals(concat(receiver.parts), LARGE_REPLY);
  assertEquals(receiver.told, ["end, free", `reply of ${next.length}`]);
  assertEquals([connection.isBusy, connection.isClosed], [false, false]);
});

Deno.test("Connection collects a large reply where its receiver says so, or asks for more to the end", () => {
  for (const answer of ["more", "collect"] as const) {
    const { stream, receiver } = exchanging();
    receiver.answer = answer;
    for (let offset = 0; offset < LARGE_REPLY.length; offset += 10_000) {
      stream.receive(LARGE_REPLY.subarray(offset, offset + 10_000));
    }
    assertEquals([receiver.told, receiver.parts], [[`reply of ${LARGE_REPLY.length}`], []]);
  }
});

Deno.test("Connection tells of its loss in the middle of a large reply, and of a receiver that fails at its end", () => {
  const lost = exchanging();
  lost.stream.receive(LARGE_REPLY.subarray(0, 50_000));
  lost.stream.loseConnection();
  assertEquals(lost.receiver.told, ["Connection to fake:27017 was lost: Connection reset"]);
  const failing = exchanging();
  failing.receiver.onEnd = () => {
    throw new CodecError("Batch", { offset: 3, expected: "one", actual: "two" });
  };
  failing.stream.receive(LARGE_REPLY.subarray(0, 50_000));
  failing.stream.receive(LARGE_REPLY.subarray(50_000));
  assertEquals(failing.receiver.told, ["Unreadable reply from fake:27017: Batch at byte 3: expected one, got two"]);
  assertEquals(failing.connection.isClosed, true);
});

Deno.test("Connection closes on a large reply to another request as soon as it begins", () => {
  const { stream, connection, receiver } = exchanging();
  const other = LARGE_REPLY.slice();
  setResponseTo(other, 2);
  stream.receive(other.subarray(0, 1000));
  assertEquals(receiver.told, ["Reply to request 2 from fake:27017, expected a reply to 1"]);
  assertEquals(connection.isClosed, true);
});

Deno.test("Connection sends a request in parts, and takes no reply before the last of them", () => {
  for (const isWhole of [false, true]) {
    const stream = new FakeStream();
    const connection = fakeConnection({ id: 1 }, stream);
    const receiver = new PartReceiver();
    connection.exchangeInParts(PING.subarray(0, 30), receiver);
    if (isWhole) connection.send(PING.subarray(30));
    const reply = encodeOpMsg({ requestId: 7, responseTo: 1, body: serialize({ ok: 1 }) });
    stream.receive(reply);
    const early = "Reply to request 1 from fake:27017, expected none before the whole request was sent";
    assertEquals(receiver.told, [isWhole ? `reply of ${reply.length}` : early]);
    assertEquals([connection.isClosed, concat(stream.written).length], [!isWhole, isWhole ? PING.length : 30]);
  }
});
