import { serialize } from "bson";
import { checkMessage, findOpMsgBody } from "./bson_body.ts";
import { endOfCString, endOfDocument, endOfValue } from "./bson_extent.ts";
import { ElementWalker } from "./bson_view.ts";
import { readInt32 } from "./byte_reader.ts";
import { writeInt32 } from "./byte_writer.ts";
import { CodecError } from "./error.ts";
import { HEADER_BYTES, OpCode, opCode } from "./header.ts";
import { OpMsgFlag, opMsgFlags, writeChecksum } from "./op_msg.ts";

/** Encodes one element, as {@linkcode spliceElement} takes it: type byte, key and value. */
export function encodeElement(key: string, value: unknown): Uint8Array {
  return serialize({ [key]: value }, { ignoreUndefined: false }).subarray(4, -1);
}

/**
 * Copies a document with the first element called `key` replaced by `element` where it stands, or `element` appended
 * if there is none. A null element removes; if there is nothing to remove the document itself comes back.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { deserialize, serialize } from "bson";
 * import { encodeElement, spliceElement } from "@torana/mongo/codec";
 *
 * const find = serialize({ find: "films", maxTimeMS: 50 });
 * const shorter = spliceElement(find, "maxTimeMS", encodeElement("maxTimeMS", 20));
 * assertEquals(deserialize(shorter), { find: "films", maxTimeMS: 20 });
 * ```
 *
 * @throws {CodecError} if `document` or `element` is no valid BSON
 */
export function spliceElement(document: Uint8Array, key: string, element: Uint8Array | null): Uint8Array {
  checkWhole("BSON document", document, endOfDocument(document, 0, document.length));
  if (element !== null) checkWhole("BSON element", element, endOfElement(element));
  const walker = new ElementWalker(document);
  while (walker.next()) {
    if (walker.isKey(key)) return spliceBytes(document, walker.element, walker.valueEnd, element);
  }
  if (element === null) return document;
  return spliceBytes(document, document.length - 1, document.length - 1, element);
}

function spliceBytes(document: Uint8Array, start: number, end: number, element: Uint8Array | null): Uint8Array {
  const added = element?.length ?? 0;
  const result = new Uint8Array(document.length - (end - start) + added);
  result.set(document.subarray(0, start));
  if (element !== null) result.set(element, start);
  result.set(document.subarray(end), start + added);
  writeInt32(result, 0, result.length);
  return result;
}

function endOfElement(element: Uint8Array): number {
  const value = endOfCString(element, 1, element.length) + 1;
  return endOfValue(element, element[0]!, value, element.length);
}

function checkWhole(what: string, bytes: Uint8Array, end: number): void {
  if (end === bytes.length) return;
  throw new CodecError(`Bytes after a ${what}`, {
    offset: end,
    expected: "the end",
    actual: `${bytes.length - end} bytes`,
  });
}

/**
 * Copies a message with the body of an OP_MSG, or the document of an OP_QUERY (with the `$query` around a command),
 * replaced by what `edit` makes of it. Lengths are put right, and so is the checksum if there is one. If `edit` gives
 * back what it got, the message itself comes back.
 *
 * @throws {CodecError} if the message is malformed or of another opcode, or the new body is no document
 */
export function spliceBody(message: Uint8Array, edit: (body: Uint8Array) => Uint8Array): Uint8Array {
  const start = findBody(message);
  const end = start + readInt32(message, start);
  const body = message.subarray(start, end);
  const edited = edit(body);
  if (edited === body) return message;
  checkWhole("BSON document", edited, endOfDocument(edited, 0, edited.length));
  const result = new Uint8Array(message.length - body.length + edited.length);
  result.set(message.subarray(0, start));
  result.set(edited, start);
  result.set(message.subarray(end), start + edited.length);
  writeInt32(result, 0, result.length);
  if (hasChecksum(result)) writeChecksum(result);
  return result;
}

function findBody(message: Uint8Array): number {
  checkMessage(message, 4);
  switch (opCode(message)) {
    case OpCode.msg:
      return findOpMsgBody(message);
    case OpCode.query:
      return findQueryDocument(message);
    default:
      throw new CodecError("Message without a body to replace", {
        offset: 12,
        expected: `opcode ${OpCode.msg} or ${OpCode.query}`,
        actual: opCode(message),
      });
  }
}

function findQueryDocument(message: Uint8Array): number {
  const start = endOfCString(message, HEADER_BYTES + 4, message.length) + 1 + 8;
  endOfDocument(message, start, message.length);
  return start;
}

function hasChecksum(message: Uint8Array): boolean {
  return opCode(message) === OpCode.msg && (opMsgFlags(message) & OpMsgFlag.checksumPresent) !== 0;
}
