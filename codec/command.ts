import { checkMessage, findOpMsgBody } from "./bson_body.ts";
import { BsonType, endOfCString, endOfDocument, endOfValue } from "./bson_extent.ts";
import { hashByte, scanKeys } from "./bson_key_table.ts";
import { textAt } from "./bson_view.ts";
import { readInt32 } from "./byte_reader.ts";
import { COMMAND_NAMES, type CommandTraits, commandTraits } from "./command_table.ts";
import { COMMAND_KEYS, CommandMessage, QUERY_KEYS } from "./command_message.ts";
import type { CommandView } from "./command_view.ts";
import { CodecError } from "./error.ts";
import { HEADER_BYTES, OpCode, opCode } from "./header.ts";
import { opMsgFlags } from "./op_msg.ts";

export type { CommandView } from "./command_view.ts";

const NAMESPACE_OFFSET = HEADER_BYTES + 4;
const COMMAND_COLLECTION = ".$cmd";

const FIND = commandTraits("find");
const INSERT = commandTraits("insert");
const UPDATE = commandTraits("update");
const DELETE = commandTraits("delete");
const GET_MORE = commandTraits("getMore");
const KILL_CURSORS = commandTraits("killCursors");

/**
 * Describes what a client's message asks for. One pass over the top-level keys of the command document, whatever the
 * size of the message; OP_QUERY, OP_INSERT and the other old operations are described as the commands that took their
 * place. OP_COMPRESSED has to be decompressed first.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { serialize } from "bson";
 * import { describeCommand, encodeOpMsg } from "@torana/mongo/codec";
 *
 * const body = serialize({ find: "films", filter: {}, $db: "shop" });
 * const command = describeCommand(encodeOpMsg({ requestId: 1, body }));
 * assertEquals([command.name, command.database, command.collection], ["find", "shop", "films"]);
 * ```
 *
 * @throws {CodecError} if the message is malformed, or is no request
 */
export function describeCommand(message: Uint8Array): CommandView {
  checkMessage(message, 4);
  switch (opCode(message)) {
    case OpCode.msg:
      return describeOpMsg(message);
    case OpCode.query:
      return describeQuery(message);
    case OpCode.insert:
      return describeInsert(message);
    case OpCode.update:
      return describeWithSelector(message, OpCode.update, UPDATE);
    case OpCode.delete:
      return describeWithSelector(message, OpCode.delete, DELETE);
    case OpCode.getMore:
      return describeGetMore(message);
    case OpCode.killCursors:
      return describeKillCursors(message);
    default:
      throw new CodecError("Message is no request", {
        offset: 12,
        expected: "the opcode of a request that is not compressed",
        actual: opCode(message),
      });
  }
}

function describeOpMsg(message: Uint8Array): CommandView {
  const body = findOpMsgBody(message);
  return describeDocument(message, OpCode.msg, opMsgFlags(message), body, body + readInt32(message, body));
}

/** Describes the command whose document, checked as a whole, lies from `start` to `end`. */
function describeDocument(
  message: Uint8Array,
  code: OpCode,
  flags: number,
  start: number,
  end: number,
): CommandMessage {
  const name = start + 5;
  if (name >= end) throw noCommand(start);
  let nameEnd = name;
  let hash = 0;
  // The document's terminator is a NUL, so this ends there at the latest.
  for (let byte = message[name]!; byte !== 0; byte = message[++nameEnd]!) hash = hashByte(hash, byte);
  if (nameEnd >= end - 1) throw noCommand(start);
  const traits = COMMAND_NAMES.find(message, name, nameEnd, hash) ?? commandTraits(textAt(message, name, nameEnd));
  const view = new CommandMessage(message, code, traits, false, flags, start, end);
  const second = endOfValue(message, message[start + 4]!, nameEnd + 1, end - 1);
  scanKeys(message, second, end - 1, COMMAND_KEYS, view);
  return view;
}

function noCommand(offset: number): CodecError {
  return new CodecError("Document is no command", { offset, expected: "a first key", actual: "none" });
}

