import { type Document, serialize } from "bson";

const HEADER_BYTES = 16;
const OP_REPLY = 1;
const OP_QUERY = 2004;
const OP_MSG = 2013;

/**
 * What a client does over and over: one command, or a new connection and its `isMaster` each time (`connect`). `slow`
 * waits 5 ms at the server and works for 0.2 ms there; it is a command of servers that allow test commands.
 */
export type LoadMode = "ping" | "find" | "insert" | "slow" | "readLarge" | "insertLarge" | "connect";

export const LOAD_MODES: readonly LoadMode[] = [
  "ping",
  "find",
  "insert",
  "slow",
  "readLarge",
  "insertLarge",
  "connect",
];

const LARGE_TEXT_BYTES = 16 * 1024 * 1024 - 100;

const FIND = { filter: { _id: 1 }, limit: 1, singleBatch: true, $db: "bench" };

const COMMANDS: Readonly<Record<Exclude<LoadMode, "connect">, () => Document>> = {
  ping: () => ({ ping: 1, $db: "admin" }),
  find: () => ({ find: "bench", ...FIND }),
  insert: () => ({ insert: "bench", documents: [{ text: "x".repeat(100) }], $db: "bench" }),
  slow: () => ({ sleep: 1, lock: "none", millis: 5, $db: "admin" }),
  readLarge: () => ({ find: "large", ...FIND }),
  insertLarge: () => ({ insert: "sink", documents: [{ text: "x".repeat(LARGE_TEXT_BYTES) }], $db: "bench" }),
};

const OK = serialize({ ok: 1 });

const HELLO = serialize({
  ismaster: true,
  isWritablePrimary: true,
  helloOk: true,
  msg: "isdbgrid",
  maxBsonObjectSize: 16_777_216,
  maxMessageSizeBytes: 48_000_000,
  maxWriteBatchSize: 100_000,
  minWireVersion: 0,
  maxWireVersion: 17,
  ok: 1,
});

/** The message that a client of `mode` sends; its request id is still to be set. */
export function requestOf(mode: LoadMode): Uint8Array<ArrayBuffer> {
  if (mode !== "connect") return opMsg(serialize(COMMANDS[mode]()));
  const namespace = new TextEncoder().encode("admin.$cmd\0");
  // Flags, the namespace, nothing to skip, one document to return.
  const fields = joined([new Uint8Array(4), namespace, Uint8Array.of(0, 0, 0, 0, 255, 255, 255, 255)]);
  return message(OP_QUERY, joined([fields, serialize({ isMaster: 1, helloOk: true })]));
}

/** What the null server answers: `hello` like a mongos, anything else with `{ ok: 1 }`. */
export function nullReply(request: Uint8Array): Uint8Array<ArrayBuffer> {
  const isMsg = int32At(request, 12) === OP_MSG;
  const name = firstKey(request, isMsg ? HEADER_BYTES + 5 : request.indexOf(0, HEADER_BYTES + 4) + 9).toLowerCase();
  const document = name === "hello" || name === "ismaster" ? HELLO : OK;
  const reply = isMsg ? opMsg(document) : opReply(document);
  new DataView(reply.buffer).setInt32(8, requestIdOf(request), true);
  return reply;
}

export function lengthOf(message: Uint8Array): number {
  return int32At(message, 0);
}

export function requestIdOf(message: Uint8Array): number {
  return int32At(message, 4);
}

export function responseToOf(message: Uint8Array): number {
  return int32At(message, 8);
}

function opMsg(document: Uint8Array): Uint8Array<ArrayBuffer> {
  return message(OP_MSG, joined([new Uint8Array(5), document]));
}

/** No flags, no cursor, starting from 0, one document. */
function opReply(document: Uint8Array): Uint8Array<ArrayBuffer> {
  return message(OP_REPLY, joined([new Uint8Array(16), Uint8Array.of(1, 0, 0, 0), document]));
}

function message(opCode: number, content: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = joined([new Uint8Array(HEADER_BYTES), content]);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, bytes.length, true);
  view.setInt32(12, opCode, true);
  return bytes;
}

function firstKey(bytes: Uint8Array, document: number): string {
  const start = document + 5;
  return String.fromCharCode(...bytes.subarray(start, bytes.indexOf(0, start)));
}

function int32At(bytes: Uint8Array, offset: number): number {
  return bytes[offset]! | bytes[offset + 1]! << 8 | bytes[offset + 2]! << 16 | bytes[offset + 3]! << 24;
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}
