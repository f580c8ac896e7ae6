import { CodecError } from "../error.ts";
import { OpCode, opCode } from "../header.ts";
import { decodeOpDelete, OpDeleteFlag } from "../op_delete.ts";
import { decodeOpInsert, OpInsertFlag } from "../op_insert.ts";
import { decodeOpUpdate, OpUpdateFlag } from "../op_update.ts";
import { DocumentBuilder } from "./document_builder.ts";
import { encodeCommand } from "./encode_command.ts";
import { indexCommand } from "./index_command.ts";
import { LegacyRefusal } from "./legacy_refusal.ts";
import { type Namespace, splitNamespace } from "./namespace.ts";

/** What a server takes in one command, as its `hello` says. */
export interface WriteLimits {
  /** Documents. */
  readonly maxWriteBatchSize: number;
  /** Bytes of the whole message. */
  readonly maxMessageSizeBytes: number;
}

/** An old write as commands. */
export interface LegacyWrite {
  /** What was sent; an insertion into `system.indexes` counts as one, though it becomes `createIndexes`. */
  readonly kind: "insert" | "update" | "delete";
  /** The database. */
  readonly database: string;
  /** The collection; of indexes the one that the first is for. */
  readonly collection: string;
  /** Whether a failure is the end: false where all commands are to be run whatever becomes of the others. */
  readonly ordered: boolean;
  /** Whole OP_MSGs, each with `writeConcern: {w: 1}`: one, or as many as the limits and indexes make necessary. */
  readonly commands: readonly Uint8Array[];
}

/** More than a message of documents to insert has besides the documents and the names of database and collection. */
const INSERT_BYTES = 256;
const INDEX_COLLECTION = "system.indexes";

/**
 * Translates an OP_INSERT, OP_UPDATE or OP_DELETE to acknowledged write commands. Documents keep their bytes.
 * `nextRequestId` gives the number of each.
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
      throw new CodecError("Opcode", {
        offset: 12,
        expected: `${OpCode.insert}, ${OpCode.update} or ${OpCode.delete}`,
        actual: opCode(message),
      });
  }
}

function translateInsert(message: Uint8Array, nextRequestId: () => number, limits: WriteLimits): LegacyWrite {
  const { fullCollectionName, flags, documents } = decodeOpInsert(message, { maxMessageSizeBytes: message.length });
  if (documents.length === 0) throw new LegacyRefusal(16, "InvalidLength", "Need at least one object to insert");
  const namespace = splitNamespace(fullCollectionName);
  const ordered = (flags & OpInsertFlag.continueOnError) === 0;
  if (namespace.collection === INDEX_COLLECTION) {
    return { ...createIndexes(namespace.database, documents, nextRequestId), ordered };
  }
  const room = limits.maxMessageSizeBytes - INSERT_BYTES - fullCollectionName.length * 3;
  const commands = split(documents, limits.maxWriteBatchSize, room)
    .map((batch) => insertCommand(nextRequestId(), namespace, ordered, batch));
  return { kind: "insert", ...namespace, ordered, commands };
}

/** Splits documents into batches of at most `maxCount` and `maxBytes`; what is longer by itself stays alone. */
function split(documents: readonly Uint8Array[], maxCount: number, maxBytes: number): Uint8Array[][] {
  const batches: Uint8Array[][] = [];
  let batch: Uint8Array[] = [];
  let bytes = 0;
  for (const document of documents) {
    if (batch.length === maxCount || (batch.length > 0 && bytes + document.length > maxBytes)) {
      batches.push(batch);
      batch = [];
      bytes = 0;
    }
    batch.push(document);
    bytes += document.length;
  }
  return [...batches, batch];
}

function insertCommand(
  requestId: number,
  { database, collection }: Namespace,
  ordered: boolean,
  documents: readonly Uint8Array[],
): Uint8Array {
  const command = acknowledged(new DocumentBuilder().string("insert", collection).boolean("ordered", ordered));
  return encodeCommand(requestId, database, command, [{ identifier: "documents", documents }]);
}

/** Each index is a command of its own, as it was a write of its own. */
function createIndexes(
  database: string,
  specifications: readonly Uint8Array[],
  nextRequestId: () => number,
): Omit<LegacyWrite, "ordered"> {
  const indexes = specifications.map((specification) => indexCommand(database, specification));
  const commands = indexes.map(({ command }) => encodeCommand(nextRequestId(), database, acknowledged(command)));
  return { kind: "insert", database, collection: indexes[0]!.collection, commands };
}

/** That no operators but a document come with multiUpdate is for the server to refuse, as it always did. */
function translateUpdate(message: Uint8Array, nextRequestId: () => number): LegacyWrite {
  const { fullCollectionName, flags, selector, update } = decodeOpUpdate(message, {
    maxMessageSizeBytes: message.length,
  });
  const statement = new DocumentBuilder().document("q", selector).document("u", update)
    .boolean("multi", (flags & OpUpdateFlag.multiUpdate) !== 0).boolean("upsert", (flags & OpUpdateFlag.upsert) !== 0);
  return singleStatement("update", "updates", fullCollectionName, statement, nextRequestId);
}

function translateDelete(message: Uint8Array, nextRequestId: () => number): LegacyWrite {
  const { fullCollectionName, flags, selector } = decodeOpDelete(message, { maxMessageSizeBytes: message.length });
  const statement = new DocumentBuilder().document("q", selector)
    .int32("limit", (flags & OpDeleteFlag.singleRemove) !== 0 ? 1 : 0);
  return singleStatement("delete", "deletes", fullCollectionName, statement, nextRequestId);
}

function singleStatement(
  kind: "update" | "delete",
  identifier: string,
  fullCollectionName: string,
  statement: DocumentBuilder,
  nextRequestId: () => number,
): LegacyWrite {
  const namespace = splitNamespace(fullCollectionName);
  const command = acknowledged(new DocumentBuilder().string(kind, namespace.collection));
  const sequence = { identifier, documents: [statement.finish()] };
  const message = encodeCommand(nextRequestId(), namespace.database, command, [sequence]);
  return { kind, ...namespace, ordered: true, commands: [message] };
}

function acknowledged(command: DocumentBuilder): DocumentBuilder {
  return command.document("writeConcern", new DocumentBuilder().int32("w", 1).finish());
}
