import { assertEquals } from "@std/assert";
import { readInt32 } from "../../codec/byte_reader.ts";
import { writeInt32 } from "../../codec/byte_writer.ts";
import { crc32c } from "../../codec/crc32c.ts";
import { decodeOpMsg, encodeOpMsg, OpMsgFlag, opMsgFlags, withOpMsgFlags } from "../../codec/op_msg.ts";
import { assertRefused, DOCUMENT } from "./samples.ts";

const PLAIN = encodeOpMsg({ requestId: 1, responseTo: 2, body: DOCUMENT });
const SEALED = encodeOpMsg({ requestId: 1, responseTo: 2, body: DOCUMENT, checksum: true });

/** An OP_MSG of these sections, written by hand. */
function ofSections(...sections: number[][]): Uint8Array {
  const bytes = sections.flat();
  const message = new Uint8Array(20 + bytes.length);
  message.set(PLAIN.subarray(0, 20));
  message.set(bytes, 20);
  writeInt32(message, 0, message.length);
  return message;
}

const BODY = [0, ...DOCUMENT];
const SEQUENCE = [1, 4 + 2 + DOCUMENT.length, 0, 0, 0, 0x61, 0, ...DOCUMENT];

Deno.test("decodeOpMsg gives documents as views into the message", () => {
  const message = ofSections(BODY, SEQUENCE);
  const { body, sequences } = decodeOpMsg(message);
  assertEquals([body.buffer, body.byteOffset], [message.buffer, 21]);
  assertEquals(sequences[0]?.documents[0]?.buffer, message.buffer);
});

Deno.test("decodeOpMsg takes the body behind a sequence too", () => {
  const { body, sequences } = decodeOpMsg(ofSections(SEQUENCE, BODY));
  assertEquals(body, DOCUMENT);
  assertEquals(sequences, [{ identifier: "a", documents: [DOCUMENT] }]);
});

Deno.test("decodeOpMsg refuses a message without a body, or with two", () => {
  assertRefused(() => decodeOpMsg(ofSections()), "expected a section of kind 0, got the end");
  assertRefused(() => decodeOpMsg(ofSections(SEQUENCE)), "expected a section of kind 0, got the end");
  const error = assertRefused(() => decodeOpMsg(ofSections(BODY, BODY)), "OP_MSG section kind");
  assertEquals([error.offset, error.expected, error.actual], [21 + DOCUMENT.length, "1", "0"]);
});

Deno.test("decodeOpMsg refuses every other kind of section", () => {
  for (let kind = 2; kind < 256; kind++) {
    assertRefused(() => decodeOpMsg(ofSections([kind, ...DOCUMENT])), `expected 0 or 1, got ${kind}`);
  }
});

Deno.test("decodeOpMsg refuses two sequences of one identifier", () => {
  assertRefused(() => decodeOpMsg(ofSections(BODY, SEQUENCE, SEQUENCE)), "Identifier of an OP_MSG document sequence");
});

Deno.test("decodeOpMsg refuses an identifier that does not end or is not UTF-8", () => {
  assertRefused(() => decodeOpMsg(ofSections(BODY, [1, 5, 0, 0, 0, 0x61], SEQUENCE)), "does not end");
  assertRefused(() => decodeOpMsg(ofSections(BODY, [1, 6, 0, 0, 0, 0xff, 0])), "expected UTF-8");
});

Deno.test("decodeOpMsg refuses unknown required flags and ignores unknown optional ones", () => {
  for (let bit = 2; bit < 16; bit++) {
    const message = PLAIN.slice();
    writeInt32(message, 16, 1 << bit);
    const error = assertRefused(() => decodeOpMsg(message), "Required OP_MSG flags at byte 16");
    assertEquals(error.actual, `0x${(1 << bit).toString(16)}`);
  }
  for (let bit = 16; bit < 32; bit++) {
    const message = PLAIN.slice();
    writeInt32(message, 16, 1 << bit);
    assertEquals(decodeOpMsg(message).flags, (1 << bit) >>> 0);
  }
});

Deno.test("encodeOpMsg writes a checksum over all before it", () => {
  assertEquals(SEALED.length, PLAIN.length + 4);
  assertEquals(readInt32(SEALED, SEALED.length - 4) >>> 0, crc32c(SEALED.subarray(0, -4)));
  assertEquals(decodeOpMsg(SEALED).flags, OpMsgFlag.checksumPresent);
  const fromFlags = encodeOpMsg({ requestId: 1, responseTo: 2, flags: OpMsgFlag.checksumPresent, body: DOCUMENT });
  assertEquals(fromFlags, SEALED);
  const without = { requestId: 1, responseTo: 2, flags: OpMsgFlag.checksumPresent, body: DOCUMENT, checksum: false };
  assertEquals(encodeOpMsg(without), PLAIN);
});

Deno.test("decodeOpMsg finds every changed bit of a message with a checksum", () => {
  for (let bit = 0; bit < SEALED.length * 8; bit++) {
    if (bit === 16 * 8) continue; // the flag itself: without it the checksum is a section
    const message = SEALED.slice();
    message[bit >> 3]! ^= 1 << (bit & 7);
    assertRefused(() => decodeOpMsg(message));
  }
});

Deno.test("opMsgFlags reads all 32 bits as an unsigned number", () => {
  assertEquals(opMsgFlags(encodeOpMsg({ requestId: 1, flags: 0x80000002, body: DOCUMENT })), 0x80000002);
});

Deno.test("withOpMsgFlags copies with other flags and leaves the message alone", () => {
  const before = PLAIN.slice();
  const changed = withOpMsgFlags(PLAIN, OpMsgFlag.moreToCome | OpMsgFlag.exhaustAllowed);
  assertEquals(decodeOpMsg(changed), { ...decodeOpMsg(PLAIN), flags: 0x10002 });
  assertEquals(PLAIN, before);
});

Deno.test("withOpMsgFlags computes, adds and drops the checksum", () => {
  const { body } = decodeOpMsg(SEALED);
  const both = OpMsgFlag.checksumPresent | OpMsgFlag.exhaustAllowed;
  assertEquals(withOpMsgFlags(SEALED, both), encodeOpMsg({ requestId: 1, responseTo: 2, flags: both, body }));
  assertEquals(withOpMsgFlags(PLAIN, OpMsgFlag.checksumPresent), SEALED);
  assertEquals(withOpMsgFlags(SEALED, 0), PLAIN);
});

Deno.test("withOpMsgFlags refuses a message too short for its checksum", () => {
  const message = PLAIN.slice(0, 23);
  writeInt32(message, 0, message.length);
  writeInt32(message, 16, OpMsgFlag.checksumPresent);
  assertRefused(() => withOpMsgFlags(message, 0), "OP_MSG checksum is cut off");
  assertRefused(() => decodeOpMsg(message), "OP_MSG checksum is cut off");
});

Deno.test("encodeOpMsg refuses an identifier with a zero character", () => {
  const sequences = [{ identifier: "a\0b", documents: [] }];
  assertRefused(() => encodeOpMsg({ requestId: 1, body: DOCUMENT, sequences }), "Name at byte 1");
});
