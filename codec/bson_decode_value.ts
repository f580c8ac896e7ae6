import { BSONRegExp, BSONSymbol, Code, DBRef, Decimal128, Double, Int32, Long, MaxKey, MinKey, Timestamp } from "bson";
import type { DecodeSettings } from "./bson_decode_options.ts";
import { decodeBinary } from "./bson_decode_binary.ts";
import { BsonType } from "./bson_extent.ts";
import type { BsonSource } from "./bson_source.ts";
import { CodecError } from "./error.ts";

/** 2^32: what one of a long's upper 32 bits is worth. */
const HIGH_UNIT = 0x1_0000_0000;
/** The upper 32 bits of 2^53, up to which JavaScript has every integer. */
const MAX_SAFE_HIGH = 0x20_0000;

/** Decodes a value that holds no documents. Whether it ends before `end` is for the caller to see. */
export function decodeSimpleValue(source: BsonSource, settings: DecodeSettings, type: number, end: number): unknown {
  switch (type) {
    case BsonType.string:
      return source.string(end, settings.validatesText);
    case BsonType.int32:
      return settings.promoteValues ? source.int32() : new Int32(source.int32());
    case BsonType.double:
      return settings.promoteValues ? source.double() : new Double(source.double());
    case BsonType.boolean:
      return decodeBoolean(source);
    case BsonType.objectId:
      return source.objectId();
    case BsonType.date:
      return decodeDate(source);
    case BsonType.null:
      return null;
    case BsonType.undefined:
      return undefined;
    case BsonType.int64:
      return decodeInt64(source, settings);
    case BsonType.binary:
      return decodeBinary(source, settings, end);
    case BsonType.timestamp:
      return new Timestamp({ i: source.uint32(), t: source.uint32() });
    case BsonType.decimal128:
      return new Decimal128(source.copyBytes(16));
    case BsonType.regExp:
      return decodeRegExp(source, settings, end);
    case BsonType.code:
      return new Code(source.string(end, settings.validatesText));
    case BsonType.symbol:
      return decodeSymbol(source, settings, end);
    case BsonType.dbPointer:
      return new DBRef(source.string(end, settings.validatesText), source.objectId());
    case BsonType.minKey:
      return new MinKey();
    case BsonType.maxKey:
      return new MaxKey();
    default:
      throw new CodecError("Unknown BSON type", { offset: source.offset, expected: "a BSON type", actual: type });
  }
}

function decodeBoolean(source: BsonSource): boolean {
  const value = source.byte();
  if (value <= 1) return value === 1;
  throw new CodecError("Bad BSON boolean", { offset: source.offset - 1, expected: "0 or 1", actual: value });
}

function decodeDate(source: BsonSource): Date {
  const low = source.uint32();
  return new Date(source.int32() * HIGH_UNIT + low);
}

function decodeInt64(source: BsonSource, settings: DecodeSettings): unknown {
  if (settings.useBigInt64) return source.bigInt64();
  const low = source.int32();
  const high = source.int32();
  const isSafe = high >= -MAX_SAFE_HIGH && (high < MAX_SAFE_HIGH || (high === MAX_SAFE_HIGH && low === 0));
  return settings.promoteLongs && isSafe ? high * HIGH_UNIT + (low >>> 0) : new Long(low, high);
}

function decodeSymbol(source: BsonSource, settings: DecodeSettings, end: number): unknown {
  const text = source.string(end, settings.validatesText);
  return settings.promoteValues ? text : new BSONSymbol(text);
}

function decodeRegExp(source: BsonSource, settings: DecodeSettings, end: number): unknown {
  const pattern = source.cString(end);
  const options = source.cString(end);
  return settings.bsonRegExp ? new BSONRegExp(pattern, options) : new RegExp(pattern, flagsOf(options));
}

/** JavaScript's flags for those options that `npm:bson` translates; for it, the server's `s` is `g`. */
function flagsOf(options: string): string {
  return options.replaceAll(/[^ims]/g, "").replaceAll("s", "g");
}
