import { assertEquals } from "@std/assert";
import { writeInt32 } from "../../codec/byte_writer.ts";
import { decodeOpInsert, encodeOpInsert } from "../../codec/op_insert.ts";
import { decodeOpKillCursors, encodeOpKillCursors } from "../../codec/op_kill_cursors.ts";
import { decodeOpQuery, encodeOpQuery } from "../../codec/op_query.ts";
import { decodeOpReply, encodeOpReply } from "../../codec/op_reply.ts";
import { encodeOpDelete } from "../../codec/op_delete.ts";
import { encodeOpGetMore } from "../../codec/op_get_more.ts";
import { encodeOpUpdate } from "../../codec/op_update.ts";
import { assertRefused, DOCUMENT, SAMPLES } from "./samples.ts";

const fullCollectionName = "d.c";
const name = [0x64, 0x2e, 0x63, 0];
const id = [0xf0, 0xde, 0xbc, 0x9a, 0x78, 0x56, 0x34, 0x12];
const cursorId = 0x123456789abcdef0n;

function header(length: number, opCode: number): number[] {
  return [length, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, opCode & 255, opCode >> 8, 0, 0];
}

Deno.test("legacy messages are laid out as the protocol says", () => {
  const empty = Uint8Array.of(5, 0, 0, 0, 0);
  const requestId = 9;
  assertEquals(
    [...encodeOpQuery({ requestId, flags: 4, fullCollectionName, numberToReturn: -1, query: empty })],
    [...header(37, 2004), 4, 0, 0, 0, ...name, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, ...empty],
  );
  assertEquals(
    [...encodeOpReply({ requestId, responseFlags: 8, cursorId, startingFrom: 2, documents: [empty] })],
    [...header(41, 1), 8, 0, 0, 0, ...id, 2, 0, 0, 0, 1, 0, 0, 0, ...empty],
  );
  assertEquals(
    [...encodeOpInsert({ requestId, flags: 1, fullCollectionName, documents: [empty, empty] })],
    [...header(34, 2002), 1, 0, 0, 0, ...name, ...empty, ...empty],
  );
  assertEquals(
    [...encodeOpUpdate({ requestId, fullCollectionName, flags: 2, selector: empty, update: empty })],
    [...header(38, 2001), 0, 0, 0, 0, ...name, 2, 0, 0, 0, ...empty, ...empty],
  );
  assertEquals(
    [...encodeOpDelete({ requestId, fullCollectionName, flags: 1, selector: empty })],
    [...header(33, 2006), 0, 0, 0, 0, ...name, 1, 0, 0, 0, ...empty],
  );
  assertEquals(
    [...encodeOpGetMore({ requestId, fullCollectionName, numberToReturn: 3, cursorId })],
    [...header(36, 2005), 0, 0, 0, 0, ...name, 3, 0, 0, 0, ...id],
  );
  assertEquals(
    [...encodeOpKillCursors({ requestId, cursorIds: [cursorId] })],
    [...header(32, 2007), 0, 0, 0, 0, 1, 0, 0, 0, ...id],
  );
});

Deno.test("decodeOpQuery tells a missing selector from one that is there", () => {
  const query = { requestId: 1, fullCollectionName, query: DOCUMENT };
  assertEquals(decodeOpQuery(encodeOpQuery(query)).returnFieldsSelector, null);
  const selected = encodeOpQuery({ ...query, returnFieldsSelector: DOCUMENT });
  assertEquals(decodeOpQuery(selected).returnFieldsSelector, DOCUMENT);
});

Deno.test("decodeOpReply refuses another number of documents than it declares", () => {
  for (const count of [-1, 0, 2, 2 ** 31 - 1]) {
    const message = encodeOpReply({ requestId: 1, documents: [DOCUMENT] });
    writeInt32(message, 32, count);
    const error = assertRefused(() => decodeOpReply(message), "OP_REPLY numberReturned at byte 32");
    assertEquals(error.actual, String(count));
  }
});

Deno.test("decodeOpReply and decodeOpInsert take no documents at all", () => {
  assertEquals(decodeOpReply(encodeOpReply({ requestId: 1, documents: [] })).documents, []);
  assertEquals(decodeOpInsert(encodeOpInsert({ requestId: 1, fullCollectionName, documents: [] })).documents, []);
});

Deno.test("decodeOpKillCursors refuses a count that does not fit before it allocates for it", () => {
  for (const count of [-1, 0, 2, 2 ** 29, 2 ** 31 - 1]) {
    const message = encodeOpKillCursors({ requestId: 1, cursorIds: [1n] });
    writeInt32(message, 20, count);
    assertRefused(() => decodeOpKillCursors(message), "OP_KILL_CURSORS numberOfCursorIDs at byte 20");
  }
});

Deno.test("reserved fields are not looked at", () => {
  for (const sample of SAMPLES) {
    if (!/UPDATE|DELETE|GET_MORE|KILL_CURSORS/.test(sample.name)) continue;
    const message = sample.message.slice();
    writeInt32(message, 16, -1);
    assertEquals(sample.decode(message), sample.decode(sample.message));
  }
});

Deno.test("collection names must be UTF-8, end, and hold no zero", () => {
  const insert = { requestId: 1, fullCollectionName: "d.ö", documents: [] };
  const message = encodeOpInsert(insert);
  assertEquals(decodeOpInsert(message).fullCollectionName, "d.ö");
  message[message.length - 2] = 0xff;
  assertRefused(() => decodeOpInsert(message), "OP_INSERT collection name is not text at byte 20");
  message[message.length - 1] = 0x61;
  assertRefused(() => decodeOpInsert(message), "OP_INSERT collection name does not end at byte 20");
  assertRefused(() => encodeOpInsert({ ...insert, fullCollectionName: "d.\0" }), "expected no zero character");
});
