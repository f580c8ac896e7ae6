// Damaged bytes must give a value or a CodecError, never another error, and the same whatever lies around them: a
// decoder that reads outside its message gives itself away. Every run does the same rounds, so a failure comes again.
import { assertEquals, assertGreater } from "@std/assert";
import { Long, serialize, UUID } from "bson";
import { findPath, readValue } from "../../codec/bson_view.ts";
import { spliceBody, spliceElement } from "../../codec/bson_splice.ts";
import { validateDocument } from "../../codec/bson_validate.ts";
import { readInt32 } from "../../codec/byte_reader.ts";
import { writeInt32 } from "../../codec/byte_writer.ts";
import { type CommandView, describeCommand } from "../../codec/command.ts";
import { crc32c } from "../../codec/crc32c.ts";
import { CodecError } from "../../codec/error.ts";
import { MessageFramer } from "../../codec/framer.ts";
import { OpCode, opCode } from "../../codec/header.ts";
import { decodeMessage } from "../../codec/message.ts";
import { compressMessage, decompressMessage } from "../../codec/op_compressed.ts";
import { encodeOpMsg, opMsgFlags, withOpMsgFlags } from "../../codec/op_msg.ts";
import { encodeOpQuery } from "../../codec/op_query.ts";
import { encodeOpReply } from "../../codec/op_reply.ts";
import { describeReply, type ReplyView } from "../../codec/reply.ts";
import { randomNumbers, SAMPLES, surrounded } from "./samples.ts";

const ROUNDS = 4000;

type Random = (below: number) => number;

const uuid = new UUID("0123456789abcdef0123456789abcdef");
const transaction = { lsid: { id: uuid }, txnNumber: Long.fromNumber(7), autocommit: false, startTransaction: true };
const COMMANDS = [
  {},
  { "": 1 },
  { ping: 1, $db: "admin" },
  { find: "films", filter: { a: { $in: [1, "two", null] } }, comment: { by: [uuid] }, maxTimeMS: 5, $db: "shop" },
  { find: "log", tailable: true, awaitData: true, $readPreference: { mode: "nearest", tags: [{ dc: "a" }, {}] } },
  { insert: "films", documents: [{ a: 1 }], writeConcern: { w: 0 }, ...transaction, $db: "shop" },
  { getMore: Long.fromNumber(5), collection: "films", batchSize: 3, $db: "shop" },
  { killCursors: "films", cursors: [Long.fromNumber(5), Long.fromNumber(6)], $db: "shop" },
  { aggregate: "films", pipeline: [{ $match: {} }, { $out: "copy" }], cursor: {}, $db: "shop" },
  { mapReduce: "films", map: "m", reduce: "r", out: { inline: 1 }, $db: "shop" },
].map((command) => bytesOf(command));

const REPLIES = [
  {},
  { cursor: { firstBatch: [{ a: 1 }], id: Long.fromNumber(9), ns: "shop.films" }, ok: 1 },
  { ok: 0, code: 11600, codeName: "InterruptedAtShutdown", errmsg: "Going down", errorLabels: ["A", "B"] },
  { ok: 1, writeConcernError: { code: 64, errmsg: "late" }, topologyVersion: { processId: uuid, counter: 3 } },
].map((reply) => bytesOf(reply));

const sequences = [{ identifier: "documents", documents: REPLIES }];
const REQUESTS = [
  ...SAMPLES.map((sample) => sample.message),
  ...COMMANDS.map((body) => encodeOpMsg({ requestId: 3, body, sequences })),
  ...COMMANDS.map((body) => encodeOpMsg({ requestId: 4, body, checksum: true })),
  ...COMMANDS.map((query) => encodeOpQuery({ requestId: 5, fullCollectionName: "shop.$cmd", query })),
  ...COMMANDS.map((query) =>
    encodeOpQuery({ requestId: 6, fullCollectionName: "shop.$cmd", query: bytesOf({ $query: query }) })
  ),
];
const ANSWERS = [
  ...REPLIES.map((body) => encodeOpMsg({ requestId: 1, responseTo: 3, flags: 2, body })),
  ...REPLIES.map((body) => encodeOpMsg({ requestId: 1, responseTo: 3, body, checksum: true })),
  encodeOpReply({ requestId: 1, responseTo: 3, cursorId: 9n, documents: REPLIES }),
  encodeOpReply({ requestId: 1, responseTo: 3, responseFlags: 2, documents: REPLIES.slice(1) }),
];
const COMPRESSED = (["snappy", "zlib", "zstd"] as const).flatMap((compressor) =>
  [...REQUESTS, ...ANSWERS].map((message) => compressMessage(message, compressor))
);

