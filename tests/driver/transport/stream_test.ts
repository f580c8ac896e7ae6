import { assert, assertEquals, assertGreater, assertInstanceOf, AssertionError, assertLess } from "@std/assert";
import { Buffer } from "node:buffer";
import { type AddressInfo, createServer } from "node:net";
import { MongoNetworkError } from "../../../driver/error.ts";
import { eachStreamKind, openPair } from "./stream_pair.ts";
import { Recorder } from "./recorder.ts";
import { eachTransport } from "./transports.ts";

const MEGABYTE = 1_048_576;

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Bytes of which no two stretches are alike. */
function pattern(length: number, seed = 1): Uint8Array {
  const bytes = new Uint8Array(length);
  let state = seed;
  for (let index = 0; index < length; index++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    bytes[index] = state >>> 16;
  }
  return bytes;
}

/** `assertEquals` would take minutes to describe a difference of megabytes. */
function assertSameBytes(actual: Uint8Array, expected: Uint8Array): void {
  assertEquals(actual.length, expected.length);
  if (Buffer.compare(actual, expected) === 0) return;
  throw new AssertionError(`Byte ${actual.findIndex((byte, index) => byte !== expected[index])} differs`);
}

/** Lets everything run that is due. */
function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

eachStreamKind("carries bytes both ways and names its peer", async (kind) => {
  await using pair = await openPair(kind);
  const { stream, recorder, peer } = pair;
  stream.write(encode("ping"));
  assertEquals(await peer.read(4), encode("ping"));
  await peer.write(encode("pong"));
  await recorder.received(4);
  assertEquals(recorder.text, "pong");
  assertEquals(stream.remoteAddress, pair.address);
});

eachStreamKind("sends what it was given, whatever becomes of the bytes after the call", async (kind) => {
  await using pair = await openPair(kind);
  const { stream, peer } = pair;
  // A slice of a Buffer is a view, and not a copy.
  const bytes = Buffer.from("0000");
  for (let count = 0; count < 50; count++) {
    bytes.write(String(count).padStart(4, "0"));
    stream.write(bytes);
  }
  const expected = Array.from({ length: 50 }, (_, count) => String(count).padStart(4, "0")).join("");
  assertEquals(new TextDecoder().decode(await peer.read(200)), expected);
});

eachStreamKind("sends large data to a slow reader and queues no more than it was given", async (kind) => {
  await using pair = await openPair(kind);
  const { stream, recorder, peer } = pair;
  // More than the system takes of it by itself.
  const data = pattern(16 * MEGABYTE);
  const [chunk, limit] = [65_536, 262_144];
  let most = 0;
  const send = async () => {
    for (let offset = 0; offset < data.length; offset += chunk) {
      stream.write(data.subarray(offset, offset + chunk));
      most = Math.max(most, stream.queuedBytes);
      if (stream.queuedBytes > limit) await recorder.drained();
    }
  };
  const [received] = await Promise.all([peer.read(data.length, 4096), send()]);
  assertSameBytes(received, data);
  assert(most > limit && most <= limit + chunk);
});

eachStreamKind("delivers large data to a reader that pauses", async (kind) => {
  await using pair = await openPair(kind);
  const { stream, recorder, peer } = pair;
  const data = pattern(4 * MEGABYTE);
  let isPaused = false;
  let resumed = Promise.resolve();
  recorder.onEvent = () => {
    assertEquals(isPaused, false);
    isPaused = true;
    stream.pause();
    resumed = turn().then(() => {
      isPaused = false;
      stream.resume();
    });
  };
  await Promise.all([recorder.received(data.length), peer.write(data)]);
  await resumed;
  recorder.onEvent = () => {};
  assertSameBytes(recorder.bytes, data);
});

eachStreamKind("delivers nothing while it is paused, and all of it later", async (kind) => {
  await using pair = await openPair(kind);
  const { stream, recorder, peer } = pair;
  recorder.onEvent = () => stream.pause();
  await peer.write(encode("first"));
  await recorder.received(5);
  await peer.write(encode("second"));
  stream.write(encode("?"));
  await peer.read(1);
  await turn();
  stream.resume();
  stream.pause();
  await turn();
  assertEquals(recorder.text, "first");
  recorder.onEvent = () => {};
  stream.resume();
  await recorder.received(11);
  assertEquals(recorder.text, "firstsecond");
});

eachStreamKind("closes without an error when the peer ends", async (kind) => {
  await using pair = await openPair(kind);
  const { recorder, peer } = pair;
  await peer.write(encode("bye"));
  await (peer.conn as Deno.TcpConn).closeWrite();
  await recorder.closed();
  assertEquals(recorder.text, "bye");
  assertEquals(recorder.closes, [null]);
});

