import { assertEquals, assertLess, assertStrictEquals } from "@std/assert";
import { concat } from "@std/bytes";
import { writeInt32 } from "../../codec/byte_writer.ts";
import { LARGE_MESSAGE_BYTES, MessageFramer } from "../../codec/framer.ts";
import { assertRefused, randomNumbers, SAMPLES } from "./samples.ts";

const MESSAGES = SAMPLES.map((sample) => sample.message);
const STREAM = joined(MESSAGES);

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return concat(parts);
}

function drain(framer: MessageFramer): Uint8Array[] {
  const messages: Uint8Array[] = [];
  for (let message = framer.next(); message !== null; message = framer.next()) messages.push(message);
  return messages;
}

/** The first bytes of a message that declares `length`. */
function declaring(length: number, bytes = 16): Uint8Array {
  const message = new Uint8Array(bytes);
  writeInt32(message, 0, length);
  return message;
}

Deno.test("MessageFramer gives the one message of a chunk as the chunk itself", () => {
  const framer = new MessageFramer();
  framer.push(MESSAGES[0]!);
  assertStrictEquals(framer.next(), MESSAGES[0]);
  assertEquals(framer.next(), null);
  framer.end();
});

Deno.test("MessageFramer gives messages that lie whole in a chunk as views", () => {
  const framer = new MessageFramer();
  framer.push(STREAM);
  const messages = drain(framer);
  assertEquals(messages, MESSAGES);
  for (const message of messages) assertStrictEquals(message.buffer, STREAM.buffer);
});

Deno.test("MessageFramer frames the same at every split of two chunks", () => {
  for (let split = 0; split <= STREAM.length; split++) {
    const framer = new MessageFramer();
    framer.push(STREAM.slice(0, split));
    const messages = drain(framer);
    framer.push(STREAM.slice(split));
    assertEquals([...messages, ...drain(framer)], MESSAGES);
    framer.end();
  }
});

Deno.test("MessageFramer frames the same in chunks of random sizes", () => {
  const random = randomNumbers(7);
  for (let round = 0; round < 200; round++) {
    const framer = new MessageFramer();
    const messages: Uint8Array[] = [];
    for (let offset = 0; offset < STREAM.length;) {
      const size = random(90);
      framer.push(STREAM.slice(offset, offset + size));
      offset += size;
      messages.push(...drain(framer).map((message) => message.slice()));
    }
    assertEquals(messages, MESSAGES);
    framer.end();
  }
});

Deno.test("MessageFramer lets the chunk be overwritten once next() returned null", () => {
  const chunk = new Uint8Array(100);
  const framer = new MessageFramer();
  const messages: Uint8Array[] = [];
  for (let offset = 0; offset < STREAM.length; offset += chunk.length) {
    const part = STREAM.subarray(offset, offset + chunk.length);
    chunk.set(part);
    framer.push(chunk.subarray(0, part.length));
    messages.push(...drain(framer).map((message) => message.slice()));
    chunk.fill(0xee);
  }
  assertEquals(messages, MESSAGES);
});

Deno.test("MessageFramer lets go of a message in pieces: later chunks do not change it", () => {
  const framer = new MessageFramer();
  framer.push(MESSAGES[1]!.slice(0, 50));
  assertEquals(framer.next(), null);
  const rest = MESSAGES[1]!.slice(50);
  framer.push(rest);
  const message = framer.next()!;
  assertEquals(framer.next(), null);
  rest.fill(0xee);
  framer.push(STREAM.slice(0, 120));
  drain(framer);
  assertEquals(message, MESSAGES[1]);
  assertEquals(message.byteLength, message.buffer.byteLength);
});

Deno.test("keep() frees the chunk in the middle and loses nothing", () => {
  for (let stop = 0; stop <= MESSAGES.length; stop++) {
    const chunk = STREAM.slice();
    const framer = new MessageFramer();
    framer.push(chunk);
    const messages: Uint8Array[] = [];
    for (let count = 0; count < stop; count++) messages.push(framer.next()!.slice());
    framer.keep();
    chunk.fill(0xee);
    assertEquals([...messages, ...drain(framer)], MESSAGES);
  }
});

Deno.test("keep() frees the chunk inside a message in pieces", () => {
  const framer = new MessageFramer();
  framer.push(STREAM.slice(0, 10));
  assertEquals(framer.next(), null);
  const chunk = STREAM.slice(10);
  framer.push(chunk);
  framer.keep();
  chunk.fill(0xee);
  assertEquals(drain(framer), MESSAGES);
});

Deno.test("keep() does not copy again what is a copy", () => {
  const framer = new MessageFramer();
  framer.push(STREAM.slice());
  framer.keep();
  const first = framer.next()!;
  framer.keep();
  assertStrictEquals(framer.next()!.buffer, first.buffer);
});

Deno.test("keep() copies out of a Node Buffer too", async () => {
  const { Buffer } = await import("node:buffer");
  const chunk = Buffer.from(STREAM);
  const framer = new MessageFramer();
  framer.push(chunk);
  framer.keep();
  chunk.fill(0xee);
  assertEquals(drain(framer), MESSAGES);
});