function describeQuery(message: Uint8Array): CommandView {
  const namespaceEnd = endOfNamespace(message);
  const flags = readInt32(message, HEADER_BYTES);
  const start = afterFields(message, namespaceEnd + 1, 8);
  const end = endOfDocument(message, start, message.length);
  if (end < message.length) expectEnd(message, endOfDocument(message, end, message.length));
  if (isCommandNamespace(message, namespaceEnd)) return describeQueryCommand(message, flags, start, end);
  return scanned(new CommandMessage(message, OpCode.query, FIND, true, flags, start, end), start, end);
}

/** Notes what the keys around a filter say. */
function scanned(view: CommandMessage, start: number, end: number): CommandMessage {
  scanKeys(view.message, start + 4, end - 1, QUERY_KEYS, view);
  return view;
}

/** A command may stand inside `$query` or `query`, with `$readPreference` beside it. */
function describeQueryCommand(message: Uint8Array, flags: number, start: number, end: number): CommandView {
  const first = start + 4;
  const isWrapped = message[first] === BsonType.document &&
    (keyIs(message, first, "$query") || keyIs(message, first, "query"));
  if (!isWrapped) return describeDocument(message, OpCode.query, flags, start, end);
  const inner = endOfCString(message, first + 1, end - 1) + 1;
  const innerEnd = endOfDocument(message, inner, end - 1);
  return scanned(describeDocument(message, OpCode.query, flags, inner, innerEnd), start, end);
}

function keyIs(message: Uint8Array, element: number, key: string): boolean {
  for (let i = 0; i < key.length; i++) {
    if (message[element + 1 + i] !== key.charCodeAt(i)) return false;
  }
  return message[element + 1 + key.length] === 0;
}

function describeInsert(message: Uint8Array): CommandView {
  const start = endOfNamespace(message) + 1;
  const end = start === message.length ? start : endOfDocument(message, start, message.length);
  // The documents after the first are counted nowhere, and walking them would grow with the message.
  return new CommandMessage(message, OpCode.insert, INSERT, true, readInt32(message, HEADER_BYTES), start, end);
}

function describeWithSelector(message: Uint8Array, code: OpCode, traits: CommandTraits): CommandView {
  const start = afterFields(message, endOfNamespace(message) + 1, 4);
  const end = endOfDocument(message, start, message.length);
  expectEnd(message, code === OpCode.update ? endOfDocument(message, end, message.length) : end);
  return new CommandMessage(message, code, traits, true, 0, start, end);
}

function describeGetMore(message: Uint8Array): CommandView {
  expectEnd(message, afterFields(message, endOfNamespace(message) + 1, 12));
  return new CommandMessage(message, OpCode.getMore, GET_MORE, true, 0, 0, 0);
}

function describeKillCursors(message: Uint8Array): CommandView {
  const ids = afterFields(message, HEADER_BYTES, 8);
  const count = readInt32(message, HEADER_BYTES + 4);
  if (count < 0 || count * 8 !== message.length - ids) {
    throw new CodecError("Bad number of cursor ids", {
      offset: HEADER_BYTES + 4,
      expected: (message.length - ids) / 8,
      actual: count,
    });
  }
  return new CommandMessage(message, OpCode.killCursors, KILL_CURSORS, true, 0, 0, 0);
}

/** Gives the offset of the NUL of the namespace; that it may be none is for those who use it. */
function endOfNamespace(message: Uint8Array): number {
  return endOfCString(message, NAMESPACE_OFFSET, message.length);
}

function isCommandNamespace(message: Uint8Array, end: number): boolean {
  const dot = message.indexOf(".".charCodeAt(0), NAMESPACE_OFFSET);
  return end - dot === COMMAND_COLLECTION.length && keyIs(message, dot - 1, COMMAND_COLLECTION);
}

/** Gives the offset after `size` bytes of fields. */
function afterFields(message: Uint8Array, start: number, size: number): number {
  if (start + size <= message.length) return start + size;
  throw new CodecError("Truncated message", {
    offset: start,
    expected: `${size} bytes`,
    actual: `${message.length - start} bytes`,
  });
}

function expectEnd(message: Uint8Array, end: number): void {
  if (end === message.length) return;
  throw new CodecError("Bytes after the message's last field", {
    offset: end,
    expected: "the end",
    actual: `${message.length - end} bytes`,
  });
}
