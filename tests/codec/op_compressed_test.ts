import { assertEquals, assertLess } from "@std/assert";
import { serialize } from "bson";
import { deflateSync, zstdCompressSync } from "node:zlib";
import { readInt32 } from "../../codec/byte_reader.ts";
import { writeInt32 } from "../../codec/byte_writer.ts";
import { opCode, requestId, responseTo } from "../../codec/header.ts";
import { decodeMessage } from "../../codec/message.ts";
import { compressMessage, compressorOf, decompressMessage } from "../../codec/op_compressed.ts";
import { encodeOpMsg } from "../../codec/op_msg.ts";
import { snappyCompress } from "../../codec/snappy.ts";
import { assertRefused, DOCUMENT, outcome, randomNumbers, SAMPLES, surrounded } from "./samples.ts";

const COMPRESSORS = ["snappy", "zlib", "zstd"] as const;
const documents = Array.from({ length: 500 }, () => DOCUMENT);
const LARGE = encodeOpMsg({ requestId: 1, body: DOCUMENT, sequences: [{ identifier: "documents", documents }] });

/** An OP_COMPRESSED written by hand. */
function wrapped(compressor: number, size: number, content: Uint8Array, original = 2013): Uint8Array {
  const message = new Uint8Array(25 + content.length);
  for (const [index, value] of [message.length, 7, 8, 2012, original, size].entries()) {
    writeInt32(message, 4 * index, value);
  }
  message[24] = compressor;
  message.set(content, 25);
  return message;
}

const PLAIN = new Uint8Array(3000).fill(0x41);
const CONTENTS: [number, string, Uint8Array][] = [
  [0, "noop", PLAIN],
  [1, "snappy", snappyCompress(PLAIN)],
  [2, "zlib", deflateSync(PLAIN)],
  [3, "zstd", zstdCompressSync(PLAIN)],
];

for (const compressor of COMPRESSORS) {
  Deno.test(`compressMessage and decompressMessage give back every kind of message with ${compressor}`, () => {
    for (const { message } of SAMPLES) {
      const compressed = compressMessage(message, compressor);
      assertEquals(opCode(compressed), 2012);
      assertEquals([requestId(compressed), responseTo(compressed)], [requestId(message), responseTo(message)]);
      assertEquals(readInt32(compressed, 0), compressed.length);
      assertEquals(readInt32(compressed, 16), opCode(message));
      assertEquals(readInt32(compressed, 20), message.length - 16);
      assertEquals(compressorOf(compressed), compressor);
      assertEquals(decompressMessage(compressed), message);
    }
  });

  Deno.test(`compressMessage makes a repetitive message smaller with ${compressor}`, () => {
    assertLess(compressMessage(LARGE, compressor).length, LARGE.length / 4);
  });

  Deno.test(`decompressMessage gives back a message without a body, compressed with ${compressor}`, () => {
    const header = wrapped(0, 0, new Uint8Array(0)).slice(0, 16);
    writeInt32(header, 0, 16);
    writeInt32(header, 12, 2013);
    assertEquals(decompressMessage(compressMessage(header, compressor)), header);
  });

  Deno.test(`decodeMessage looks into a message compressed with ${compressor}`, () => {
    const message = decodeMessage(compressMessage(LARGE, compressor));
    assertEquals(message, { opCode: 2012, compressor, message: decodeMessage(LARGE) } as typeof message);
  });
}

for (const [id, name, content] of CONTENTS) {
  Deno.test(`decompressMessage accepts ${name} and rebuilds the header`, () => {
    const message = wrapped(id, PLAIN.length, content);
    assertEquals(compressorOf(message), name as ReturnType<typeof compressorOf>);
    const plain = decompressMessage(message);
    assertEquals([0, 4, 8, 12].map((offset) => readInt32(plain, offset)), [3016, 7, 8, 2013]);
    assertEquals(plain.subarray(16), PLAIN);
  });

  Deno.test(`decompressMessage refuses ${name} that is more or less than it declares`, () => {
    for (const size of [0, 1, PLAIN.length - 1, PLAIN.length + 1, 10 * PLAIN.length]) {
      assertRefused(() => decompressMessage(wrapped(id, size, content)));
    }
  });

  Deno.test(`decompressMessage refuses ${name} that declares more than the limit, before reading it`, () => {
    const options = { maxMessageSizeBytes: PLAIN.length + 25 };
    decompressMessage(wrapped(id, PLAIN.length, content), options);
    for (const size of [PLAIN.length + 10, 2 ** 31 - 1, -1, -(2 ** 31)]) {
      assertRefused(() => decompressMessage(wrapped(id, size, content.subarray(0, 9)), options), "Uncompressed size");
    }
  });

  Deno.test(`decompressMessage refuses ${name} truncated at any byte`, () => {
    for (let length = 0; length < Math.min(content.length, 200); length++) {
      assertRefused(() => decompressMessage(wrapped(id, PLAIN.length, content.subarray(0, length))));
    }
  });

  Deno.test(`decompressMessage gives one result wherever a ${name} message lies`, () => {
    const message = wrapped(id, PLAIN.length, content);
    for (const pattern of [0, 0xff]) {
      assertEquals(decompressMessage(surrounded(message, pattern)), decompressMessage(message));
      const short = wrapped(id, PLAIN.length, content.subarray(0, content.length - 1));
      assertEquals(
        outcome(() => decompressMessage(surrounded(short, pattern))),
        outcome(() => decompressMessage(short)),
      );
    }
  });
}

