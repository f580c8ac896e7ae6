import { BsonType } from "../bson_extent.ts";
import { ElementWalker, findElement } from "../bson_view.ts";
import { decodeOpQuery, type OpQuery, OpQueryFlag } from "../op_query.ts";
import type { DocumentSequence } from "../op_msg.ts";
import { checkSize, MAX_INTERNAL_DOCUMENT_BYTES } from "./check_size.ts";
import { type BsonValue, DocumentBuilder, valueAt } from "./document_builder.ts";
import { DocumentArray } from "./document_array.ts";
import { encodeCommand } from "./encode_command.ts";
import { LegacyRefusal } from "./legacy_refusal.ts";
import { type Namespace, parseNamespace, splitNamespace } from "./namespace.ts";
import { isExplain, readQueryOptions, wrappedFilter } from "./query_options.ts";

/** What the answer to an OP_QUERY depends on. */
export interface LegacyQuery {
  /** What it asks for: documents, the plan of a query, or the reply to a command. */
  readonly kind: "find" | "explain" | "command";
  /** The database; empty where the message names none. */
  readonly database: string;
  /** The collection; `$cmd` where it is a command, and empty where the message names none. */
  readonly collection: string;
  /** As sent: negative for one batch without a cursor, 0 to leave it to the server. */
  readonly numberToReturn: number;
  /**
   * The client takes all batches without asking for more: the first of `numberToReturn`, the others as large as the
   * server likes, each answering the one before it (`responseTo`).
   */
  readonly exhaust: boolean;
}

const NOWHERE: Namespace = { database: "", collection: "" };
const INT32_MIN = -(2 ** 31);
const COMMAND_COLLECTION = "$cmd";
/** More than `$readPreference` and `$db` add to a command. */
const ADDED_BYTES = 1024;

/** The commands that may be longer than a document with the array that servers take as a sequence instead. */
const SEQUENCES: ReadonlyMap<string, string> = new Map([
  ["insert", "documents"],
  ["update", "updates"],
  ["delete", "deletes"],
]);

/** The fields of `find` that flags are. What `oplogReplay` asked for servers do by themselves. */
const FIND_FLAGS: readonly (readonly [number, string])[] = [
  [OpQueryFlag.tailableCursor, "tailable"],
  [OpQueryFlag.awaitData, "awaitData"],
  [OpQueryFlag.noCursorTimeout, "noCursorTimeout"],
  [OpQueryFlag.partial, "allowPartialResults"],
];

/**
 * Says what the answer to an OP_QUERY depends on.
 *
 * @throws {CodecError} if the message is malformed
 */
export function legacyQueryOf(message: Uint8Array): LegacyQuery {
  const { fullCollectionName, query, numberToReturn, flags } = decode(message);
  const { database, collection } = parseNamespace(fullCollectionName) ?? NOWHERE;
  const kind = collection === COMMAND_COLLECTION ? "command" : isExplain(query) ? "explain" : "find";
  return { kind, database, collection, numberToReturn, exhaust: (flags & OpQueryFlag.exhaust) !== 0 };
}

/**
 * Translates an OP_QUERY of a collection to the command `find`, or `explain` around it, in an OP_MSG of the same
 * request id. Filter, projection and options keep their bytes.
 *
 * @throws {CodecError} if the message is malformed
 * @throws {LegacyRefusal} if it asks for what no server does
 */
export function translateQuery(message: Uint8Array): Uint8Array {
  const query = decode(message);
  const { database, collection } = splitNamespace(query.fullCollectionName);
  const find = findCommand(collection, query);
  const command = isExplain(query.query)
    ? new DocumentBuilder().document("explain", find.finish()).string("verbosity", "allPlansExecution")
    : find;
  addReadPreference(command, wrappedFilter(query.query) === null ? null : query.query, query.flags);
  return encodeCommand(query.requestId, database, command);
}

/**
 * Checks an OP_QUERY of `$cmd`, whoever is to answer it.
 *
 * @throws {CodecError} if the message is malformed
 * @throws {LegacyRefusal} if it is what no server takes as a command
 */
export function checkQueryCommand(message: Uint8Array): void {
  checkedCommand(decode(message));
}

/**
 * Translates an OP_QUERY of `$cmd` to its command in an OP_MSG of the same request id. The command keeps its bytes.
 *
 * @throws {CodecError} if the message is malformed
 * @throws {LegacyRefusal} if it is what no server takes as a command
 */
export function translateQueryCommand(message: Uint8Array): Uint8Array {
  const query = decode(message);
  const { database, inner } = checkedCommand(query);
  const document = inner ?? query.query;
  const command = new DocumentBuilder();
  const sequences = addCommand(command, document);
  if (findElement(document, "$readPreference") < 0) {
    addReadPreference(command, inner === null ? null : query.query, query.flags);
  }
  return encodeCommand(query.requestId, database, command, sequences);
}

function decode(message: Uint8Array): OpQuery {
  return decodeOpQuery(message, { maxMessageSizeBytes: message.length });
}

