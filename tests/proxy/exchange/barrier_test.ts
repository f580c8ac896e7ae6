import { assert, assertEquals } from "@std/assert";
import { deserialize } from "bson";
import { MessageFramer } from "../../../codec/framer.ts";
import { decodeOpMsg } from "../../../codec/op_msg.ts";
import { withBarrier } from "../../../proxy/exchange/barrier.ts";
import { opMsg } from "../support/commands.ts";

Deno.test("withBarrier() puts a ping behind the message, whose reply is to be awaited", () => {
  const write = opMsg({ insert: "things", documents: [{}] }, { requestId: 5, flags: 2 });
  const { bytes, awaited } = withBarrier(write);
  const framer = new MessageFramer();
  framer.push(bytes);
  assertEquals(framer.next()?.slice(), write);
  const ping = decodeOpMsg(framer.next()!);
  assertEquals([ping.requestId, ping.flags, deserialize(ping.body)], [awaited, 0, { ping: 1, $db: "admin" }]);
  assertEquals(framer.next(), null);
});

Deno.test("withBarrier() gives every ping a number of its own", () => {
  const write = opMsg({ insert: "things" });
  assert(withBarrier(write).awaited !== withBarrier(write).awaited);
});