Deno.test("push() keeps what was not read yet before the new chunk", () => {
  const framer = new MessageFramer();
  framer.push(STREAM.slice(0, 150));
  const first = framer.next()!;
  framer.push(STREAM.slice(150, 200));
  framer.push(STREAM.slice(200));
  assertEquals([first, ...drain(framer)], MESSAGES);
  framer.end();
});

Deno.test("bufferedBytes counts what was not given out", () => {
  const framer = new MessageFramer();
  assertEquals(framer.bufferedBytes, 0);
  framer.push(STREAM.slice(0, 100));
  assertEquals(framer.bufferedBytes, 100);
  framer.next();
  assertEquals(framer.bufferedBytes, 100 - MESSAGES[0]!.length);
  framer.next();
  assertEquals(framer.bufferedBytes, 100 - MESSAGES[0]!.length);
  framer.push(STREAM.slice(100));
  drain(framer);
  assertEquals(framer.bufferedBytes, 0);
});

Deno.test("end() accepts a boundary and refuses every place inside a message", () => {
  const message = MESSAGES[0]!;
  for (let length = 1; length < message.length; length++) {
    const framer = new MessageFramer();
    framer.push(message.subarray(0, length));
    assertEquals(framer.next(), null);
    const error = assertRefused(() => framer.end(), "Stream ended inside a message");
    assertEquals(error.offset, length);
    assertEquals(error.expected, length < 4 ? "at least 4 bytes" : `${message.length} bytes`);
  }
  new MessageFramer().end();
});

Deno.test("MessageFramer refuses lengths below the header and over the limit, at once", () => {
  for (const length of [-(2 ** 31), -1, 0, 15, 101, 2 ** 31 - 1]) {
    const whole = new MessageFramer({ maxMessageSizeBytes: 100 });
    whole.push(declaring(length));
    assertRefused(() => whole.next(), `Message length at byte 0: expected 16 to 100 bytes, got ${length}`);
    assertRefused(() => whole.next());

    const split = new MessageFramer({ maxMessageSizeBytes: 100 });
    split.push(declaring(length, 3));
    assertEquals(split.next(), null);
    split.push(declaring(length).subarray(3, 4));
    assertRefused(() => split.next(), "Message length");
    assertRefused(() => split.next());
  }
});

Deno.test("MessageFramer takes 48,000,000 bytes and no more by default", () => {
  const framer = new MessageFramer();
  const message = declaring(48_000_000, 48_000_000);
  framer.push(message);
  assertStrictEquals(framer.next(), message);
  framer.push(declaring(48_000_001));
  assertRefused(() => framer.next(), "expected 16 to 48000000 bytes, got 48000001");
});

Deno.test("MessageFramer assembles a message of the largest size", () => {
  const framer = new MessageFramer();
  const message = declaring(48_000_000, 48_000_000).fill(0x5a, 16);
  let assembled: Uint8Array | null = null;
  for (let offset = 0; offset < message.length; offset += 65_536) {
    assertEquals(assembled, null);
    framer.push(message.subarray(offset, offset + 65_536));
    assembled = framer.next();
  }
  assertEquals(assembled!.length, message.length);
  assertEquals(assembled!.every((byte, index) => byte === message[index]), true);
  assertEquals(framer.bufferedBytes, 0);
});

Deno.test("MessageFramer allocates as bytes arrive, not as a length declares", () => {
  const allocated = measureAllocations(() => {
    for (let count = 0; count < 50; count++) {
      const framer = new MessageFramer();
      framer.push(declaring(48_000_000));
      framer.next();
      framer.push(declaring(1).subarray(0, 1));
      framer.next();
      assertEquals(framer.bufferedBytes, 17);
    }
  });
  assertLess(Math.max(...allocated), 4096);
});

Deno.test("MessageFramer allocates a large message once plenty of it is here", () => {
  const message = declaring(10_000_000, 10_000_000);
  const framer = new MessageFramer();
  const allocated = measureAllocations(() => {
    for (let offset = 0; offset < message.length; offset += 16_384) {
      framer.push(message.subarray(offset, offset + 16_384));
      framer.next();
    }
  });
  assertLess(allocated.reduce((sum, size) => sum + size, 0), message.length + 200_000);
});

Deno.test("MessageFramer copies no byte often for a client that sends ahead in tiny packets", () => {
  const packet = MESSAGES[0]!;
  const count = 5_000;
  const framer = new MessageFramer();
  const allocated = measureAllocations(() => {
    framer.push(packet);
    framer.next();
    for (let index = 0; index < count; index++) {
      framer.push(packet);
      framer.keep();
    }
  });
  assertLess(allocated.reduce((sum, size) => sum + size, 0), 5 * count * packet.length);
  assertEquals(framer.bufferedBytes, count * packet.length);
  assertEquals(drain(framer), Array.from({ length: count }, () => packet));
});

