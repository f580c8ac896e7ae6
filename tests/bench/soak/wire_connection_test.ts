import { assertEquals, assertRejects } from "@std/assert";
import { concat } from "@std/bytes";
import { type Document, serialize } from "bson";
import { ErrorReply, WireConnection, WrongReplyError } from "../../../bench/soak/wire_connection.ts";
import { decodeOpMsg, encodeOpMsg } from "../../../codec/op_msg.ts";

/** What a server sends for a request of that id. */
type Answer = (requestId: number) => readonly Uint8Array[];

function reply(responseTo: number, document: Document): Uint8Array {
  return encodeOpMsg({ requestId: 1, responseTo, body: serialize(document) });
}

/** Runs a ping at a server that answers its first bytes so, and closes then. */
async function ping(answer: Answer): Promise<Document> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const serve = async () => {
    using socket = await listener.accept();
    const buffer = new Uint8Array(1000);
    const count = await socket.read(buffer) ?? 0;
    for (const bytes of answer(decodeOpMsg(buffer.subarray(0, count)).requestId)) await socket.write(bytes);
  };
  const served = serve();
  const connection = await WireConnection.open({ hostname: "127.0.0.1", port: listener.addr.port });
  try {
    return await connection.command("admin", { ping: 1 });
  } finally {
    await served;
    connection.close();
  }
}

Deno.test("WireConnection.command gives the reply, in however many parts it comes", async () => {
  const text = "x".repeat(10_000);
  assertEquals((await ping((id) => [reply(id, { ok: 1, text })])).text, text);
  const parts: Answer = (id) => {
    const message = reply(id, { ok: 1, text });
    return [message.subarray(0, 7), message.subarray(7, 20), message.subarray(20)];
  };
  assertEquals((await ping(parts)).text, text);
});

Deno.test("WireConnection.command refuses the reply to another request", async () => {
  await assertRejects(() => ping((id) => [reply(id + 1, { ok: 1 })]), WrongReplyError, "ping got the reply to request");
});

Deno.test("WireConnection.command refuses bytes that nobody asked for", async () => {
  const two: Answer = (id) => [concat([reply(id, { ok: 1 }), reply(id, { ok: 1 })])];
  await assertRejects(() => ping(two), WrongReplyError, "bytes came that nobody asked for");
});

Deno.test("WireConnection.command tells errors, and a reply that breaks off", async () => {
  const failed = { ok: 0, code: 91, codeName: "ShutdownInProgress", errmsg: "bye" };
  await assertRejects(() => ping((id) => [reply(id, failed)]), ErrorReply, "ping: ShutdownInProgress (bye)");
  await assertRejects(() => ping((id) => [reply(id, failed).subarray(0, 30)]), Deno.errors.UnexpectedEof);
});
