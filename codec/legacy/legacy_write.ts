import { endOfDocument } from "../bson_extent.ts";
import { CodecError } from "../error.ts";
import { OpCode, opCode } from "../header.ts";
import { openMessage } from "../message_reader.ts";
import { decodeOpDelete, OpDeleteFlag } from "../op_delete.ts";
import { OpInsertFlag } from "../op_insert.ts";
import { decodeOpUpdate, OpUpdateFlag } from "../op_update.ts";
import { checkSize } from "./check_size.ts";
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
/** What servers called it in a write; in a query it is 73. */
const NO_NAMESPACE = { code: 16257, codeName: "Location16257" };
const INDEX_COLLECTION = "system.indexes";
/** Old drivers insert one index at a time; a collection has 64 at most. */
const MAX_INDEXES_BYTES = 1024 * 1024;

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
  const reader = openMessage(message, OpCode.insert, { maxMessageSizeBytes: message.length });
  const ordered = (reader.int32("OP_INSERT flags") & OpInsertFlag.continueOnError) === 0;
  const fullCollectionName = reader.cString("OP_INSERT collection name");
  const namespace = splitNamespace(fullCollectionName, NO_NAMESPACE);
  if (reader.remaining === 0) throw new LegacyRefusal(16, "InvalidLength", "Need at least one object to insert");
  if (namespace.collection === INDEX_COLLECTION) {
    checkIndexes(reader.remaining);
    const specifications = split(message, reader.offset, 1, Infinity);
    return { ...createIndexes(namespace.database, specifications, nextRequestId), ordered };
  }
  const room = limits.maxMessageSizeBytes - INSERT_BYTES - fullCollectionName.length * 3;
  const commands = split(message, reader.offset, limits.maxWriteBatchSize, room)
    .map((batch) => insertCommand(nextRequestId(), namespace, ordered, batch));
  return { kind: "insert", ...namespace, ordered, commands };
}

/**
 * Splits documents, which lie from `start` to the end of a message, into pieces of at most `maxCount` and `maxBytes`. A
 * document that is longer by itself is a piece.
 */
function split(message: Uint8Array, start: number, maxCount: number, maxBytes: number): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let piece = start;
  let count = 0;
  for (let offset = start; offset < message.length;) {
    const end = endOfDocument(message, offset, message.length);
    checkSize(end - offset);
    if (count === maxCount || (count > 0 && end - piece > maxBytes)) {
      pieces.push(message.subarray(piece, offset));
      piece = offset;
      count = 0;
    }
    count++;
    offset = end;
  }
  return [...pieces, message.subarray(piece)];
}

function insertCommand(
  requestId: number,
  { database, collection }: Namespace,
  ordered: boolean,
  documents: Uint8Array,
): Uint8Array {
  const command = acknowledged(new DocumentBuilder().string("insert", collection).boolean("ordered", ordered));
  return encodeCommand(requestId, database, command, [{ identifier: "documents", documents: [documents] }]);
}

/** Without a limit a message could become many times its length. */
function checkIndexes(bytes: number): void {
  if (bytes <= MAX_INDEXES_BYTES) return;
  const errmsg = `Index descriptions of ${bytes} bytes in one insert are more than the ${MAX_INDEXES_BYTES} taken`;
  throw new LegacyRefusal(2, "BadValue", errmsg);
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
  const namespace = splitNamespace(fullCollectionName, NO_NAMESPACE);
  const command = acknowledged(new DocumentBuilder().string(kind, namespace.collection));
  const document = statement.finish();
  checkSize(document.length);
  const sequence = { identifier, documents: [document] };
  const message = encodeCommand(nextRequestId(), namespace.database, command, [sequence]);
  return { kind, ...namespace, ordered: true, commands: [message] };
}

function acknowledged(command: DocumentBuilder): DocumentBuilder {
  return command.document("writeConcern", new DocumentBuilder().int32("w", 1).finish());
}
