import { BsonType } from "../bson_extent.ts";
import { ElementWalker, findElement, readTruth } from "../bson_view.ts";
import { encodeOpMsg } from "../op_msg.ts";
import { decodeOpQuery, type OpQuery, OpQueryFlag } from "../op_query.ts";
import { DocumentBuilder } from "./document_builder.ts";
import { LegacyRefusal } from "./legacy_refusal.ts";
import { splitNamespace } from "./namespace.ts";

/** What the answer to an OP_QUERY depends on. */
export interface LegacyQuery {
  /** What it is: a query, the explanation of one, or a command. */
  readonly kind: "find" | "explain" | "command";
  /** The database. */
  readonly database: string;
  /** The collection; `$cmd` where it is a command. */
  readonly collection: string;
  /** As sent: negative for one batch without a cursor, 0 to leave it to the server. */
  readonly numberToReturn: number;
  /** The client takes all batches without asking for more. */
  readonly exhaust: boolean;
}

const INT32_MIN = -(2 ** 31);
const COMMAND_COLLECTION = "$cmd";

/**
 * Says what the answer to an OP_QUERY depends on.
 *
 * @throws {CodecError} if the message is malformed
 */
export function legacyQueryOf(message: Uint8Array): LegacyQuery {
  const query = decode(message);
  const { database, collection } = splitNamespace(query.fullCollectionName);
  const isCommand = collection === COMMAND_COLLECTION;
  return {
    kind: isCommand ? "command" : isExplain(query.query) ? "explain" : "find",
    database,
    collection,
    numberToReturn: query.numberToReturn,
    exhaust: (query.flags & OpQueryFlag.exhaust) !== 0,
  };
}

/**
 * Translates an OP_QUERY of a collection to the command `find`, or to its `explain`, in an OP_MSG of the same request
 * id. The filter, the projection and the options keep their bytes.
 *
 * @throws {CodecError} if the message is malformed
 * @throws {LegacyRefusal} if it asks for what no server does
 */
export function translateQuery(message: Uint8Array): Uint8Array {
  const query = decode(message);
  const { database, collection } = splitNamespace(query.fullCollectionName);
  const body = new DocumentBuilder();
  const find = new DocumentBuilder().string("find", collection);
  addFilter(find, query);
  addLimits(find, query);
  addFlags(find, query.flags);
  if (isExplain(query.query)) body.document("explain", find.finish()).string("verbosity", "allPlansExecution");
  else body.elementsOf(find.finish());
  addReadPreference(body, query);
  return encodeOpMsg({ requestId: query.requestId, body: body.string("$db", database).finish() });
}

/**
 * Translates an OP_QUERY of `$cmd` to its command in an OP_MSG of the same request id.
 *
 * @throws {CodecError} if the message is malformed
 * @throws {LegacyRefusal} if it asks for what no server does
 */
export function translateQueryCommand(message: Uint8Array): Uint8Array {
  const query = decode(message);
  const { database } = splitNamespace(query.fullCollectionName);
  const first = new ElementWalker(query.query);
  const isWrapped = first.next() && first.type === BsonType.document && (first.isKey("$query") || first.isKey("query"));
  const command = isWrapped ? first.bytes.subarray(first.valueStart, first.valueEnd) : query.query;
  const body = new DocumentBuilder().elementsOf(command);
  if (findElement(command, "$readPreference") < 0) addReadPreference(body, query);
  return encodeOpMsg({ requestId: query.requestId, body: body.string("$db", database).finish() });
}

function decode(message: Uint8Array): OpQuery {
  return decodeOpQuery(message, { maxMessageSizeBytes: message.length });
}

function isExplain(query: Uint8Array): boolean {
  return isWrappedFilter(query) && readTruth(query, findElement(query, "$explain")) === true;
}

function isWrappedFilter(query: Uint8Array): boolean {
  return [findElement(query, "query"), findElement(query, "$query")].some((element) =>
    query[element] === BsonType.document || query[element] === BsonType.array
  );
}

const OPTIONS: ReadonlyMap<string, string> = new Map([
  ["query", "filter"],
  ["$query", "filter"],
  ["orderby", "sort"],
  ["$orderby", "sort"],
  ["$hint", "hint"],
  ["$min", "min"],
  ["$max", "max"],
  ["$maxTimeMS", "maxTimeMS"],
  ["$returnKey", "returnKey"],
  ["$showDiskLoc", "showRecordId"],
  ["$comment", "comment"],
]);

function addFilter(find: DocumentBuilder, { query, returnFieldsSelector }: OpQuery): void {
  if (isWrappedFilter(query)) {
    const walker = new ElementWalker(query);
    while (walker.next()) {
      const option = OPTIONS.get(walker.key);
      if (option !== undefined) find.copy(walker, option);
    }
  } else {
    find.document("filter", query);
  }
  if (returnFieldsSelector !== null) find.document("projection", returnFieldsSelector);
}

function addLimits(find: DocumentBuilder, { numberToSkip, numberToReturn }: OpQuery): void {
  if (numberToReturn === INT32_MIN) throw new LegacyRefusal(2, "BadValue", "bad ntoreturn value in query");
  if (numberToSkip !== 0) find.int32("skip", numberToSkip);
  if (numberToReturn < 0 || numberToReturn === 1) {
    find.int32("limit", Math.abs(numberToReturn)).boolean("singleBatch", true);
  } else if (numberToReturn > 0) find.int32("batchSize", numberToReturn);
}

function addFlags(find: DocumentBuilder, flags: number): void {
  if ((flags & OpQueryFlag.tailableCursor) !== 0) find.boolean("tailable", true);
  if ((flags & OpQueryFlag.awaitData) !== 0) find.boolean("awaitData", true);
  if ((flags & OpQueryFlag.noCursorTimeout) !== 0) find.boolean("noCursorTimeout", true);
  if ((flags & OpQueryFlag.partial) !== 0) find.boolean("allowPartialResults", true);
}

function addReadPreference(body: DocumentBuilder, { query, flags }: OpQuery): void {
  const walker = new ElementWalker(query);
  while (walker.next()) {
    if (walker.isKey("$readPreference")) {
      body.copy(walker, "$readPreference");
      return;
    }
  }
  if ((flags & OpQueryFlag.slaveOk) === 0) return;
  body.document("$readPreference", new DocumentBuilder().string("mode", "secondaryPreferred").finish());
}
