/** The names, as the query operator `$type` has them, that fit a value; numbers of JavaScript fit several. */
export function bsonTypeNames(value: unknown): readonly string[] {
  if (value === null) return ["null"];
  if (Array.isArray(value)) return ["array"];
  switch (typeof value) {
    case "string":
      return ["string"];
    case "boolean":
      return ["bool"];
    case "bigint":
      return ["long", "number"];
    case "number":
      return numberTypes(value);
    case "object":
      return objectTypes(value as object);
    default:
      return [];
  }
}

/** The `_bsontype` of a BSON value's class; null for documents and values of the language. */
export function bsonClass(value: unknown): string | null {
  if (typeof value !== "object" || value === null || !("_bsontype" in value)) return null;
  return String(value._bsontype);
}

/** Says whether a value is a document, not an array and not a BSON value of another kind. */
export function isDocument(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && bsonClass(value) === null &&
    !(value instanceof Date) && !(value instanceof RegExp) && !ArrayBuffer.isView(value);
}

function numberTypes(value: number): string[] {
  if (!Number.isInteger(value)) return ["double", "number"];
  return value === (value | 0) ? ["int", "long", "double", "number"] : ["long", "double", "number"];
}

const CLASS_TYPES: Readonly<Record<string, readonly string[]>> = {
  Binary: ["binData"],
  BSONRegExp: ["regex"],
  BSONSymbol: ["symbol"],
  Code: ["javascript"],
  DBRef: ["object"],
  Decimal128: ["decimal", "number"],
  Double: ["double", "number"],
  Int32: ["int", "number"],
  Long: ["long", "number"],
  MaxKey: ["maxKey"],
  MinKey: ["minKey"],
  ObjectId: ["objectId"],
  Timestamp: ["timestamp"],
};

function objectTypes(value: object): readonly string[] {
  const name = bsonClass(value);
  if (name !== null) return CLASS_TYPES[name] ?? [];
  if (value instanceof Date) return ["date"];
  if (value instanceof RegExp) return ["regex"];
  return ArrayBuffer.isView(value) ? ["binData"] : ["object"];
}
