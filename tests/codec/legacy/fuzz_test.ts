// Damaged messages must give a command, a refusal or a CodecError, never another error, and the same whatever lies
// around them. Every run does the same rounds, so a failure comes again.
import { assertEquals, assertGreater, assertThrows } from "@std/assert";
import { Long } from "bson";
import { writeInt32 } from "../../../codec/byte_writer.ts";
import { CodecError } from "../../../codec/error.ts";
import { OpCode, opCode } from "../../../codec/header.ts";
import { translateGetMore } from "../../../codec/legacy/legacy_get_more.ts";
import { legacyQueryOf, translateQuery, translateQueryCommand } from "../../../codec/legacy/legacy_query.ts";
import { LegacyRefusal } from "../../../codec/legacy/legacy_refusal.ts";
import { translateReply } from "../../../codec/legacy/legacy_reply.ts";
import { translateWrite } from "../../../codec/legacy/legacy_write.ts";
import { encodeOpDelete } from "../../../codec/op_delete.ts";
import { encodeOpGetMore } from "../../../codec/op_get_more.ts";
import { encodeOpInsert } from "../../../codec/op_insert.ts";
import { decodeOpMsg, encodeOpMsg } from "../../../codec/op_msg.ts";
import { encodeOpQuery } from "../../../codec/op_query.ts";
import { decodeOpReply } from "../../../codec/op_reply.ts";
import { encodeOpUpdate } from "../../../codec/op_update.ts";
import { randomNumbers, surrounded } from "../samples.ts";
import { bytesOf } from "./support.ts";

const ROUNDS = 6000;
const LIMITS = { maxWriteBatchSize: 2, maxMessageSizeBytes: 500 };

const to = { requestId: 7, fullCollectionName: "shop.films" };
const index = bytesOf({ ns: "shop.films", key: { a: 1, b: "2d" }, v: 0 });
const wrapped = bytesOf({
  $query: { a: { $in: [1, "two", null] } },
  $orderby: [{ a: 1 }, { b: -1 }],
  $hint: "a_1",
  $maxTimeMS: 5,
  $min: { a: 1 },
  $max: { a: 9 },
  $returnKey: true,
  $showDiskLoc: 1,
  $comment: "why",
  $explain: true,
  $readPreference: { mode: "nearest" },
});
const command = bytesOf({ $query: { count: "films", query: { a: 1 } }, $readPreference: { mode: "nearest" } });

const REQUESTS = [
  encodeOpInsert({ ...to, flags: 1, documents: [index, index, wrapped] }),
  encodeOpInsert({ ...to, fullCollectionName: "shop.system.indexes", documents: [index, index] }),
  encodeOpUpdate({ ...to, flags: 3, selector: index, update: wrapped }),
  encodeOpDelete({ ...to, flags: 1, selector: index }),
  encodeOpQuery({ ...to, flags: 4, numberToReturn: -2, query: wrapped, returnFieldsSelector: index }),
  encodeOpQuery({ ...to, numberToSkip: 5, numberToReturn: 5, query: index }),
  encodeOpQuery({ ...to, fullCollectionName: "shop.$cmd", numberToReturn: 1, flags: 4, query: command }),
  encodeOpGetMore({ ...to, numberToReturn: 5, cursorId: 5n }),
];

const cursor = { id: Long.fromNumber(5), ns: "shop.films", firstBatch: [{ a: 1 }, {}], nextBatch: [{ b: "x" }] };
const REPLIES = [
  encodeOpMsg({ requestId: 1, responseTo: 7, body: bytesOf({ cursor, ok: 1 }) }),
  encodeOpMsg({ requestId: 1, responseTo: 7, body: bytesOf({ ok: 0, errmsg: "gone", code: 43 }) }),
];

/** Translates a request by its opcode. */
function translate(message: Uint8Array): readonly Uint8Array[] {
  switch (opCode(message)) {
    case OpCode.query:
      return [legacyQueryOf(message).kind === "command" ? translateQueryCommand(message) : translateQuery(message)];
    case OpCode.getMore:
      return [translateGetMore(message)];
    default: {
      let requestId = 0;
      return translateWrite(message, () => requestId++, LIMITS).commands;
    }
  }
}

/** Gives what `run` gives, or the text of the error that it may throw; lets every other error through. */
function outcome(run: () => readonly Uint8Array[]): readonly Uint8Array[] | string {
  try {
    return run();
  } catch (error) {
    if (error instanceof CodecError || error instanceof LegacyRefusal) return `${error.name}: ${error.message}`;
    throw error;
  }
}

/** Cuts a copy of a message off, and has its header say so. */
function cutOff(message: Uint8Array, length: number): Uint8Array {
  const copy = message.slice(0, length);
  writeInt32(copy, 0, length);
  return copy;
}

function damaged(random: (below: number) => number, originals: readonly Uint8Array[]): Uint8Array {
  const bytes = originals[random(originals.length)]!.slice();
  for (let count = random(3); count >= 0; count--) {
    const at = 16 + random(bytes.length - 16);
    if (random(3) === 0 && at + 4 <= bytes.length) writeInt32(bytes, at, random(bytes.length + 8) - 4);
    else if (random(2) === 0) bytes[at] = random(256);
    else bytes[at]! ^= 1 << random(8);
  }
  if (random(4) > 0) return bytes;
  return cutOff(bytes, 16 + random(bytes.length - 16));
}

function fuzz(
  seed: number,
  originals: readonly Uint8Array[],
  read: (message: Uint8Array) => readonly Uint8Array[],
): void {
  const random = randomNumbers(seed);
  const seen = { values: 0, errors: 0 };
  for (let round = 0; round < ROUNDS; round++) {
    const message = damaged(random, originals);
    const result = outcome(() => read(surrounded(message, 0)));
    const again = outcome(() => read(surrounded(message, 0xff)));
    assertEquals(again, result, `Round ${round} reads outside of ${message.toString()}`);
    seen[typeof result === "string" ? "errors" : "values"]++;
  }
  // Otherwise the damage is too little or too much to prove anything.
  assertGreater(seen.values, ROUNDS / 100);
  assertGreater(seen.errors, ROUNDS / 100);
}

Deno.test("legacy requests that are damaged become commands, refusals or CodecErrors", () => {
  fuzz(11, REQUESTS, (message) => {
    const commands = translate(message);
    for (const command of commands) decodeOpMsg(command);
    return commands;
  });
});

Deno.test("replies that are damaged become replies or CodecErrors", () => {
  for (const kind of ["find", "explain", "getMore", "command"] as const) {
    const target = { requestId: 1, responseTo: 2, kind, startingFrom: 3 };
    fuzz(12, REPLIES, (message) => {
      const reply = translateReply(message, target);
      decodeOpReply(reply.message);
      return [reply.message];
    });
  }
});

Deno.test("legacy requests that are cut off anywhere are refused", () => {
  let whole = 0;
  for (const message of REQUESTS) {
    for (let length = 0; length < message.length; length++) {
      assertThrows(() => translate(surrounded(message.subarray(0, length), 1)), CodecError);
      if (length < 16) continue;
      const result = outcome(() => translate(surrounded(cutOff(message, length), 1)));
      if (typeof result !== "string") whole++;
    }
  }
  // An OP_INSERT may end after any document, and one OP_QUERY before its projection.
  assertEquals(whole, 2 + 1 + 1);
});
