import { CodecError } from "./error.ts";
import { type DecodeOptions, OpCode, requestId, responseTo } from "./header.ts";
import { openMessage } from "./message_reader.ts";
import { type MessageHeader, MessageWriter } from "./message_writer.ts";

const CURSOR_ID_BYTES = 8;

/** The parts of an OP_KILL_CURSORS. */
export interface OpKillCursors {
  /** The sender's number of the message. */
  readonly requestId: number;
  /** 0 in requests. */
  readonly responseTo: number;
  /** The cursors to close, of any collection. */
  readonly cursorIds: readonly bigint[];
}

/** What {@linkcode encodeOpKillCursors} takes. */
export interface OpKillCursorsInput extends MessageHeader {
  /** The cursors to close, of any collection. */
  readonly cursorIds: readonly bigint[];
}

/** Decodes an OP_KILL_CURSORS. Throws {@linkcode CodecError}. */
export function decodeOpKillCursors(
  message: Uint8Array,
  options: DecodeOptions = {},
): OpKillCursors {
  const reader = openMessage(message, OpCode.killCursors, options);
  reader.int32("OP_KILL_CURSORS reserved field");
  const offset = reader.offset;
  const count = reader.int32("OP_KILL_CURSORS numberOfCursorIDs");
  if (count * CURSOR_ID_BYTES !== reader.remaining) {
    throw new CodecError("OP_KILL_CURSORS numberOfCursorIDs", {
      offset,
      expected: `as many as fit ${reader.remaining} bytes`,
      actual: count,
    });
  }
  const cursorIds = Array.from({ length: count }, () => reader.int64("OP_KILL_CURSORS cursor id"));
  return { requestId: requestId(message), responseTo: responseTo(message), cursorIds };
}

/** Encodes an OP_KILL_CURSORS. */
export function encodeOpKillCursors(kill: OpKillCursorsInput): Uint8Array {
  const size = 8 + kill.cursorIds.length * CURSOR_ID_BYTES;
  const writer = new MessageWriter(OpCode.killCursors, kill, size);
  writer.int32(0);
  writer.int32(kill.cursorIds.length);
  for (const id of kill.cursorIds) writer.int64(id);
  return writer.finish();
}
