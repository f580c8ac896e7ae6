/**
 * Classes of `npm:bson` as types, for the signatures that mention them. `@internal` keeps the lint of documentation from
 * following them into that package.
 *
 * @module
 */

/**
 * Binary data with a subtype.
 *
 * @internal
 */
export type Binary = import("bson").Binary;

/**
 * A regular expression in the server's own syntax.
 *
 * @internal
 */
export type BSONRegExp = import("bson").BSONRegExp;

/**
 * A decimal number of 34 digits.
 *
 * @internal
 */
export type Decimal128 = import("bson").Decimal128;

/**
 * A floating point number that stays one, whatever its value.
 *
 * @internal
 */
export type Double = import("bson").Double;

/**
 * An integer of 32 bits.
 *
 * @internal
 */
export type Int32 = import("bson").Int32;

/**
 * An integer of 64 bits.
 *
 * @internal
 */
export type Long = import("bson").Long;

/**
 * The server's own time stamp.
 *
 * @internal
 */
export type Timestamp = import("bson").Timestamp;

/** A whole number as BSON knows it. */
export type IntegerType = number | bigint | Int32 | Long;

/** A number as BSON knows it. */
export type NumericType = IntegerType | Decimal128 | Double;

/** The names that `$type` takes. */
export type BSONTypeAlias =
  | "double"
  | "string"
  | "object"
  | "array"
  | "binData"
  | "undefined"
  | "objectId"
  | "bool"
  | "date"
  | "null"
  | "regex"
  | "dbPointer"
  | "javascript"
  | "symbol"
  | "javascriptWithScope"
  | "int"
  | "timestamp"
  | "long"
  | "decimal"
  | "minKey"
  | "maxKey"
  | "number";
