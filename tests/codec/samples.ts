import { assertThrows } from "@std/assert";
import { serialize } from "bson";
import { CodecError } from "../../codec/error.ts";
import type { DecodeOptions } from "../../codec/header.ts";
import { decodeOpDelete, encodeOpDelete } from "../../codec/op_delete.ts";
import { decodeOpGetMore, encodeOpGetMore } from "../../codec/op_get_more.ts";
import { decodeOpInsert, encodeOpInsert } from "../../codec/op_insert.ts";
import { decodeOpKillCursors, encodeOpKillCursors } from "../../codec/op_kill_cursors.ts";
import { decodeOpMsg, encodeOpMsg } from "../../codec/op_msg.ts";
import { decodeOpQuery, encodeOpQuery } from "../../codec/op_query.ts";
import { decodeOpReply, encodeOpReply } from "../../codec/op_reply.ts";
import { decodeOpUpdate, encodeOpUpdate } from "../../codec/op_update.ts";

/** A document whose last byte before the closing zero is not a zero. */
export const DOCUMENT = Uint8Array.from(serialize({ a: 0x7f7f7f7f }));

/** A message, what decodes it, and where its lengths and counts are. */
export interface Sample {
  readonly name: string;
  readonly message: Uint8Array;
  readonly decode: (message: Uint8Array, options?: DecodeOptions) => unknown;
  /** Decodes and encodes again. */
  readonly again: (message: Uint8Array) => Uint8Array;
  readonly lengthFields: readonly number[];
}

function sample<Input>(
  name: string,
  decode: (message: Uint8Array, options?: DecodeOptions) => NoInfer<Input>,
  encode: (value: Input) => Uint8Array,
  value: NoInfer<Input>,
  lengthFields: readonly number[],
): Sample {
  return {
    name,
    message: encode(value),
    decode,
    again: (message) => encode(decode(message)),
    lengthFields: [0, ...lengthFields],
  };
}

const ids = { requestId: 0x01020304, responseTo: 0x05060708 };
const fullCollectionName = "shop.orders";
const sequences = [
  { identifier: "documents", documents: [DOCUMENT, DOCUMENT] },
  { identifier: "ops", documents: [] },
];
const size = DOCUMENT.length;
const firstSequence = 21 + size + 1;

/** One message of each uncompressed kind. */
export const SAMPLES: readonly Sample[] = [
  sample("OP_MSG", decodeOpMsg, encodeOpMsg, { ...ids, flags: 2, body: DOCUMENT }, [21]),
  sample(
    "OP_MSG with sequences",
    decodeOpMsg,
    encodeOpMsg,
    { ...ids, body: DOCUMENT, sequences },
    [21, firstSequence, firstSequence + 14, firstSequence + 14 + size, firstSequence + 15 + 2 * size],
  ),
  sample(
    "OP_MSG with checksum",
    decodeOpMsg,
    encodeOpMsg,
    { ...ids, flags: 0x10001, body: DOCUMENT, sequences },
    [21, firstSequence],
  ),
  sample(
    "OP_QUERY",
    decodeOpQuery,
    encodeOpQuery,
    {
      ...ids,
      flags: 4,
      fullCollectionName,
      numberToSkip: 1,
      numberToReturn: -1,
      query: DOCUMENT,
      returnFieldsSelector: DOCUMENT,
    },
    [40, 40 + size],
  ),
  sample(
    "OP_REPLY",
    decodeOpReply,
    encodeOpReply,
    { ...ids, responseFlags: 8, cursorId: -(2n ** 63n), startingFrom: 3, documents: [DOCUMENT, DOCUMENT] },
    [32, 36, 36 + size],
  ),
  sample(
    "OP_INSERT",
    decodeOpInsert,
    encodeOpInsert,
    { ...ids, flags: 1, fullCollectionName, documents: [DOCUMENT, DOCUMENT] },
    [32, 32 + size],
  ),
  sample(
    "OP_UPDATE",
    decodeOpUpdate,
    encodeOpUpdate,
    { ...ids, fullCollectionName, flags: 3, selector: DOCUMENT, update: DOCUMENT },
    [36, 36 + size],
  ),
  sample(
    "OP_DELETE",
    decodeOpDelete,
    encodeOpDelete,
    { ...ids, fullCollectionName, flags: 1, selector: DOCUMENT },
    [36],
  ),
  sample(
    "OP_GET_MORE",
    decodeOpGetMore,
    encodeOpGetMore,
    { ...ids, fullCollectionName, numberToReturn: 100, cursorId: 2n ** 63n - 1n },
    [],
  ),
  sample(
    "OP_KILL_CURSORS",
    decodeOpKillCursors,
    encodeOpKillCursors,
    { ...ids, cursorIds: [1n, -1n, 0x0102030405060708n] },
    [20],
  ),
];

/** Puts `message` in the middle of a larger buffer full of `pattern`, as a view. */
export function surrounded(message: Uint8Array, pattern: number): Uint8Array {
  const buffer = new Uint8Array(message.length + 128).fill(pattern);
  buffer.set(message, 64);
  return buffer.subarray(64, 64 + message.length);
}

/** Gives what `run` returns, or the text of its CodecError; lets every other error through. */
export function outcome(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    if (error instanceof CodecError) return `CodecError: ${error.message}`;
    throw error;
  }
}

/** Asserts that `run` throws a CodecError of this text, and gives it. */
export function assertRefused(run: () => unknown, text = ""): CodecError {
  return assertThrows(run, CodecError, text);
}

/** A repeatable source of numbers from 0 up to, but not including, `below`. */
export function randomNumbers(seed: number): (below: number) => number {
  let state = seed | 0;
  return (below) => {
    // mulberry32
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
