import type { Code, DBRef } from "bson";
import { MAX_DEPTH, tooDeep } from "./bson_depth.ts";
import { checkKey } from "./bson_encode_key.ts";
import { convertsItself, type EncodeSettings } from "./bson_encode_options.ts";
import { encodeTagged, tagOf } from "./bson_encode_tagged.ts";
import { encodeBytes, encodeDate, encodeNumber, encodeRegExp, expectText } from "./bson_encode_value.ts";
import { BsonType } from "./bson_extent.ts";
import type { BsonSink } from "./bson_sink.ts";
import type { Document } from "./bson_types.ts";
import { isDate, isMap, isRegExp, isUint8Array } from "./bson_value_kind.ts";
import { CodecError } from "./error.ts";

type Key = string | number;

/** Encodes a document or an array. `path` has those around it; it is one of them while its values are encoded. */
export function encodeFields(sink: BsonSink, source: object, settings: EncodeSettings, path: object[]): void {
  if (path.length >= MAX_DEPTH) throw tooDeep(sink.length);
  if (contains(path, source)) throw circular(sink.length);
  path.push(source);
  const place = sink.beginLength();
  if (Object.getPrototypeOf(source) === Object.prototype) encodeProperties(sink, source, settings, path);
  else if (Array.isArray(source)) encodeItems(sink, source, settings, path);
  else if (isMap(source)) encodeEntries(sink, source, settings, path);
  else encodeProperties(sink, source, settings, path);
  sink.terminator();
  sink.endLength(place);
  path.pop();
}

function encodeItems(sink: BsonSink, items: readonly unknown[], settings: EncodeSettings, path: object[]): void {
  for (let i = 0; i < items.length; i++) encodeValue(sink, i, items[i], settings, path);
}

function encodeEntries(sink: BsonSink, map: Map<unknown, unknown>, settings: EncodeSettings, path: object[]): void {
  for (const [key, value] of map.entries()) {
    if (typeof key !== "string") {
      throw new CodecError("BSON key", { offset: sink.length, expected: "a string", actual: typeof key });
    }
    encodeField(sink, key, value, settings, path);
  }
}

function encodeProperties(sink: BsonSink, source: object, settings: EncodeSettings, path: object[]): void {
  const fields: Document = convertsItself(source) ? expectObject(source.toBSON(), sink.length) : source;
  for (const key of Object.keys(fields)) encodeField(sink, key, fields[key], settings, path);
}

function encodeField(sink: BsonSink, key: string, value: unknown, settings: EncodeSettings, path: object[]): void {
  if (settings.checkKeys) checkKey(key, sink.length);
  encodeValue(sink, key, value, settings, path);
}

function encodeValue(sink: BsonSink, key: Key, given: unknown, settings: EncodeSettings, path: object[]): void {
  const value = mayConvert(given, settings) && convertsItself(given) ? given.toBSON() : given;
  switch (typeof value) {
    case "string":
      sink.element(BsonType.string, key);
      return sink.string(value);
    case "number":
      return encodeNumber(sink, key, value);
    case "boolean":
      sink.element(BsonType.boolean, key);
      return sink.byte(value ? 1 : 0);
    case "object":
      if (value === null) return sink.element(BsonType.null, key);
      return encodeObject(sink, key, value, settings, path);
    case "bigint":
      sink.element(BsonType.int64, key);
      return sink.bigInt64(value);
    case "undefined":
      if (typeof key === "number" || !settings.ignoreUndefined) return sink.element(BsonType.null, key);
      return sink.skip(key);
    case "function":
      if (!settings.serializeFunctions) return sink.skip(key);
      sink.element(BsonType.code, key);
      return sink.string(value.toString());
    default:
      return sink.skip(key);
  }
}

function mayConvert(value: unknown, settings: EncodeSettings): boolean {
  return typeof value === "object" || typeof value === "function" || settings.convertsPrimitives;
}

function encodeObject(sink: BsonSink, key: Key, value: object, settings: EncodeSettings, path: object[]): void {
  const prototype = Object.getPrototypeOf(value);
  if (prototype === Object.prototype && (value as Document)._bsontype == null) {
    sink.element(BsonType.document, key);
    return encodeFields(sink, value, settings, path);
  }
  if (prototype === Array.prototype) {
    sink.element(BsonType.array, key);
    return encodeFields(sink, value, settings, path);
  }
  if (prototype === Date.prototype) return encodeDate(sink, key, value as Date);
  const tag = tagOf(value, prototype, sink.length);
  if (tag === null) return encodeUntagged(sink, key, value, settings, path);
  if (tag === "Code" && hasScope(value as Code)) return encodeCodeWithScope(sink, key, value as Code, settings, path);
  if (tag === "DBRef") return encodeReference(sink, key, value as DBRef, settings, path);
  encodeTagged(sink, key, value, tag);
}

function encodeUntagged(sink: BsonSink, key: Key, value: object, settings: EncodeSettings, path: object[]): void {
  if (isDate(value)) return encodeDate(sink, key, value);
  if (isUint8Array(value)) return encodeBytes(sink, key, value);
  if (isRegExp(value)) return encodeRegExp(sink, key, value);
  sink.element(Array.isArray(value) ? BsonType.array : BsonType.document, key);
  encodeFields(sink, value, settings, path);
}

function hasScope({ scope }: Code): boolean {
  return typeof scope === "object" && scope !== null;
}

function encodeCodeWithScope(sink: BsonSink, key: Key, value: Code, settings: EncodeSettings, path: object[]): void {
  sink.element(BsonType.codeWithScope, key);
  const place = sink.beginLength();
  sink.string(expectText(value.code, sink.length));
  encodeFields(sink, value.scope!, settings, path);
  sink.endLength(place);
}

/** A reference is a document by convention. As in `npm:bson` the options for keys do not hold in it. */
function encodeReference(sink: BsonSink, key: Key, value: DBRef, settings: EncodeSettings, path: object[]): void {
  const { collection: $ref, oid: $id, db: $db, fields } = value;
  // A field that is named __proto__ is treated as `npm:bson` does, and not as the spread operator does.
  const document = Object.assign({ $ref, $id }, $db != null ? { $db } : null, fields);
  sink.element(BsonType.document, key);
  encodeFields(sink, document, { ...settings, checkKeys: false, ignoreUndefined: true }, path);
}

/** Does what `includes` does, in less time for so few. */
function contains(path: readonly object[], source: object): boolean {
  for (let i = 0; i < path.length; i++) {
    if (path[i] === source) return true;
  }
  return false;
}

function expectObject(converted: unknown, offset: number): object {
  if (typeof converted === "object" && converted !== null) return converted;
  throw new CodecError("Result of toBSON", { offset, expected: "an object", actual: typeof converted });
}

function circular(offset: number): CodecError {
  return new CodecError("Circular structure", { offset, expected: "no document in itself", actual: "one" });
}
