import { assertEquals, assertGreater } from "@std/assert";
import { readInt32 } from "../../codec/byte_reader.ts";
import { writeInt32 } from "../../codec/byte_writer.ts";
import { crc32c } from "../../codec/crc32c.ts";
import { decodeMessage } from "../../codec/message.ts";
import { MessageFramer } from "../../codec/framer.ts";
import { assertRefused, outcome, type Sample, SAMPLES, surrounded } from "./samples.ts";

for (const sample of SAMPLES) {
  Deno.test(`${sample.name} survives decoding and encoding`, () => {
    assertEquals(sample.again(sample.message), sample.message);
    assertEquals(readInt32(sample.message, 0), sample.message.length);
  });

  Deno.test(`${sample.name} truncated at any byte is refused`, () => {
    for (let length = 0; length < sample.message.length; length++) {
      assertRefused(() => sample.decode(sample.message.subarray(0, length)));
    }
  });

  Deno.test(`${sample.name} truncated with a fitting length is refused or whole`, () => {
    let refused = 0;
    for (let length = 0; length < sample.message.length; length++) {
      const message = withFittingLength(sample, length);
      const again = outcome(() => sample.again(message));
      if (again instanceof Uint8Array) assertEquals(again, message);
      else refused++;
    }
    // A few cuts leave a whole message behind, e.g. without the last document.
    assertGreater(refused, sample.message.length - 5);
  });

  Deno.test(`${sample.name} with bytes left over is refused`, () => {
    const longer = new Uint8Array(sample.message.length + 1);
    longer.set(sample.message);
    assertRefused(() => sample.decode(longer));
    writeInt32(longer, 0, longer.length);
    assertRefused(() => sample.decode(longer));
  });

  Deno.test(`${sample.name} with any wrong length is refused`, () => {
    for (const field of sample.lengthFields) {
      const right = readInt32(sample.message, field);
      for (const wrong of [-(2 ** 31), -1, right - 3, right - 1, right + 1, right + 4, 2 ** 31 - 1]) {
        const message = sample.message.slice();
        writeInt32(message, field, wrong);
        if (sample.name.endsWith("checksum") && field > 0) sealAgain(message);
        assertRefused(() => sample.decode(message));
      }
    }
  });

  Deno.test(`${sample.name} over the limit is refused`, () => {
    const size = sample.message.length;
    sample.decode(sample.message, { maxMessageSizeBytes: size });
    const error = assertRefused(
      () => sample.decode(sample.message, { maxMessageSizeBytes: size - 1 }),
      "Message length",
    );
    assertEquals(error.expected, `16 to ${size - 1} bytes`);
    assertEquals(error.actual, String(size));
  });

  Deno.test(`${sample.name} decodes to the same wherever it lies`, () => {
    const expected = sample.decode(sample.message);
    assertEquals(sample.decode(surrounded(sample.message, 0)), expected);
    assertEquals(sample.decode(surrounded(sample.message, 0xff)), expected);
  });

  Deno.test(`${sample.name} is refused as another opcode`, () => {
    const message = sample.message.slice();
    writeInt32(message, 12, 2010);
    assertRefused(() => sample.decode(message), "Opcode at byte 12");
    assertRefused(() => decodeMessage(message), "expected a known one, got 2010");
  });

  Deno.test(`decodeMessage decodes ${sample.name}`, () => {
    const opCode = readInt32(sample.message, 12);
    assertEquals(decodeMessage(sample.message) as unknown, { opCode, ...sample.decode(sample.message) as object });
  });
}

Deno.test("every kind of message passes the framer byte by byte", () => {
  const framer = new MessageFramer();
  for (const { message } of SAMPLES) {
    for (const byte of message.subarray(0, -1)) {
      framer.push(Uint8Array.of(byte));
      assertEquals(framer.next(), null);
    }
    framer.push(message.subarray(-1));
    assertEquals(framer.next(), message);
  }
  framer.end();
});

function withFittingLength(sample: Sample, length: number): Uint8Array {
  const message = sample.message.slice(0, length);
  if (length >= 4) writeInt32(message, 0, length);
  if (sample.name.endsWith("checksum") && length >= 24) sealAgain(message);
  return message;
}

function sealAgain(message: Uint8Array): void {
  writeInt32(message, message.length - 4, crc32c(message.subarray(0, -4)));
}
