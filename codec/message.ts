import { CodecError } from "./error.ts";
import { checkHeader, type DecodeOptions, OpCode, opCode } from "./header.ts";
import { type CompressorName, compressorOf, decompressMessage } from "./op_compressed.ts";
import { decodeOpDelete, type OpDelete } from "./op_delete.ts";
import { decodeOpGetMore, type OpGetMore } from "./op_get_more.ts";
import { decodeOpInsert, type OpInsert } from "./op_insert.ts";
import { decodeOpKillCursors, type OpKillCursors } from "./op_kill_cursors.ts";
import { decodeOpMsg, type OpMsg } from "./op_msg.ts";
import { decodeOpQuery, type OpQuery } from "./op_query.ts";
import { decodeOpReply, type OpReply } from "./op_reply.ts";
import { decodeOpUpdate, type OpUpdate } from "./op_update.ts";

/** A decoded message; `opCode` says which. */
export type Message =
  | { readonly opCode: typeof OpCode.msg } & OpMsg
  | { readonly opCode: typeof OpCode.query } & OpQuery
  | { readonly opCode: typeof OpCode.reply } & OpReply
  | { readonly opCode: typeof OpCode.insert } & OpInsert
  | { readonly opCode: typeof OpCode.update } & OpUpdate
  | { readonly opCode: typeof OpCode.delete } & OpDelete
  | { readonly opCode: typeof OpCode.getMore } & OpGetMore
  | { readonly opCode: typeof OpCode.killCursors } & OpKillCursors
  | OpCompressed;

/** A message that came compressed, with what was in it. */
export interface OpCompressed {
  /** Tells this kind of {@linkcode Message} from the others. */
  readonly opCode: typeof OpCode.compressed;
  /** `noop`: the message lay in it as it is. */
  readonly compressor: CompressorName | "noop";
  /** What was in it; never compressed again. */
  readonly message: Exclude<Message, OpCompressed>;
}

/** Decodes one whole message of any kind. Throws {@linkcode CodecError}. */
export function decodeMessage(message: Uint8Array, options: DecodeOptions = {}): Message {
  checkHeader(message, options);
  if (opCode(message) !== OpCode.compressed) return decodePlain(message, options);
  const plain = decompressMessage(message, options);
  return {
    opCode: OpCode.compressed,
    compressor: compressorOf(message),
    message: decodePlain(plain, options),
  };
}

function decodePlain(message: Uint8Array, options: DecodeOptions): Exclude<Message, OpCompressed> {
  const code = opCode(message);
  switch (code) {
    case OpCode.msg:
      return { opCode: code, ...decodeOpMsg(message, options) };
    case OpCode.query:
      return { opCode: code, ...decodeOpQuery(message, options) };
    case OpCode.reply:
      return { opCode: code, ...decodeOpReply(message, options) };
    case OpCode.insert:
      return { opCode: code, ...decodeOpInsert(message, options) };
    case OpCode.update:
      return { opCode: code, ...decodeOpUpdate(message, options) };
    case OpCode.delete:
      return { opCode: code, ...decodeOpDelete(message, options) };
    case OpCode.getMore:
      return { opCode: code, ...decodeOpGetMore(message, options) };
    case OpCode.killCursors:
      return { opCode: code, ...decodeOpKillCursors(message, options) };
    default:
      throw new CodecError("Opcode", { offset: 12, expected: "a known one", actual: code });
  }
}