const COMMAND_FIELDS = [
  "opCode",
  "requestId",
  "name",
  "database",
  "collection",
  "isWrite",
  "readPreference",
  "cursorId",
  "cursorIds",
  "lsid",
  "txnNumber",
  "autocommit",
  "startTransaction",
  "comment",
  "maxTimeMS",
  "expectsReply",
  "exhaustAllowed",
  "isUnacknowledged",
  "opensCursor",
  "opensAwaitingCursor",
  "continuesCursor",
  "body",
] as const satisfies (keyof CommandView)[];

const REPLY_FIELDS = [
  "ok",
  "cursorId",
  "cursorNamespace",
  "moreToCome",
  "code",
  "codeName",
  "errmsg",
  "errorLabels",
  "writeConcernErrorCode",
  "body",
  "topologyVersion",
] as const satisfies (keyof ReplyView)[];

function bytesOf(document: object): Uint8Array {
  return Uint8Array.from(serialize(document));
}

/** Says in short what `run` gave, for comparing. Lets every error but a CodecError through. */
function trace(run: () => unknown): string {
  try {
    return print(run());
  } catch (error) {
    if (error instanceof CodecError) return `CodecError: ${error.message}`;
    throw error;
  }
}

function print(value: unknown): string {
  if (value instanceof Uint8Array) return `${value.length} bytes, ${crc32c(value)}`;
  if (Array.isArray(value)) return `[${value.map(print).join()}]`;
  if (typeof value !== "object" || value === null) return `${typeof value} ${String(value)}`;
  return `{${Object.entries(value).map(([key, field]) => `${key}: ${print(field)}`).join()}}`;
}

function printFields<View>(view: View, fields: readonly (keyof View)[]): string {
  return fields.map((field) => `${String(field)}: ${trace(() => view[field])}`).join();
}

/** Damages a copy of one of `originals`; most often so that it still looks whole from outside. */
function damaged(random: Random, originals: readonly Uint8Array[]): Uint8Array {
  let bytes: Uint8Array = originals[random(originals.length)]!.slice();
  for (let count = random(4); count >= 0; count--) bytes = damagedOnce(random, bytes, originals);
  return bytes;
}

function damagedOnce(random: Random, bytes: Uint8Array, originals: readonly Uint8Array[]): Uint8Array {
  const at = random(bytes.length);
  switch (random(6)) {
    case 0:
      bytes[at] = random(256);
      return bytes;
    case 1:
      bytes[at]! ^= 1 << random(8);
      return bytes;
    case 2:
      if (at + 4 <= bytes.length) writeInt32(bytes, at, oddLength(random, bytes.length));
      return bytes;
    case 3:
      return bytes.length > 30 ? bytes.slice(0, bytes.length - random(20)) : bytes;
    case 4: {
      const other = originals[random(originals.length)]!;
      const start = random(other.length);
      bytes.set(other.subarray(start, start + Math.min(random(24), bytes.length - at)), at);
      return bytes;
    }
    default:
      return Uint8Array.of(...bytes.subarray(0, at), ...bytes.subarray(random(bytes.length)));
  }
}

function oddLength(random: Random, length: number): number {
  const odd = [0, 1, 4, 5, -1, 255, 2 ** 31 - 1, -(2 ** 31), length, length - 16, length - 20];
  return odd[random(odd.length)]! + random(3) - 1;
}

/** Puts the length of a damaged message right, nine times in ten, and its checksum. */
function damagedMessage(random: Random, originals: readonly Uint8Array[]): Uint8Array {
  const message = damaged(random, originals);
  if (message.length < 16 || random(10) === 0) return message;
  writeInt32(message, 0, message.length);
  const isSealed = opCode(message) === OpCode.msg && message.length >= 24 && (opMsgFlags(message) & 1) !== 0;
  if (isSealed && random(10) > 0) writeInt32(message, message.length - 4, crc32c(message.subarray(0, -4)));
  return message;
}

/** Feeds damaged bytes to `read`, in two surroundings. */
function fuzz(seed: number, make: (random: Random) => Uint8Array, read: (bytes: Uint8Array) => string): void {
  const random = randomNumbers(seed);
  const seen = { values: 0, errors: 0 };
  for (let round = 0; round < ROUNDS; round++) {
    const bytes = make(random);
    const result = read(surrounded(bytes, 0));
    assertEquals(read(surrounded(bytes, 0xff)), result, `Round ${round} reads outside of ${bytes.toString()}`);
    seen[result.startsWith("CodecError") ? "errors" : "values"]++;
  }
  // Otherwise the damage is too little or too much to prove anything.
  assertGreater(seen.values, ROUNDS / 100);
  assertGreater(seen.errors, ROUNDS / 100);
}

