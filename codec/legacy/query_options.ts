import { BsonType } from "../bson_extent.ts";
import { ElementWalker, findElement, readDocument, readNumber, readTruth } from "../bson_view.ts";
import { type BsonValue, DocumentBuilder, valueAt } from "./document_builder.ts";
import { LegacyRefusal } from "./legacy_refusal.ts";

/** How many documents of one key each may make up a sort that comes as an array. */
const MAX_SORT_KEYS = 9;

/** An option beside the filter: the field of `find` that it is, and its value there; null says nothing. */
interface QueryOption {
  readonly field: string;
  readonly valueOf: (walker: ElementWalker) => BsonValue | null;
}

const SORT: QueryOption = { field: "sort", valueOf: sortOf };

/** Servers pass over `$snapshot`, `$maxScan` and what they do not know. */
const OPTIONS: ReadonlyMap<string, QueryOption> = new Map([
  ["orderby", SORT],
  ["$orderby", SORT],
  ["$hint", { field: "hint", valueOf: hintOf }],
  ["$min", { field: "min", valueOf: boundOf }],
  ["$max", { field: "max", valueOf: boundOf }],
  ["$maxTimeMS", { field: "maxTimeMS", valueOf: numberOf }],
  ["$returnKey", { field: "returnKey", valueOf: truthOf }],
  ["$showDiskLoc", { field: "showRecordId", valueOf: truthOf }],
  ["$comment", { field: "comment", valueOf: valueAt }],
]);

/**
 * Finds the filter of a query that has options beside it: the document called `query`, or else `$query`, wherever it
 * stands. Null where the query as a whole is the filter.
 *
 * @throws {CodecError} if the query is no valid BSON
 */
export function wrappedFilter(query: Uint8Array): Uint8Array | null {
  return readDocument(query, findElement(query, "query")) ?? readDocument(query, findElement(query, "$query"));
}

/**
 * Says whether a query is for the plan instead of the documents.
 *
 * @throws {CodecError} if the query is no valid BSON
 */
export function isExplain(query: Uint8Array): boolean {
  const walker = new ElementWalker(query);
  let explain = false;
  while (walker.next()) if (walker.isKey("$explain")) explain = isTrue(walker);
  return explain && wrappedFilter(query) !== null;
}

/**
 * Gives the options beside a filter as fields of `find`. Of an option that is there twice the last counts.
 *
 * @throws {CodecError} if the query is no valid BSON
 * @throws {LegacyRefusal} if an option is of a type that it cannot have
 */
export function readQueryOptions(query: Uint8Array): ReadonlyMap<string, BsonValue> {
  const fields = new Map<string, BsonValue>();
  const walker = new ElementWalker(query);
  while (walker.next()) {
    const option = OPTIONS.get(walker.key);
    if (option === undefined) continue;
    const value = option.valueOf(walker);
    if (value !== null) fields.set(option.field, value);
  }
  return fields;
}

function sortOf(walker: ElementWalker): BsonValue {
  if (walker.type === BsonType.document) return valueAt(walker);
  if (walker.type === BsonType.array) return { type: BsonType.document, bytes: joinedSort(valueAt(walker).bytes) };
  throw refused("sort must be object or array");
}

/** Joins the first keys of the documents in an array, for languages whose objects have no order. */
function joinedSort(array: Uint8Array): Uint8Array {
  const sort = new DocumentBuilder();
  const walker = new ElementWalker(array);
  for (let count = 0; walker.next() && walker.type === BsonType.document; count++) {
    const key = new ElementWalker(valueAt(walker).bytes);
    if (!key.next()) break;
    if (readNumber(key.bytes, key.element) === null) throw refused("bad order array [2]");
    if (count === MAX_SORT_KEYS) throw refused("too many ordering elements");
    sort.element(key);
  }
  return sort.finish();
}

function hintOf(walker: ElementWalker): BsonValue {
  if (walker.type === BsonType.string || isDocument(walker)) return valueAt(walker);
  throw refused("$hint must be either a string or nested object");
}

function boundOf(walker: ElementWalker): BsonValue {
  if (isDocument(walker)) return { ...valueAt(walker), type: BsonType.document };
  throw refused(`${walker.key} must be a BSONObj`);
}

function numberOf(walker: ElementWalker): BsonValue {
  if (readNumber(walker.bytes, walker.element) !== null) return valueAt(walker);
  throw refused(`${walker.key} must be a number`);
}

function truthOf(walker: ElementWalker): BsonValue | null {
  return isTrue(walker) ? { type: BsonType.boolean, bytes: Uint8Array.of(1) } : null;
}

/** What is neither a boolean nor a number is true if it is anything at all. */
function isTrue({ bytes, element, type }: ElementWalker): boolean {
  return readTruth(bytes, element) ?? (type !== BsonType.null && type !== BsonType.undefined);
}

function isDocument({ type }: ElementWalker): boolean {
  return type === BsonType.document || type === BsonType.array;
}

function refused(reason: string): LegacyRefusal {
  return new LegacyRefusal(2, "BadValue", `Can't canonicalize query :: caused by :: ${reason}`);
}
