import { assertEquals, assertRejects } from "@std/assert";
import { serialize } from "bson";
import { encodeOpMsg } from "../../codec/op_msg.ts";
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