const anyMessage = (random: Random) => damagedMessage(random, random(2) === 0 ? REQUESTS : ANSWERS);

Deno.test("decodeMessage gives a value or a CodecError for damaged messages", () => {
  fuzz(1, anyMessage, (message) => trace(() => decodeMessage(message)));
});

Deno.test("decodeMessage and decompressMessage do for damaged compressed messages", () => {
  const limit = { maxMessageSizeBytes: 100_000 };
  const make = (random: Random) => damagedMessage(random, COMPRESSED);
  fuzz(2, make, (message) => trace(() => decompressMessage(message, limit)));
  fuzz(3, make, (message) => trace(() => decodeMessage(message, limit)));
});

for (const sample of SAMPLES) {
  Deno.test(`the decoder of ${sample.name} gives a value or a CodecError for damaged ones`, () => {
    fuzz(4, (random) => damagedMessage(random, [sample.message]), (message) => trace(() => sample.decode(message)));
  });
}

Deno.test("withOpMsgFlags gives a value or a CodecError for damaged messages", () => {
  const make = (random: Random) => damagedMessage(random, REQUESTS);
  fuzz(5, make, (message) => trace(() => withOpMsgFlags(message, 0x10000)));
});

Deno.test("describeCommand and its getters give a value or a CodecError for damaged messages", () => {
  fuzz(
    6,
    (random) => damagedMessage(random, REQUESTS),
    (message) => trace(() => printFields(describeCommand(message), COMMAND_FIELDS)).replace(/^string /, ""),
  );
});

Deno.test("describeReply and its getters give a value or a CodecError for damaged messages", () => {
  fuzz(
    7,
    (random) => damagedMessage(random, ANSWERS),
    (message) => trace(() => printFields(describeReply(message), REPLY_FIELDS)).replace(/^string /, ""),
  );
});

Deno.test("validateDocument gives a value or a CodecError for damaged documents", () => {
  fuzz(
    8,
    (random) => damaged(random, [...COMMANDS, ...REPLIES]),
    (document) => trace(() => validateDocument(document)),
  );
});

Deno.test("findPath and readValue give a value or a CodecError for damaged documents", () => {
  const paths = ["cursor.firstBatch.0.a", "topologyVersion.counter", "comment.by.0", "pipeline.1", "filter.a.$in.1"];
  fuzz(
    9,
    (random) => damaged(random, [...COMMANDS, ...REPLIES]),
    (document) => paths.map((path) => trace(() => readValue(document, findPath(document, path)))).join(),
  );
});

Deno.test("spliceBody and spliceElement give a value or a CodecError for damaged messages", () => {
  fuzz(
    10,
    (random) => damagedMessage(random, REQUESTS),
    (message) => trace(() => spliceBody(message, (body) => spliceElement(body, "$db", Uint8Array.of(0x0a, 0x61, 0)))),
  );
});

Deno.test("MessageFramer gives the same messages and the same CodecError however a damaged stream is cut", () => {
  const random = randomNumbers(11);
  const limit = { maxMessageSizeBytes: 1000 };
  for (let round = 0; round < 1000; round++) {
    const stream = Uint8Array.from([1, 2, 3].flatMap(() => [...damagedMessage(random, REQUESTS)]));
    const expected = framed(new MessageFramer(limit), [surrounded(stream, 0xff)]);
    const chunks: Uint8Array[] = [];
    for (let offset = 0, size = 0; offset < stream.length; offset += size) {
      size = 1 + random(200);
      chunks.push(stream.subarray(offset, offset + size));
    }
    assertEquals(framed(new MessageFramer(limit), chunks), expected, `Round ${round}: ${stream.toString()}`);
  }
});

function framed(framer: MessageFramer, chunks: readonly Uint8Array[]): string[] {
  const messages: string[] = [];
  const end = trace(() => {
    for (const chunk of chunks) {
      framer.push(chunk);
      for (let message = framer.next(); message !== null; message = framer.next()) {
        assertEquals(readInt32(message, 0), message.length);
        messages.push(print(message));
      }
    }
    framer.end();
  });
  return [...messages, end];
}