eachStreamKind("close() drops what is queued and tells once", async (kind) => {
  await using pair = await openPair(kind);
  const { stream, recorder, peer } = pair;
  const data = pattern(32 * MEGABYTE);
  for (let offset = 0; offset < data.length; offset += MEGABYTE) stream.write(data.subarray(offset, offset + MEGABYTE));
  assertGreater(stream.queuedBytes, 0);
  stream.close();
  assertEquals([recorder.closes, stream.queuedBytes], [[null], 0]);
  stream.close();
  stream.end();
  stream.pause();
  stream.resume();
  stream.ref();
  stream.unref();
  const received = await peer.readToClose();
  assertLess(received.length, data.length);
  assertEquals(recorder.closes, [null]);
});

eachStreamKind("end() closes after everything was sent, and takes no more", async (kind) => {
  await using pair = await openPair(kind);
  const { stream, recorder, peer } = pair;
  const data = pattern(4 * MEGABYTE);
  stream.write(data.subarray(0, 100));
  stream.write(data.subarray(100, MEGABYTE));
  stream.write(data.subarray(MEGABYTE));
  stream.end();
  stream.write(encode("late"));
  stream.end();
  assertSameBytes(await peer.readAll(), data);
  peer[Symbol.dispose]();
  await recorder.closed();
  assertEquals(recorder.closes, [null]);
});

eachStreamKind("end() closes a quiet stream", async (kind) => {
  await using pair = await openPair(kind);
  pair.stream.end();
  assertEquals(await pair.peer.readToClose(), new Uint8Array());
  await pair.recorder.closed();
  assertEquals(pair.recorder.closes, [null]);
});

eachStreamKind("write() after close() is ignored", async (kind) => {
  await using pair = await openPair(kind);
  const { stream, recorder, peer } = pair;
  stream.close();
  stream.write(encode("late"));
  assertEquals(stream.queuedBytes, 0);
  assertEquals(await peer.readToClose(), new Uint8Array());
  assertEquals([recorder.closes, recorder.drains], [[null], 0]);
});

eachStreamKind("close() while bytes are delivered ends the delivery", async (kind) => {
  await using pair = await openPair(kind);
  const { stream, recorder, peer } = pair;
  recorder.onEvent = () => stream.close();
  await peer.write(pattern(200_000)).catch(() => {});
  await recorder.closed();
  const { length } = recorder;
  await turn();
  assertEquals([recorder.length, recorder.closes], [length, [null]]);
});

eachStreamKind("write() keeps the order of thousands of small pieces", async (kind) => {
  await using pair = await openPair(kind);
  const pieces = Array.from({ length: 5_000 }, (_, index) => `${index},`);
  const writing = (async () => {
    for (const [index, piece] of pieces.entries()) {
      pair.stream.write(encode(piece));
      if (index % 500 === 0) await turn();
    }
  })();
  const expected = pieces.join("");
  const received = await pair.peer.read(expected.length);
  await writing;
  assertEquals(new TextDecoder().decode(received), expected);
});

eachStreamKind("write() lets its buffer be overwritten at once", async (kind) => {
  await using one = await openPair(kind);
  await using other = await openPair(kind);
  const sizes = [10, 16_384, 200_000, 1, 5_000, 100_000];
  const expected = { one: [] as Uint8Array[], other: [] as Uint8Array[] };
  const buffer = new Uint8Array(Math.max(...sizes));
  for (const [index, size] of sizes.entries()) {
    for (const which of ["one", "other"] as const) {
      const piece = pattern(size, 2 * index + (which === "one" ? 1 : 2));
      expected[which].push(piece);
      buffer.set(piece);
      (which === "one" ? one : other).stream.write(buffer.subarray(0, size));
      buffer.fill(0xff);
    }
  }
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const received = await Promise.all([one.peer.read(total), other.peer.read(total)]);
  for (const [index, pieces] of [expected.one, expected.other].entries()) {
    let offset = 0;
    for (const piece of pieces) {
      assertSameBytes(received[index]!.subarray(offset, offset + piece.length), piece);
      offset += piece.length;
    }
  }
});

eachStreamKind("tells of a drain when nothing is queued any more", async (kind) => {
  await using pair = await openPair(kind);
  const { stream, recorder, peer } = pair;
  const queued: number[] = [];
  recorder.onEvent = () => queued.push(stream.queuedBytes);
  const drained = recorder.drained();
  stream.write(pattern(MEGABYTE));
  await Promise.all([drained, peer.read(MEGABYTE)]);
  assertEquals(queued, [0]);
});

eachTransport("Stream", "closes with an error when the peer resets the connection", async (transport) => {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", () => socket.resetAndDestroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const stream = await transport.dial({ kind: "tcp", host: "127.0.0.1", port });
  const recorder = new Recorder();
  stream.start(recorder);
  stream.write(encode("reset me"));
  await recorder.closed();
  const [error] = recorder.closes;
  assertInstanceOf(error, MongoNetworkError);
  assertEquals(error.message, "Connection reset by peer");
  await new Promise((resolve) => server.close(resolve));
});

Deno.test("Recorder refuses bytes after a close", () => {
  const recorder = new Recorder();
  recorder.onClose(null);
  let message = "";
  try {
    recorder.onBytes(encode("x"));
  } catch (error) {
    message = String(error);
  }
  assertEquals(message, "Error: Bytes came after the close");
});
