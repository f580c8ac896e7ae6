import type { CommandReadPreference } from "./command_read_preference.ts";
import type { CommandTraits } from "./command_table.ts";
import type { OpCode } from "./header.ts";

/**
 * What a message asks for, read from its bytes: nothing is decoded before it is asked for, and each getter decodes
 * anew. Valid as long as the message's bytes are.
 *
 * Getters throw `CodecError` where what they read inside an embedded document is no valid BSON. A field of a type that
 * it cannot have counts as absent: refusing it is the server's business.
 */
export interface CommandView {
  /** The whole message that was described, its header included. */
  readonly message: Uint8Array;
  /** The message's operation code; never OP_COMPRESSED and OP_REPLY. */
  readonly opCode: OpCode;
  /** The number that the reply has to carry in `responseTo`. */
  readonly requestId: number;
  /** The canonical spelling, `isMaster` for `ismaster`; of an unknown command the name as sent. */
  readonly name: string;
  /** The command table's row. */
  readonly traits: CommandTraits;
  /** The message carries no command document but is an operation of the old wire protocol, such as OP_INSERT. */
  readonly isLegacy: boolean;
  /** Empty where the message names none. */
  readonly database: string;
  /** Without the database; null where the command names none, e.g. a database-wide `aggregate`. */
  readonly collection: string | null;
  /**
   * Whether it must go to the primary: a write, an `aggregate` with `$out` or `$merge`, a `mapReduce` with output, the
   * end of a transaction. An unknown command counts as a write unless a read preference comes with it.
   */
  readonly isWrite: boolean;
  /** As sent; the slaveOk bit of OP_QUERY means `secondaryPreferred`. Null: none was sent. */
  readonly readPreference: CommandReadPreference | null;
  /** The cursor that a `getMore` continues. */
  readonly cursorId: bigint | null;
  /** The cursors that `killCursors` closes. */
  readonly cursorIds: bigint[];
  /** The 16 bytes of `lsid.id`, a view. */
  readonly lsid: Uint8Array | null;
  /** Of a retryable write or a transaction; null where there is none. */
  readonly txnNumber: bigint | null;
  /** `false` in a transaction; null where the field is absent. */
  readonly autocommit: boolean | null;
  /** The first command of a transaction. */
  readonly startTransaction: boolean;
  /** Any BSON value; undefined where there is none. */
  readonly comment: unknown;
  /** The command's own time limit at the server, in milliseconds; null where there is none. */
  readonly maxTimeMS: number | null;
  /** False for OP_MSG with `moreToCome` and for legacy writes and OP_KILL_CURSORS, which nobody answers. */
  readonly expectsReply: boolean;
  /** The sender takes several replies to this message. */
  readonly exhaustAllowed: boolean;
  /** A write concern of `w: 0`, or a legacy write. */
  readonly isUnacknowledged: boolean;
  /** The reply may carry a cursor that stays open. */
  readonly opensCursor: boolean;
  /** It opens a cursor whose `getMore`s wait for data: a tailable awaiting find or a change stream. */
  readonly opensAwaitingCursor: boolean;
  /** A `getMore`, also a legacy one. */
  readonly continuesCursor: boolean;
  /**
   * The document, a view: of a command the command (without the `$query` around it), of a legacy find the whole query,
   * of OP_UPDATE and OP_DELETE the selector, of OP_INSERT the first document; empty where the message has none.
   */
  readonly body: Uint8Array;
}
