import { assertEquals, assertRejects } from "@std/assert";
import { serialize } from "bson";
import { encodeOpMsg } from "../../codec/op_msg.ts";
import { MongoNetworkError } from "../../driver/error.ts";
import { fakeConnection } from "./pool/fake_stream.ts";

const PING = encodeOpMsg({ requestId: 1, body: serialize({ ping: 1, $db: "admin" }) });

Deno.test("Connection.request() starts no timer where an exchange is under way, or the connection closed", async () => {
  const connection = fakeConnection({ id: 1 });
  connection.exchange(PING, { onReply() {}, onFailure() {} });
  await assertRejects(() => connection.request(PING, 60_000), MongoNetworkError, "exchanging");
  assertEquals(connection.isBusy, true);
  connection.close();
  await assertRejects(() => connection.request(PING, 60_000), MongoNetworkError, "closed");
});
