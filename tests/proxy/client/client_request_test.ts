import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { serialize } from "bson";
import { Buffer } from "node:buffer";
import { CodecError } from "../../../codec/error.ts";
import { OpCode, opCode } from "../../../codec/header.ts";
import { compressMessage, type CompressorName, compressorOf, decompressMessage } from "../../../codec/op_compressed.ts";
import { encodeOpMsg } from "../../../codec/op_msg.ts";
import type { Connection } from "../../../driver/connection.ts";
import { ClientRequest } from "../../../proxy/client/client_request.ts";
import { fakeConnection } from "../../driver/pool/fake_stream.ts";
import { find, inTransaction, opMsg, retryable } from "../support/commands.ts";

const MAX_BYTES = 48_000_000;
const plain = opMsg({ ...find, filler: "torana ".repeat(100) }, { requestId: 7 });

function request(message: Uint8Array): ClientRequest {
  return new ClientRequest(message, MAX_BYTES);
}

function connection(compressor: CompressorName | null): Connection {
  const made = fakeConnection({ id: 1 });
  made.compressor = compressor;
  return made;
}

Deno.test("ClientRequest hands on a plain message as it is", () => {
  const asked = request(plain);
  assertStrictEquals(asked.bytesFor(connection(null)), plain);
  assertEquals([asked.requestId, asked.opCode, asked.compressor], [7, OpCode.msg, null]);
});

Deno.test("ClientRequest compresses for a server that agreed to it", () => {
  const bytes = request(plain).bytesFor(connection("snappy"));
  assertEquals(compressorOf(bytes), "snappy");
  assertEquals(decompressMessage(bytes), plain);
});

Deno.test("ClientRequest hands on compressed bytes that suit the server, and others compressed anew", () => {
  const compressed = compressMessage(plain, "zlib");
  const asked = request(compressed);
  assertEquals([asked.command.name, asked.requestId, asked.compressor], ["find", 7, "zlib"]);
  assertStrictEquals(asked.bytesFor(connection("zlib")), compressed);
  assertEquals(asked.bytesFor(connection(null)), plain);
  assertEquals(decompressMessage(asked.bytesFor(connection("zstd"))), plain);
});

Deno.test("ClientRequest does not compress what would become larger than a server takes", () => {
  const filler = new Uint8Array(MAX_BYTES);
  for (let start = 0; start < MAX_BYTES; start += 65_536) {
    crypto.getRandomValues(filler.subarray(start, start + 65_536));
  }
  const withNoise = (noise: Uint8Array) =>
    encodeOpMsg({
      requestId: 7,
      body: serialize({ insert: "things", $db: "test" }),
      sequences: [{ identifier: "documents", documents: [noise] }],
    });
  const message = withNoise(filler.subarray(withNoise(new Uint8Array(0)).length));
  assertEquals(message.length, MAX_BYTES);
  assertStrictEquals(request(message).bytesFor(connection("snappy")), message);
});

Deno.test("ClientRequest does not compress what must not be", () => {
  for (const command of [{ saslStart: 1 }, { createUser: "x" }, { hello: 1 }]) {
    const message = opMsg(command);
    assertStrictEquals(request(message).bytesFor(connection("zlib")), message);
    assertEquals(request(compressMessage(message, "zlib")).bytesFor(connection("zlib")), message);
  }
});

Deno.test("ClientRequest gives the client its reply as it compressed the request", () => {
  const compressed = compressMessage(plain, "zlib");
  assertStrictEquals(request(plain).replyBytes(compressed, plain), plain);
  assertStrictEquals(request(compressed).replyBytes(compressed, plain), compressed);
  const anew = request(compressMessage(plain, "snappy")).replyBytes(compressed, plain);
  assertEquals([compressorOf(anew), decompressMessage(anew)], ["snappy", plain]);
  assertEquals(compressorOf(request(compressed).replyBytes(plain, plain)), "zlib");
});

Deno.test("ClientRequest.keep() copies the message out of the client's buffer", () => {
  const buffer = plain.slice();
  const asked = request(buffer);
  asked.keep();
  buffer.fill(0);
  assertEquals(asked.plain, plain);
  assertEquals(asked.command.collection, "things");
});

Deno.test("ClientRequest.keep() copies a compressed message, too", () => {
  const compressed = compressMessage(plain, "zlib");
  const buffer = compressed.slice();
  const asked = request(buffer);
  asked.keep();
  buffer.fill(0);
  assertEquals(asked.bytesFor(connection("zlib")), compressed);
  assertEquals(asked.command.collection, "things");
});

Deno.test("ClientRequest.keep() copies out of a Node buffer, whose slices are views", () => {
  const buffer = Buffer.from(plain);
  const asked = request(buffer);
  asked.keep();
  buffer.fill(0);
  assertEquals(new Uint8Array(asked.plain), plain);
});

Deno.test("ClientRequest.replace() takes the place of what the client compressed", () => {
  const asked = request(compressMessage(plain, "zlib"));
  const other = opMsg({ count: "things" }, { requestId: 7 });
  asked.replace(other);
  assertEquals(asked.command.name, "count");
  assertEquals(decompressMessage(asked.bytesFor(connection("zlib"))), other);
});

Deno.test("ClientRequest tells what decides the labels of a failure", () => {
  const failing = (command: object) => request(opMsg({ insert: "things", ...command })).failing;
  assertEquals(failing({}), { name: "insert", inTransaction: false, isRetryableWrite: false });
  assertEquals(failing(retryable(1, 1)), { name: "insert", inTransaction: false, isRetryableWrite: true });
  assertEquals(failing(inTransaction(1, 1)), { name: "insert", inTransaction: true, isRetryableWrite: false });
});

Deno.test("ClientRequest refuses what is larger than allowed once it is decompressed", () => {
  const bomb = compressMessage(opMsg({ ...find, filler: "x".repeat(10_000) }), "zlib");
  assert(bomb.length < 1_000);
  assertThrows(() => new ClientRequest(bomb, 1_000), CodecError);
});

Deno.test("ClientRequest refuses a reply", () => {
  const reply = plain.slice();
  new DataView(reply.buffer).setInt32(12, OpCode.reply, true);
  assertEquals(opCode(reply), OpCode.reply);
  assertThrows(() => request(reply), CodecError);
});