Deno.test("push() puts chunks behind a copy without changing messages that were given out of it", () => {
  const framer = new MessageFramer();
  framer.push(STREAM.slice());
  framer.keep();
  const messages: Uint8Array[] = [framer.next()!];
  const copies = [messages[0]!.slice()];
  for (let round = 0; round < 20; round++) {
    framer.push(STREAM.slice());
    framer.keep();
    for (let count = 0; count < 5; count++) {
      const message = framer.next()!;
      messages.push(message);
      copies.push(message.slice());
    }
  }
  assertEquals(messages, copies);
  assertEquals([...copies, ...drain(framer)], Array.from({ length: 21 }, () => MESSAGES).flat());
});

const LARGE = declaring(300_000, 300_000).map((byte, index) => index < 4 ? byte : index % 251);

Deno.test("large gives the beginning of a large message only, until it is decided what to do with it", () => {
  const framer = new MessageFramer();
  framer.push(declaring(LARGE_MESSAGE_BYTES));
  assertEquals([framer.next(), framer.large], [null, null]);
  const other = new MessageFramer();
  other.push(LARGE.slice(0, 3));
  assertEquals([other.next(), other.large], [null, null]);
  other.push(LARGE.slice(3, 5000));
  assertEquals([other.next(), other.large], [null, LARGE.slice(0, 5000)]);
  other.collect();
  assertEquals(other.large, null);
  other.push(LARGE.slice(5000));
  assertEquals(other.next(), LARGE);
});

Deno.test("nextPart() gives all of a large message from where it was opened, however it is cut; others follow", () => {
  const random = randomNumbers(13);
  const stream = joined([MESSAGES[0]!, LARGE, MESSAGES[1]!, LARGE, MESSAGES[2]!]);
  for (const [most, isKeeping] of [[300, false], [5_000, true], [70_000, false], [299_000, true]] as const) {
    const framer = new MessageFramer();
    const got: Uint8Array[] = [];
    for (let offset = 0; offset < stream.length;) {
      const chunk = stream.slice(offset, offset + 1 + random(most));
      offset += chunk.length;
      framer.push(chunk);
      for (let message = take(framer); message !== null; message = take(framer)) got.push(message.slice());
      if (isKeeping) framer.keep();
      chunk.fill(0xee);
    }
    assertEquals(joined(got), stream);
    framer.end();
  }
});

/** The next part, or the next message, of which large ones are opened at byte 0. */
function take(framer: MessageFramer): Uint8Array | null {
  const next = framer.nextPart() ?? framer.next();
  if (next !== null || framer.large === null) return next;
  framer.openParts(0);
  return framer.nextPart();
}

Deno.test("openParts() keeps no more of a large message than is here", () => {
  const message = declaring(10_000_000, 100_000);
  const framer = new MessageFramer();
  for (const chunk of [message.slice(0, 50_000), message.slice(50_000)]) {
    framer.push(chunk);
    assertEquals(framer.next(), null);
  }
  framer.openParts(0);
  assertLess(framer.nextPart()!.buffer.byteLength, 200_000);
});

Deno.test("skipParts() passes over the rest of a large message, wherever it is", () => {
  for (const opened of [0, 100, 5000]) {
    for (const isTaken of [false, true]) {
      const framer = new MessageFramer();
      framer.push(LARGE.slice(0, 5000));
      assertEquals(framer.next(), null);
      framer.openParts(opened);
      assertEquals(framer.partsLeft, LARGE.length - opened);
      if (isTaken) framer.nextPart();
      framer.push(LARGE.slice(5000, 6000));
      framer.skipParts();
      assertEquals([framer.partsLeft, framer.nextPart(), framer.next()], [0, null, null]);
      assertRefused(() => framer.end(), "Stream ended inside a message");
      framer.push(joined([LARGE.slice(6000), MESSAGES[0]!]));
      assertEquals(drain(framer), [MESSAGES[0]!]);
      framer.end();
    }
  }
});

Deno.test("keep() frees the chunk in the middle of a message in parts", () => {
  const framer = new MessageFramer();
  framer.push(LARGE.slice(0, 5000));
  framer.next();
  framer.openParts(5000);
  const chunk = joined([LARGE.slice(5000), MESSAGES[0]!]);
  framer.push(chunk);
  assertEquals(framer.next(), null);
  framer.keep();
  chunk.fill(0xee);
  assertEquals(framer.nextPart(), LARGE.slice(5000));
  assertEquals(drain(framer), [MESSAGES[0]!]);
});

/** The sizes of all byte arrays that are made while `run` runs. */
function measureAllocations(run: () => void): number[] {
  const original = globalThis.Uint8Array;
  const sizes: number[] = [];
  globalThis.Uint8Array = new Proxy(original, {
    construct(target, args: ConstructorParameters<Uint8ArrayConstructor>) {
      const made = Reflect.construct(target, args) as Uint8Array;
      sizes.push(made.length);
      return made;
    },
  });
  try {
    run();
  } finally {
    globalThis.Uint8Array = original;
  }
  return sizes;
}
