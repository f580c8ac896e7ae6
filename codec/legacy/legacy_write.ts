import { CodecError } from "../error.ts";
import { OpCode, opCode } from "../header.ts";
import { decodeOpDelete, OpDeleteFlag } from "../op_delete.ts";
import { decodeOpInsert, OpInsertFlag } from "../op_insert.ts";
import { encodeOpMsg } from "../op_msg.ts";
import { decodeOpUpdate, OpUpdateFlag } from "../op_update.ts";
import { DocumentBuilder } from "./document_builder.ts";
import { type Namespace, splitNamespace } from "./namespace.ts";

/** What the server takes in one message. */
export interface WriteLimits {
  /** The most documents of one command, `hello`'s `maxWriteBatchSize`. */
  readonly maxWriteBatchSize: number;
  /** The longest message, in bytes, `hello`'s `maxMessageSizeBytes`. */
  readonly maxMessageSizeBytes: number;
}

/** An old write as commands. */
export interface LegacyWrite {
  /** What was sent; an insertion into `system.indexes`, which creates indexes, is an `insert`. */
  readonly kind: "insert" | "update" | "delete";
  /** The database. */
  readonly database: string;
  /** The collection; where indexes are created, that of the first. */
  readonly collection: string;
  /** False: the commands after one that failed are to be run as well. */
  readonly ordered: boolean;
  /** Whole OP_MSGs, each with `writeConcern: {w: 1}`; more than one only where one would be too much. */
  readonly commands: readonly Uint8Array[];
}

/**
 * Translates an OP_INSERT, OP_UPDATE or OP_DELETE to acknowledged write commands. Documents keep their bytes.
 *
 * @throws {CodecError} if the message is malformed or of another opcode
 * @throws {LegacyRefusal} if it asks for what no server does
 */
export function translateWrite(message: Uint8Array, nextRequestId: () => number, limits: WriteLimits): LegacyWrite {
  switch (opCode(message)) {
    case OpCode.insert:
      return translateInsert(message, nextRequestId, limits);
    case OpCode.update:
      return translateUpdate(message, nextRequestId);
    case OpCode.delete:
      return translateDelete(message, nextRequestId);
    default:
      throw new CodecError("Message is no write", {
        offset: 12,
        expected: `opcode ${OpCode.insert}, ${OpCode.update} or ${OpCode.delete}`,
        actual: opCode(message),
      });
  }
}

function translateInsert(message: Uint8Array, nextRequestId: () => number, _limits: WriteLimits): LegacyWrite {
  const { fullCollectionName, flags, documents } = decodeOpInsert(message, { maxMessageSizeBytes: message.length });
  const namespace = splitNamespace(fullCollectionName);
  const ordered = (flags & OpInsertFlag.continueOnError) === 0;
  const command = encodeOpMsg({
    requestId: nextRequestId(),
    body: commandBody("insert", namespace, ordered),
    sequences: [{ identifier: "documents", documents }],
  });
  return { kind: "insert", ...namespace, ordered, commands: [command] };
}

function translateUpdate(message: Uint8Array, nextRequestId: () => number): LegacyWrite {
  const { fullCollectionName, flags, selector, update } = decodeOpUpdate(message, {
    maxMessageSizeBytes: message.length,
  });
  const namespace = splitNamespace(fullCollectionName);
  const statement = new DocumentBuilder().document("q", selector).document("u", update)
    .boolean("upsert", (flags & OpUpdateFlag.upsert) !== 0).boolean("multi", (flags & OpUpdateFlag.multiUpdate) !== 0);
  return single("update", namespace, nextRequestId(), "updates", statement.finish());
}

function translateDelete(message: Uint8Array, nextRequestId: () => number): LegacyWrite {
  const { fullCollectionName, flags, selector } = decodeOpDelete(message, { maxMessageSizeBytes: message.length });
  const namespace = splitNamespace(fullCollectionName);
  const statement = new DocumentBuilder().document("q", selector)
    .int32("limit", (flags & OpDeleteFlag.singleRemove) !== 0 ? 1 : 0);
  return single("delete", namespace, nextRequestId(), "deletes", statement.finish());
}

function single(
  kind: "update" | "delete",
  namespace: Namespace,
  requestId: number,
  identifier: string,
  statement: Uint8Array,
): LegacyWrite {
  const body = commandBody(kind, namespace, true);
  const command = encodeOpMsg({ requestId, body, sequences: [{ identifier, documents: [statement] }] });
  return { kind, ...namespace, ordered: true, commands: [command] };
}

function commandBody(name: string, { database, collection }: Namespace, ordered: boolean): Uint8Array {
  return new DocumentBuilder().string(name, collection).boolean("ordered", ordered)
    .document("writeConcern", new DocumentBuilder().int32("w", 1).finish()).string("$db", database).finish();
}
