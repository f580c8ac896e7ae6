import { equals } from "@std/bytes";

/** One field of a reply; all of them in order make its bytes. */
export interface Field {
  /** `cursorId` and the like of the message itself, or the path of an element: `documents.0.err`. */
  readonly path: string;
  /** BSON's number for an element's type; null for what is no element. */
  readonly type: number | null;
  /** A text, or bytes in hexadecimal; of a document or array nothing. */
  readonly value: string;
}

const OP_REPLY = 1;
const OP_MSG = 2013;
const HEADER_BYTES = 16;
/** Where the reply to a command has the id of its cursor. */
const COMMAND_CURSOR_ID = /^documents\.0\.cursor\.id$/;
const STRING_TYPES = [0x02, 0x0d, 0x0e];
const DOCUMENT_TYPES = [0x03, 0x04];
/** Bytes of the types that have always the same number. */
const FIXED_BYTES: ReadonlyMap<number, number> = new Map([
  [0x01, 8],
  [0x06, 0],
  [0x07, 12],
  [0x08, 1],
  [0x09, 8],
  [0x0a, 0],
  [0x10, 4],
  [0x11, 8],
  [0x12, 8],
  [0x13, 16],
  [0x7f, 0],
  [0xff, 0],
]);

/**
 * Takes an OP_REPLY or OP_MSG apart, down to the elements of its documents. What differs for no other reason than that
 * messages and cursors are numbered is told by what it stands for: `responseTo` by the names of `known` messages.
 */
export function describeReply(message: Uint8Array, known: ReadonlyMap<number, string>): Field[] {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  const opCode = view.getInt32(12, true);
  const responseTo = view.getInt32(8, true);
  const header = [
    part("opCode", opCode),
    part("responseTo", known.get(responseTo) ?? responseTo),
  ];
  if (opCode === OP_REPLY) return [...header, ...opReplyFields(message, view)];
  if (opCode === OP_MSG) return [...header, ...opMsgFields(message, view)];
  return [...header, part("body", hex(message.subarray(HEADER_BYTES)))];
}

function opReplyFields(message: Uint8Array, view: DataView): Field[] {
  const fields = [
    part("responseFlags", view.getInt32(16, true)),
    part("cursorId", view.getBigInt64(20, true) === 0n ? "0" : "a cursor"),
    part("startingFrom", view.getInt32(28, true)),
    part("numberReturned", view.getInt32(32, true)),
  ];
  return [...fields, ...documentsFields(message, view, 36)];
}

function opMsgFields(message: Uint8Array, view: DataView): Field[] {
  return [part("flagBits", view.getUint32(16, true)), ...documentsFields(message, view, 21)];
}

function documentsFields(message: Uint8Array, view: DataView, start: number): Field[] {
  const fields: Field[] = [];
  let offset = start;
  for (let index = 0; offset < message.length; index++) {
    const end = offset + view.getInt32(offset, true);
    pushElements(fields, `documents.${index}`, message.subarray(offset, end));
    offset = end;
  }
  return fields;
}

/** Throws `RangeError` on lengths that do not fit, so that equal fields mean equal bytes. */
function pushElements(fields: Field[], path: string, document: Uint8Array): void {
  const view = new DataView(document.buffer, document.byteOffset, document.byteLength);
  if (view.getInt32(0, true) !== document.length || document.at(-1) !== 0) throw new RangeError(`${path} has no end`);
  let offset = 4;
  while (offset < document.length - 1) {
    const type = view.getUint8(offset);
    const keyEnd = document.indexOf(0, offset + 1);
    const key = text(document.subarray(offset + 1, keyEnd));
    const end = keyEnd + 1 + valueBytes(view, document, type, keyEnd + 1);
    pushElement(fields, { path: `${path}.${key}`, type, value: document.subarray(keyEnd + 1, end) });
    offset = end;
  }
  if (offset !== document.length - 1) throw new RangeError(`${path} ends within an element`);
}

function pushElement(fields: Field[], element: { path: string; type: number; value: Uint8Array }): void {
  const { path, type, value } = element;
  fields.push({ path, type, value: shownValue(path, type, value) });
  if (DOCUMENT_TYPES.includes(type)) pushElements(fields, path, value);
}

function shownValue(path: string, type: number, value: Uint8Array): string {
  if (DOCUMENT_TYPES.includes(type)) return "";
  if (STRING_TYPES.includes(type)) return text(value.subarray(4, -1));
  if (COMMAND_CURSOR_ID.test(path)) return value.some((byte) => byte !== 0) ? "a cursor" : "0";
  return hex(value);
}

function valueBytes(view: DataView, document: Uint8Array, type: number, start: number): number {
  const fixed = FIXED_BYTES.get(type);
  if (fixed !== undefined) return fixed;
  if (STRING_TYPES.includes(type)) return 4 + view.getInt32(start, true);
  if (DOCUMENT_TYPES.includes(type) || type === 0x0f) return view.getInt32(start, true);
  if (type === 0x05) return 5 + view.getInt32(start, true);
  if (type === 0x0c) return 4 + view.getInt32(start, true) + 12;
  if (type === 0x0b) return document.indexOf(0, document.indexOf(0, start) + 1) + 1 - start;
  throw new RangeError(`Type ${type} is unknown`);
}

function part(path: string, value: string | number): Field {
  return { path, type: null, value: String(value) };
}

function hex(bytes: Uint8Array): string {
  return bytes.toHex();
}

function text(bytes: Uint8Array): string {
  const decoded = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  return equals(new TextEncoder().encode(decoded), bytes) ? decoded : hex(bytes);
}
