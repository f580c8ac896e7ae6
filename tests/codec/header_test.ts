import { assertEquals } from "@std/assert";
import {
  messageLength,
  OpCode,
  opCode,
  requestId,
  responseTo,
  setRequestId,
  setResponseTo,
} from "../../codec/header.ts";

const MESSAGE = Uint8Array.of(16, 0, 0, 0, 0xff, 0xff, 0xff, 0x7f, 0xfe, 0xff, 0xff, 0xff, 0xdd, 7, 0, 0);

Deno.test("the header's fields are read as signed little-endian integers", () => {
  assertEquals(messageLength(MESSAGE), 16);
  assertEquals(requestId(MESSAGE), 2 ** 31 - 1);
  assertEquals(responseTo(MESSAGE), -2);
  assertEquals(opCode(MESSAGE), OpCode.msg);
});

Deno.test("setRequestId and setResponseTo change their four bytes alone", () => {
  for (const id of [0, 1, -1, 2 ** 31 - 1, -(2 ** 31), 0x12345678]) {
    const message = MESSAGE.slice();
    setRequestId(message, id);
    assertEquals([requestId(message), responseTo(message)], [id, -2]);
    setResponseTo(message, id + 1 | 0);
    assertEquals([messageLength(message), requestId(message), opCode(message)], [16, id, OpCode.msg]);
    assertEquals(responseTo(message), id + 1 | 0);
  }
});