Deno.test("decompressMessage refuses bombs: content far larger than it declares", () => {
  const bomb = new Uint8Array(200_000_000);
  for (const [id, content] of [[2, deflateSync(bomb)], [3, zstdCompressSync(bomb)]] as const) {
    const error = assertRefused(() => decompressMessage(wrapped(id, 1000, content)), "Content of OP_COMPRESSED");
    assertEquals(error.offset, 25);
    assertRefused(() => decompressMessage(wrapped(id, 48_000_000 - 16, content)), "Content of OP_COMPRESSED");
  }
});

Deno.test("decompressMessage takes no memory for a Snappy block that cannot be as long as it declares", () => {
  const size = 47_999_984;
  const content = Uint8Array.of(0xf0, 0xd7, 0xf1, 0x16, 0, 0x41);
  const error = assertRefused(() => decompressMessage(wrapped(1, size, content)), "Uncompressed size");
  assertEquals([error.expected, error.actual], ["at most 132 bytes from 6", String(size)]);
});

Deno.test("decompressMessage refuses a zstd frame that asks for a window larger than its message needs", () => {
  // magic, no content size, window of 2^27, then one last block: 100 times the same byte
  const content = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0, 17 << 3, 0x23, 3, 0, 0x41);
  assertRefused(() => decompressMessage(wrapped(3, 100, content)), "requires too much memory");
  content[5] = 13 << 3;
  assertEquals(decompressMessage(wrapped(3, 100, content)).subarray(16), PLAIN.subarray(0, 100));
});

Deno.test("decompressMessage gives back messages of the largest size", () => {
  const message = new Uint8Array(48_000_000).fill(0x5a, 16);
  writeInt32(message, 0, message.length);
  writeInt32(message, 12, 2013);
  for (const compressor of COMPRESSORS) {
    const plain = decompressMessage(compressMessage(message, compressor));
    assertEquals([plain.length, plain[16], plain.at(-1)], [message.length, 0x5a, 0x5a]);
    const options = { maxMessageSizeBytes: message.length - 1 };
    assertRefused(() => decompressMessage(compressMessage(message, compressor), options), "Uncompressed size");
  }
});

Deno.test("compressMessage and decompressMessage refuse a message compressed twice", () => {
  const once = compressMessage(LARGE, "snappy");
  assertRefused(() => compressMessage(once, "zlib"), "Opcode inside OP_COMPRESSED at byte 12");
  const twice = wrapped(1, once.length - 16, snappyCompress(once.subarray(16)), 2012);
  assertRefused(() => decompressMessage(twice), "Opcode inside OP_COMPRESSED at byte 16");
});

Deno.test("compressorOf and decompressMessage refuse unknown compressors", () => {
  for (let id = 4; id < 256; id++) {
    const message = wrapped(id, PLAIN.length, PLAIN);
    assertRefused(() => compressorOf(message), `Compressor at byte 24: expected 0 to 3, got ${id}`);
    assertRefused(() => decompressMessage(message), "Compressor at byte 24");
  }
  assertRefused(() => compressorOf(wrapped(0, 0, PLAIN).subarray(0, 24)), "got the end");
});

Deno.test("decompressMessage refuses a header truncated at any byte", () => {
  for (let length = 0; length < 25; length++) {
    const message = wrapped(0, 0, new Uint8Array(0)).slice(0, length);
    if (length >= 4) writeInt32(message, 0, length);
    assertRefused(() => decompressMessage(message));
  }
});

Deno.test("compressMessage follows zlibCompressionLevel", () => {
  const sizes = [0, 1, 9].map((zlibCompressionLevel) =>
    compressMessage(LARGE, "zlib", { zlibCompressionLevel }).length
  );
  assertLess(sizes[1]!, sizes[0]!);
  assertLess(sizes[2]!, sizes[1]!);
});

Deno.test("compressMessage() and decompressMessage() give back messages of every size with every compressor", () => {
  const random = randomNumbers(3);
  for (const length of [0, 1, 10_000, 16_384, 20_000, 65_536, 250_000, 1_500_000]) {
    const noise = Uint8Array.from({ length }, () => random(256));
    for (const filler of [noise, new Uint8Array(length), noise.map((byte, index) => index % 2 === 0 ? byte : 65)]) {
      const message = encodeOpMsg({ requestId: 1, body: serialize({ insert: "films", filler }) });
      for (const compressor of COMPRESSORS) {
        assertEquals(decompressMessage(compressMessage(message, compressor)), message);
      }
    }
  }
});
