import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  bsonType,
  type BSONTypeTag,
  Code,
  DBRef,
  Decimal128,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
  UUID,
} from "bson";
import { encodeBinary } from "./bson_encode_binary.ts";
import { expectText, withoutNul } from "./bson_encode_value.ts";
import { BsonType } from "./bson_extent.ts";
import type { BsonSink } from "./bson_sink.ts";
import { CodecError } from "./error.ts";

const CLASSES = [
  ...[Binary, BSONRegExp, BSONSymbol, Code, DBRef, Decimal128, Double],
  ...[Int32, Long, MaxKey, MinKey, ObjectId, Timestamp, UUID],
];
/** Of objects of these very classes nothing else has to be asked. */
const TAGS: ReadonlyMap<object, BSONTypeTag> = new Map(
  CLASSES.map(({ prototype }) => [prototype, prototype._bsontype]),
);
/** Under this key objects of `npm:bson` have its major version. */
const VERSION_KEY = Symbol.for("@@mdb.bson.version");
const VERSION = versionOf(MinKey.prototype);

/** Gives the type of an object of `npm:bson`, null for others. Throws if it is of another major version. */
export function tagOf(value: object, prototype: object, offset: number): unknown {
  const tag = TAGS.get(prototype);
  if (tag !== undefined) return tag;
  if ((value as { _bsontype?: unknown })._bsontype == null) return null;
  if (versionOf(value) === VERSION) return (value as { [bsonType]?: unknown })[bsonType];
  throw new CodecError("Object of npm:bson", { offset, expected: `version ${VERSION}`, actual: "another" });
}

function versionOf(value: object): unknown {
  return (value as Record<symbol, unknown>)[VERSION_KEY];
}

/** Encodes an object of `npm:bson` that holds no document. */
export function encodeTagged(sink: BsonSink, key: string | number, value: object, tag: unknown): void {
  switch (tag) {
    case "ObjectId":
      sink.element(BsonType.objectId, key);
      return sink.objectId(value as ObjectId);
    case "Int32":
      sink.element(BsonType.int32, key);
      return sink.int32((value as Int32).valueOf());
    case "Double":
      sink.element(BsonType.double, key);
      return sink.double((value as Double).value);
    case "Long":
      sink.element(BsonType.int64, key);
      return encodeBits(sink, value as Long);
    case "Timestamp":
      sink.element(BsonType.timestamp, key);
      return encodeBits(sink, value as Long);
    case "Decimal128":
      sink.element(BsonType.decimal128, key);
      return sink.bytes((value as Decimal128).bytes);
    case "Binary":
      sink.element(BsonType.binary, key);
      return encodeBinary(sink, value as Binary);
    case "Code":
      sink.element(BsonType.code, key);
      return sink.string(String((value as Code).code));
    case "BSONSymbol":
      sink.element(BsonType.symbol, key);
      return sink.string(expectText((value as BSONSymbol).value, sink.length));
    case "BSONRegExp":
      return encodeBsonRegExp(sink, key, value as BSONRegExp);
    case "MinKey":
      return sink.element(BsonType.minKey, key);
    case "MaxKey":
      return sink.element(BsonType.maxKey, key);
    default:
      throw new CodecError("Object of npm:bson", {
        offset: sink.length,
        expected: "a type of BSON",
        actual: "another",
      });
  }
}

function encodeBits(sink: BsonSink, { low, high }: Long): void {
  sink.int32(low);
  sink.int32(high);
}

function encodeBsonRegExp(sink: BsonSink, key: string | number, { pattern, options }: BSONRegExp): void {
  sink.element(BsonType.regExp, key);
  sink.cString(withoutNul(pattern, sink.length));
  sink.cString(options.split("").sort().join(""));
}