function findCommand(collection: string, { query, flags, ...rest }: OpQuery): DocumentBuilder {
  const filter = wrappedFilter(query);
  const find = new DocumentBuilder().string("find", collection).document("filter", filter ?? query);
  if (filter !== null) {
    for (const [field, value] of readQueryOptions(query)) find.value(field, value);
  }
  if (rest.returnFieldsSelector !== null) find.document("projection", rest.returnFieldsSelector);
  if (rest.numberToSkip !== 0) find.int32("skip", rest.numberToSkip);
  addNumberToReturn(find, rest.numberToReturn);
  for (const [flag, field] of FIND_FLAGS) if ((flags & flag) !== 0) find.boolean(field, true);
  return find;
}

/** One document is asked for as the only one, and not as a batch of one. A single batch is as small as any by default. */
function addNumberToReturn(find: DocumentBuilder, number: number): void {
  if (number === INT32_MIN) {
    throw new LegacyRefusal(2, "BadValue", "Can't canonicalize query :: caused by :: bad ntoreturn value in query");
  }
  if (number !== 0) find.int32("batchSize", Math.abs(number));
  if (number < 0 || number === 1) find.int32("limit", Math.abs(number)).boolean("singleBatch", true);
}

/** Adds the read preference that stands around a query, or what the slaveOk flag says. */
function addReadPreference(command: DocumentBuilder, around: Uint8Array | null, flags: number): void {
  const preference = around === null ? null : readPreferenceIn(around);
  if (preference !== null) command.value("$readPreference", preference);
  else if ((flags & OpQueryFlag.slaveOk) !== 0) {
    command.document("$readPreference", new DocumentBuilder().string("mode", "secondaryPreferred").finish());
  }
}

function readPreferenceIn(query: Uint8Array): BsonValue | null {
  const walker = new ElementWalker(query);
  while (walker.next()) if (walker.isKey("$readPreference")) return valueAt(walker);
  return null;
}

/** Refuses what servers refuse before they look at the command. */
function checkedCommand(query: OpQuery): { readonly database: string; readonly inner: Uint8Array | null } {
  const { fullCollectionName, numberToReturn, flags } = query;
  if (numberToReturn !== 1 && numberToReturn !== -1) {
    const errmsg = `Bad numberToReturn (${numberToReturn}) for $cmd type ns - can only be 1 or -1`;
    throw new LegacyRefusal(16979, "Location16979", errmsg);
  }
  if ((flags & OpQueryFlag.exhaust) !== 0) {
    const errmsg = `The 'exhaust' OP_QUERY flag is invalid for commands: ${fullCollectionName}`;
    throw new LegacyRefusal(18527, "Location18527", errmsg);
  }
  const inner = wrappedCommand(query.query);
  if (findElement(inner ?? query.query, "$db") >= 0) {
    throw new LegacyRefusal(40621, "Location40621", "$db is not allowed in OP_QUERY requests");
  }
  const namespace = parseNamespace(fullCollectionName);
  if (namespace !== null) return { database: namespace.database, inner };
  const name = fullCollectionName.slice(0, -COMMAND_COLLECTION.length - 1);
  throw new LegacyRefusal(73, "InvalidNamespace", `Invalid database name: '${name}'`);
}

/** Finds the command inside `$query` or `query`, which has to be the first key here; null where there is none. */
function wrappedCommand(query: Uint8Array): Uint8Array | null {
  const first = new ElementWalker(query);
  if (!first.next() || !(first.isKey("$query") || first.isKey("query"))) return null;
  if (first.type !== BsonType.document && first.type !== BsonType.array) {
    throw new LegacyRefusal(10065, "Location10065", `invalid parameter: expected an object (${first.key})`);
  }
  if (findElement(query, "$maxTimeMS") >= 0) {
    const errmsg = "cannot use $maxTimeMS query option with commands; use maxTimeMS command option instead";
    throw new LegacyRefusal(72, "InvalidOptions", errmsg);
  }
  return valueAt(first).bytes;
}

/** Adds the elements of a command, but gives an array as a sequence without which the command would get too long. */
function addCommand(command: DocumentBuilder, document: Uint8Array): DocumentSequence[] {
  checkSize(document.length);
  const walker = new ElementWalker(document);
  const identifier = walker.next() ? SEQUENCES.get(walker.key) : undefined;
  if (identifier === undefined || document.length <= MAX_INTERNAL_DOCUMENT_BYTES - ADDED_BYTES) {
    command.elementsOf(document);
    return [];
  }
  const sequences: DocumentSequence[] = [];
  do {
    if (!walker.isKey(identifier)) command.element(walker);
    else sequences.push({ identifier, documents: [joined(new DocumentArray(document, walker.element))] });
  } while (walker.next());
  return sequences;
}

function joined(documents: DocumentArray): Uint8Array {
  const bytes = new Uint8Array(documents.byteLength);
  documents.copyTo(bytes, 0);
  return bytes;
}
