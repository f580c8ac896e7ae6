import { Double, serialize } from "bson";
import type { CommandView } from "./command_view.ts";
import { OpCode } from "./header.ts";
import { encodeOpMsg } from "./op_msg.ts";
import { encodeOpReply, OpReplyFlag } from "./op_reply.ts";

/** `ok` is a double in all replies of servers. */
const NOT_OK = new Double(0);

/** An error as a server gives it. */
export interface ErrorReply {
  /** The server's number of the error, e.g. 43. */
  readonly code: number;
  /** The name that goes with the code, e.g. `CursorNotFound`. */
  readonly codeName: string;
  /** For people; without any content of a document. */
  readonly errmsg: string;
  /** What drivers decide by, e.g. `RetryableWriteError`; not sent to a legacy find or getMore. @default {[]} */
  readonly errorLabels?: readonly string[];
}

/**
 * Encodes a reply of our own to a command, in the opcode that its sender expects: OP_REPLY to OP_QUERY and OP_GET_MORE,
 * OP_MSG to OP_MSG. `requestId` is the reply's own number; `responseFlags` go into an OP_REPLY only, and are by default
 * those that servers set on every reply of success or to a command.
 */
export function encodeReplyTo(
  command: Pick<CommandView, "opCode" | "requestId">,
  document: Uint8Array,
  requestId: number,
  responseFlags: number = OpReplyFlag.awaitCapable,
): Uint8Array {
  const header = { requestId, responseTo: command.requestId };
  if (command.opCode === OpCode.msg) return encodeOpMsg({ ...header, body: document });
  return encodeOpReply({ ...header, responseFlags, documents: [document] });
}

/**
 * Encodes an error of our own as the reply to a command: `ok: 0` to a command, a QueryFailure with `$err` to a legacy
 * find or getMore.
 */
export function encodeErrorReplyTo(
  command: Pick<CommandView, "opCode" | "requestId" | "isLegacy">,
  error: ErrorReply,
  requestId: number,
): Uint8Array {
  const { code, codeName, errmsg, errorLabels = [] } = error;
  if (command.isLegacy) {
    const failed = command.opCode === OpCode.query ? { ok: NOT_OK } : {};
    return encodeReplyTo(command, serialize({ $err: errmsg, code, ...failed }), requestId, OpReplyFlag.queryFailure);
  }
  const labels = errorLabels.length === 0 ? {} : { errorLabels };
  return encodeReplyTo(command, serialize({ ok: NOT_OK, errmsg, code, codeName, ...labels }), requestId);
}
